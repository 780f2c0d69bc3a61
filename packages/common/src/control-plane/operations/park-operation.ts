import { sql } from 'drizzle-orm'
import type { OperationCause, OperationStage, OperationState } from '../../contract/operation.ts'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import { repeatOnConflict } from '../repeat-on-conflict.ts'

/** Where a worker leaves an operation at the end of its slice. */
export type Parking = {
  state: Extract<OperationState, 'running' | 'waiting' | 'paused' | 'verifying' | 'cancelling'>
  stage?: OperationStage
  cause?: OperationCause
  note?: string
}

/** Writes state, stage and cause and gives the lease back. Does nothing when the lease was lost or a person has paused it meanwhile. */
export async function parkOperation(
  db: Database,
  lease: { operationId: string; token: number },
  parking: Parking,
): Promise<void> {
  await repeatOnConflict(() =>
    db.transaction(async (tx) => {
      await tx.execute(sql`
      UPDATE operations SET
        lease_until = NULL, lease_owner = NULL, heartbeat_at = now(), stage = coalesce(${parking.stage ?? null}, stage),
        state = CASE WHEN state IN ('paused', 'cancelling') THEN state ELSE ${parking.state} END,
        cause = CASE WHEN state IN ('paused', 'cancelling') THEN cause ELSE ${parking.cause ?? null} END,
        note = CASE WHEN state IN ('paused', 'cancelling') THEN note ELSE ${parking.note ?? null} END
      WHERE id = ${lease.operationId} AND fencing_token = ${lease.token} AND finished_at IS NULL`)
      await bumpVersion(tx, 'operations')
    }),
  )
}
