import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'

/**
 * Live operations that no worker holds and that nobody has touched for `quietSeconds`: the ticker wakes them. Those whose worker died in the
 * middle are marked `stalled`, so that people see why nothing moves.
 */
export async function listDueOperations(db: Database, quietSeconds: number): Promise<string[]> {
  const { rows } = await db.execute<{ id: string }>(sql`
    WITH due AS (
      SELECT id FROM operations
      WHERE finished_at IS NULL AND state <> 'paused' AND start_after <= now()
        AND (lease_until IS NULL OR lease_until <= now())
        AND coalesce(heartbeat_at, created_at) <= now() - make_interval(secs => ${quietSeconds})
      ORDER BY created_at LIMIT 200
    ), stalled AS (
      UPDATE operations o SET state = 'stalled', note = 'its worker died; another one takes over'
      FROM due WHERE o.id = due.id AND o.state = 'running' AND o.lease_until <= now()
    )
    SELECT id FROM due`)
  return rows.map((r) => r.id)
}
