import { sql } from 'drizzle-orm'
import type { ItemOutcome, ItemReason } from '../../contract/operation.ts'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import { repeatOnConflict } from '../repeat-on-conflict.ts'
import { toJsonParameter } from '../to-json-parameter.ts'
import { requireLease } from './require-lease.ts'

export type JobOutcome = {
  key: string
  outcome: ItemOutcome
  reason?: ItemReason
  /** Words for people; no payload text. */
  detail?: string
}

/** Ends items of a job, each with its outcome. Throws CONFLICT when the lease is lost. */
export async function settleJobItems(
  db: Database,
  lease: { operationId: string; token: number },
  outcomes: readonly JobOutcome[],
): Promise<void> {
  if (outcomes.length === 0) return
  const rows = toJsonParameter(
    outcomes.map((o) => ({
      id: o.key,
      outcome: o.outcome,
      reason: o.reason ?? null,
      detail: o.detail?.slice(0, 1_000) ?? null,
    })),
  )
  await repeatOnConflict(() =>
    db.transaction(async (tx) => {
      await requireLease(tx, lease.operationId, lease.token)
      await tx.execute(sql`
        UPDATE operation_items i SET state = 'done', outcome = o.outcome, reason = o.reason, detail = o.detail, settled_at = now()
        FROM jsonb_to_recordset(${rows}::jsonb) AS o (id text, outcome text, reason text, detail text)
        WHERE i.operation_id = ${lease.operationId} AND i.dead_letter_id = o.id AND i.outcome IS NULL`)
      await bumpVersion(tx, 'operations')
    }),
  )
}
