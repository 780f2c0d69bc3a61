import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'
import { toJsonParameter } from '../to-json-parameter.ts'
import type { GatheredCount, GatheredGroup } from './gather-failures.ts'

/** One row per fingerprint; the sample is its newest failure, so that "show me one" is never stale. */
export async function addToGroups(
  tx: Pick<Database, 'execute'>,
  groups: readonly GatheredGroup[],
): Promise<void> {
  const rows = toJsonParameter(
    groups.map(({ sample, failures, firstSeenAt, lastSeenAt }) => ({
      fingerprint: sample.fingerprint,
      code: sample.report.code,
      class: sample.class,
      stage: sample.report.stage,
      title: sample.title,
      parts: sample.parts,
      sample_id: sample.id,
      sample_message: sample.errorMessage,
      first_seen_at: firstSeenAt,
      last_seen_at: lastSeenAt,
      failures,
    })),
  )
  await tx.execute(sql`
    INSERT INTO error_groups AS g (fingerprint, code, class, stage, title, parts, sample_id, sample_message, first_seen_at,
      last_seen_at, failures)
    SELECT * FROM jsonb_to_recordset(${rows}::jsonb) AS r (fingerprint text, code text, class text, stage text, title text,
      parts jsonb, sample_id text, sample_message text, first_seen_at timestamptz, last_seen_at timestamptz, failures bigint)
    ORDER BY 1
    ON CONFLICT (fingerprint) DO UPDATE SET
      failures = g.failures + excluded.failures,
      first_seen_at = least(g.first_seen_at, excluded.first_seen_at),
      last_seen_at = greatest(g.last_seen_at, excluded.last_seen_at),
      sample_id = CASE WHEN ${isLater} THEN excluded.sample_id ELSE g.sample_id END,
      sample_message = CASE WHEN ${isLater} THEN excluded.sample_message ELSE g.sample_message END`)
}

const isLater = sql`(excluded.last_seen_at, excluded.sample_id, excluded.sample_message COLLATE "C")
  > (g.last_seen_at, g.sample_id, g.sample_message COLLATE "C")`

/** Failures per minute and per hour; each event is counted once, because events are inserted once. */
export async function addToCounts(
  tx: Pick<Database, 'execute'>,
  counts: readonly GatheredCount[],
): Promise<void> {
  const rows = sql`jsonb_to_recordset(${toJsonParameter(counts)}::jsonb) AS r (fingerprint text, minute timestamptz, topic text,
    stage text, code text, failures int)`
  await tx.execute(sql`
    INSERT INTO error_counts AS c (fingerprint, minute, topic, stage, code, failures)
    SELECT * FROM ${rows} ORDER BY 1, 2, 3, 4
    ON CONFLICT (fingerprint, minute, topic, stage) DO UPDATE SET failures = c.failures + excluded.failures`)
  await tx.execute(sql`
    INSERT INTO error_hours AS h (fingerprint, hour, owner, failures)
    SELECT r.fingerprint, date_trunc('hour', r.minute), coalesce(t.owner, 'unknown'), sum(r.failures)
    FROM ${rows} LEFT JOIN topics t USING (topic) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
    ON CONFLICT (fingerprint, hour, owner) DO UPDATE SET failures = h.failures + excluded.failures`)
}
