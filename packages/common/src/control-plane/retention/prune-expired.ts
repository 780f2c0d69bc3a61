import { type SQL, sql } from 'drizzle-orm'
import { AppError } from '../../errors/app-error.ts'
import type { Database } from '../connect.ts'

export type Retention = {
  /** Counts per minute: samples, rates, failures. The hours behind long trends stay longer. */
  minutesKeptDays: number
  hoursKeptDays: number
  /** After an operation has ended: its progress chart, and its items whose message is gone from the index. */
  operationsKeptDays: number
}

export const defaultRetention: Retention = { minutesKeptDays: 35, hoursKeptDays: 400, operationsKeptDays: 90 }

/** Rows per statement: whoever writes to the same table waits for one at most. */
const batchMax = 5_000

/** What may go, table by table. Dead letters are not among it: `pruneDeadLetters` takes settled ones, each with an audit row. */
const duties = (keep: Retention): Record<string, SQL> => ({
  error_hours: olderThan('error_hours', 'hour', keep.hoursKeptDays),
  topic_samples: olderThan('topic_samples_rest', 'minute', keep.minutesKeptDays),
  topic_rates: olderThan('topic_rates_rest', 'minute', keep.minutesKeptDays),
  topic_rate_failures: olderThan('topic_rate_failures_rest', 'minute', keep.minutesKeptDays),
  error_counts: olderThan('error_counts_rest', 'minute', keep.minutesKeptDays),
  // SQS keeps a message 14 days at most: a duplicate of an older one cannot come any more.
  consumed_messages: olderThan('consumed_messages', 'consumed_at', 15),
  idempotency_keys: olderThan('idempotency_keys', 'expires_at', 0),
  login_states: olderThan('login_states', 'expires_at', 0),
  unmask_grants: olderThan('unmask_grants', 'expires_at', 1),
  sessions: olderThan('sessions', 'expires_at', 30),
  // A plan that became an operation is its proof of what was shown, and goes with it.
  plans: sql`DELETE FROM plans WHERE ctid = ANY (ARRAY(SELECT p.ctid FROM plans p
    WHERE p.expires_at < now() - interval '1 day' AND p.operation_id IS NULL LIMIT ${batchMax}))`,
  operation_series: sql`DELETE FROM operation_series WHERE operation_id IN (SELECT o.id FROM operations o
    WHERE o.finished_at < now() - make_interval(days => ${keep.operationsKeptDays})
      AND EXISTS (SELECT 1 FROM operation_series s WHERE s.operation_id = o.id) ORDER BY o.finished_at LIMIT 50)`,
  // The history of a message that is still in the index keeps its lines, however old.
  operation_items: sql`DELETE FROM operation_items WHERE ctid = ANY (ARRAY(SELECT i.ctid FROM operations o
    JOIN operation_items i ON i.operation_id = o.id AND i.state = 'done'
    WHERE o.finished_at < now() - make_interval(days => ${keep.operationsKeptDays})
      AND NOT EXISTS (SELECT 1 FROM dead_letters d WHERE d.id = i.dead_letter_id) LIMIT ${batchMax}))`,
})

const olderThan = (table: string, column: string, days: number): SQL => {
  const name = sql.raw(table)
  return sql`DELETE FROM ${name} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${name}
    WHERE ${sql.raw(column)} < now() - make_interval(days => ${days}) LIMIT ${batchMax}))`
}

/**
 * One round of forgetting: prepares and drops weekly partitions, and deletes at most a batch of each table's expired rows. Returns what went, by
 * table; `isDone` is false when a table has more. A failing table does not keep the others: its error is thrown at the end. Throws INVALID_INPUT
 * for less than a day, before anything is deleted.
 */
export async function pruneExpired(
  db: Database,
  keep: Retention = defaultRetention,
): Promise<{ rows: Record<string, number>; partitions: number; isDone: boolean }> {
  if (Object.values(keep).some((days) => !(days >= 1)))
    throw new AppError('INVALID_INPUT', 'retention is at least one day', { context: keep })
  const faults: unknown[] = []
  const attempt = async (statement: SQL): Promise<{ rowCount: number | null; rows: unknown[] }> =>
    db.execute(statement).catch((error: unknown) => {
      faults.push(error)
      return { rowCount: 0, rows: [] }
    })
  const { rows: dropped } = await attempt(
    sql`SELECT keep_partitions(${keep.minutesKeptDays}::int) AS dropped`,
  )
  const rows: Record<string, number> = {}
  for (const [table, statement] of Object.entries(duties(keep)))
    rows[table] = (await attempt(statement)).rowCount ?? 0
  if (faults.length > 0) throw new AggregateError(faults, 'some tables could not be pruned')
  return {
    rows,
    partitions: (dropped[0] as { dropped: number } | undefined)?.dropped ?? 0,
    isDone: Object.values(rows).every((n) => n < batchMax),
  }
}
