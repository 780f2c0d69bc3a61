import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'

/** An export holds no items, so that it never keeps anybody from acting; its counters say how many rows were written. Rows pruned meanwhile count as skipped. */
export async function settleExport(
  db: Database,
  lease: { operationId: string; token: number },
  rows: number,
): Promise<void> {
  await db.execute(sql`
    UPDATE operations SET resolved = least(${rows}::int, total), skipped = greatest(total - ${rows}::int, 0), pending = 0
    WHERE id = ${lease.operationId} AND fencing_token = ${lease.token} AND finished_at IS NULL`)
}
