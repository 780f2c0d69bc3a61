import { sql } from 'drizzle-orm'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import { repeatOnConflict } from '../repeat-on-conflict.ts'
import { requireLease } from './require-lease.ts'

/** Ends what was not sent yet of a cancelled operation. Claimed items of a dead worker stay: they may have been sent and are settled by proof or deadline. */
export async function cancelPending(
  db: Database,
  lease: { operationId: string; token: number },
): Promise<number> {
  return repeatOnConflict(() =>
    db.transaction(async (tx) => {
      await requireLease(tx, lease.operationId, lease.token)
      const { rowCount } = await tx.execute(sql`
      UPDATE operation_items SET state = 'done', outcome = 'cancelled', reason = 'cancelled_before_send', settled_at = now()
      WHERE operation_id = ${lease.operationId} AND state = 'pending'`)
      await adoptSending(tx, lease)
      await bumpVersion(tx, 'operations')
      return rowCount ?? 0
    }),
  )
}

/** Whether an interrupted worker's page was sent is not known: it waits for proof like any sent message, until its deadline. */
async function adoptSending(tx: Database, lease: { operationId: string; token: number }): Promise<void> {
  await tx.execute(sql`
    WITH items AS (
      UPDATE operation_items SET state = 'verifying', settle_by = now() + interval '15 minutes'
      WHERE operation_id = ${lease.operationId} AND state = 'sending' AND fencing_token < ${lease.token}
      RETURNING dead_letter_id, settle_by, verify_stage)
    UPDATE dead_letters d SET status = 'verifying', verify_until = i.settle_by, verify_stage = i.verify_stage
    FROM items i WHERE d.id = i.dead_letter_id AND d.status = 'in_operation'`)
}
