import { sql } from 'drizzle-orm'
import type { OutcomeMessage } from '../../messages/outcome-message.ts'
import type { Database } from '../connect.ts'
import { repeatOnConflict } from '../repeat-on-conflict.ts'
import { toJsonParameter } from '../to-json-parameter.ts'
import { sumOutcomes } from './sum-outcomes.ts'

/**
 * Adds what the processor reported to the minute buckets of its topics, each outcome once however often it is delivered.
 * Outcomes of queues that no contract names have no topic and are only remembered as consumed.
 * Returns how many were new.
 */
export async function recordOutcomes(db: Database, outcomes: readonly OutcomeMessage[]): Promise<number> {
  const byId = new Map(outcomes.map((o) => [o.id, o]))
  if (byId.size === 0) return 0
  return repeatOnConflict(() =>
    db.transaction(async (tx) => {
      const { rows } = await tx.execute<{ message_id: string }>(sql`
        INSERT INTO consumed_messages (consumer, message_id)
        SELECT 'outcomes', id FROM unnest(${sql.param([...byId.keys()].sort())}::text[]) AS id
        ON CONFLICT DO NOTHING RETURNING message_id`)
      const fresh = rows.flatMap((r) => byId.get(r.message_id) ?? [])
      const { rates, failures, newest } = sumOutcomes(fresh)
      await addRates(tx, rates)
      await addFailures(tx, failures)
      await tx.execute(sql`
        UPDATE topic_status s SET last_outcome_at = greatest(s.last_outcome_at, n.at)
        FROM jsonb_to_recordset(${toJsonParameter(newest)}::jsonb) AS n (topic text, at timestamptz) WHERE s.topic = n.topic`)
      return fresh.length
    }),
  )
}

const rateColumns = [
  'attempts',
  'attempts_replayed',
  'accepted',
  'accepted_replayed',
  'dead_lettered',
  'dead_lettered_replayed',
  'failed',
  'failed_replayed',
  'sink_calls',
  'sink_failed_calls',
  'sink_refused_entries',
  'sink_retried_entries',
  'bytes_received',
  'bytes_sent',
]

async function addRates(tx: Pick<Database, 'execute'>, rates: readonly unknown[]): Promise<void> {
  const columns = sql.raw(rateColumns.join(', '))
  const typed = sql.raw(rateColumns.map((c) => `${c} bigint`).join(', '))
  const added = sql.raw(rateColumns.map((c) => `${c} = r.${c} + excluded.${c}`).join(', '))
  await tx.execute(sql`
    INSERT INTO topic_rates AS r (topic, minute, ${columns}, latency_counts)
    SELECT topic, minute, ${columns}, latency_counts
    FROM jsonb_to_recordset(${toJsonParameter(rates)}::jsonb) AS g (topic text, minute timestamptz, ${typed}, latency_counts bigint[])
    ORDER BY topic, minute
    ON CONFLICT (topic, minute) DO UPDATE SET ${added}, latency_counts = (
      SELECT array_agg(coalesce(a, 0) + coalesce(b, 0) ORDER BY n)
      FROM unnest(r.latency_counts, excluded.latency_counts) WITH ORDINALITY AS u (a, b, n))`)
}

async function addFailures(tx: Pick<Database, 'execute'>, failures: readonly unknown[]): Promise<void> {
  await tx.execute(sql`
    INSERT INTO topic_rate_failures AS f (topic, minute, code, action, class, failures, failures_replayed)
    SELECT * FROM jsonb_to_recordset(${toJsonParameter(failures)}::jsonb) AS g (topic text, minute timestamptz, code text,
      action text, class text, failures bigint, failures_replayed bigint)
    ORDER BY 1, 2, 3, 4
    ON CONFLICT (topic, minute, code, action) DO UPDATE SET failures = f.failures + excluded.failures,
      failures_replayed = f.failures_replayed + excluded.failures_replayed`)
}
