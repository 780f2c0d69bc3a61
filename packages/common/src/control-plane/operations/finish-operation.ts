import { sql } from 'drizzle-orm'
import type { OperationState } from '../../contract/operation.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import { repeatOnConflict } from '../repeat-on-conflict.ts'

export type Ending = {
  state: Extract<OperationState, 'completed' | 'completed_with_failures' | 'cancelled' | 'failed'>
  note?: string
  result?: { bucket: string; key: string; bytes: number; rows: number }
}

/** Ends an operation once, with its audit row in the same transaction. False when the lease was lost or it had ended already. */
export async function finishOperation(
  db: Database,
  lease: { operationId: string; token: number },
  ending: Ending,
): Promise<boolean> {
  return repeatOnConflict(() =>
    db.transaction(async (tx) => {
      const { rows } = await tx.execute<{
        kind: string
        counts: Record<string, number>
        actor: { id: string }
      }>(sql`
      UPDATE operations SET
        state = ${ending.state}, finished_at = now(), lease_until = NULL, lease_owner = NULL, cause = NULL, note = ${ending.note ?? null},
        result = ${ending.result ? JSON.stringify(ending.result) : null}::jsonb
      WHERE id = ${lease.operationId} AND fencing_token = ${lease.token} AND finished_at IS NULL
      RETURNING kind, actor, jsonb_build_object('total', total, 'resolved', resolved, 'returned', returned, 'unverified', unverified,
        'skipped', skipped, 'failed', failed, 'cancelled', cancelled, 'resent', resent) AS counts`)
      const row = rows[0]
      if (!row) return false
      await recordAudit(tx, {
        actor: { kind: 'system', id: 'operations-worker' },
        onBehalfOf: row.actor.id,
        action: `${row.kind}.finish`,
        target: { kind: 'operation', id: lease.operationId },
        operationId: lease.operationId,
        outcome: ending.state === 'failed' ? 'failed' : 'done',
        details: { state: ending.state, ...row.counts },
      })
      await bumpVersion(tx, 'operations')
      return true
    }),
  )
}
