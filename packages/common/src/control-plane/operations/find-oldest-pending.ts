import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'

/** Items looked at: they come in order of indexing, so the oldest are among the first. */
const lookedAt = 1_000

/**
 * Days since the oldest message that an operation has still to send was first received, by the database's clock; undefined when nothing is
 * pending.
 */
export async function findOldestPendingDays(db: Database, operationId: string): Promise<number | undefined> {
  const { rows } = await db.execute<{ days: number | null }>(sql`
    SELECT (extract(epoch FROM now() - min(least(d.first_received_at, d.first_failed_at))) / 86400)::float8 AS days
    FROM (SELECT dead_letter_id FROM operation_items WHERE operation_id = ${operationId} AND state = 'pending'
      ORDER BY sequence LIMIT ${lookedAt}) AS i JOIN dead_letters d ON d.id = i.dead_letter_id`)
  return rows[0]?.days ?? undefined
}
