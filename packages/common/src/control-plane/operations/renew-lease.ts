import { type SQL, sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'

type Lease = { operationId: string; token: number; leaseSeconds: number }

/** Heartbeat. False when the lease was lost: the caller must stop without another write. */
export async function renewLease(db: Database, lease: Lease): Promise<boolean> {
  const { rowCount } = await db.execute(renewal(lease))
  return rowCount === 1
}

/** The heartbeat as the first statement of a flight. PostgreSQL divides by zero when the lease was lost, and so refuses all that follows. */
export const renewalOrRefusal = (lease: Lease): SQL =>
  sql`WITH renewed AS (${renewal(lease)} RETURNING 1) SELECT 1 / count(*) FROM renewed`

/** SQL state of that division. */
export const leaseRefusal = '22012'

const renewal = (lease: Lease): SQL => sql`
  UPDATE operations SET heartbeat_at = now(), lease_until = now() + make_interval(secs => ${lease.leaseSeconds})
  WHERE id = ${lease.operationId} AND fencing_token = ${lease.token} AND finished_at IS NULL`
