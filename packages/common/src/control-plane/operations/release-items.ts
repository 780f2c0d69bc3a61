import { sql } from 'drizzle-orm'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import { repeatOnConflict } from '../repeat-on-conflict.ts'
import { requireLease } from './require-lease.ts'

/**
 * Gives claimed items back unsent (the queue could not be reached, a person paused): pending again, their dead letters open again.
 * They keep their send count: if one did go out after all, its second send carries the same replay id and counts as resent.
 */
export async function releaseItems(
  db: Database,
  lease: { operationId: string; token: number },
  deadLetterIds: readonly string[],
): Promise<void> {
  if (deadLetterIds.length === 0) return
  await repeatOnConflict(() =>
    db.transaction(async (tx) => {
      await requireLease(tx, lease.operationId, lease.token)
      const version = await bumpVersion(tx, 'dead_letters')
      await tx.execute(sql`
      WITH items AS (
        UPDATE operation_items SET state = 'pending'
        WHERE operation_id = ${lease.operationId} AND state = 'sending' AND fencing_token = ${lease.token}
          AND dead_letter_id = ANY (${sql.param([...deadLetterIds])}::text[])
        RETURNING dead_letter_id)
      UPDATE dead_letters d SET status = 'open', operation_id = NULL, verify_stage = NULL, verify_until = NULL, changed_seq = ${version}
      FROM items i WHERE d.id = i.dead_letter_id AND d.operation_id = ${lease.operationId} AND d.status IN ('in_operation', 'verifying')`)
    }),
  )
}
