import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'

/** Heartbeat. False when the lease was lost: the caller must stop without another write. */
export async function renewLease(
  db: Database,
  lease: { operationId: string; token: number; leaseSeconds: number },
): Promise<boolean> {
  const { rowCount } = await db.execute(sql`
    UPDATE operations SET heartbeat_at = now(), lease_until = now() + make_interval(secs => ${lease.leaseSeconds})
    WHERE id = ${lease.operationId} AND fencing_token = ${lease.token} AND finished_at IS NULL`)
  return rowCount === 1
}
