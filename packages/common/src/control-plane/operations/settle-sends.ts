import { type SQL, sql } from 'drizzle-orm'
import type { ItemReason } from '../../contract/operation.ts'
import { toJsonParameter } from '../to-json-parameter.ts'
import { verifyDeadline } from './verify-deadline.ts'

/** What became of one claimed item, entry by entry: never inferred from a position or a count. */
export type SendResult =
  | { deadLetterId: string; result: 'sent' /** Set when this send raised it. */; editRevision?: number }
  | { deadLetterId: string; result: 'skipped' | 'failed'; reason: ItemReason; detail?: string }

type Lease = { operationId: string; token: number; version: SQL }

/**
 * Statements that record sends: those that went out wait for proof of their stage, the others end with their reason and their dead letter is
 * open again. An item whose outcome arrived before keeps that outcome. Part of a transaction under the lease; `version` as in `claimItems`.
 */
export function settleSends(lease: Lease, results: readonly SendResult[]): SQL[] {
  const plain = results.filter((r) => r.result === 'sent' && r.editRevision === undefined)
  const others = results.filter((r) => r.result !== 'sent' || r.editRevision !== undefined)
  return [
    ...(plain.length > 0
      ? [
          settlePlain(
            lease,
            plain.map((r) => r.deadLetterId),
          ),
        ]
      : []),
    ...(others.length > 0 ? [settleOthers(lease, others)] : []),
  ]
}

/** Nearly all: sent as they were. Their dead letters were marked when they were claimed. */
const settlePlain = (lease: Lease, deadLetterIds: readonly string[]): SQL => sql`
    UPDATE operation_items i SET state = 'verifying', reason = NULL, detail = NULL, sent_at = now(),
      settle_by = now() + make_interval(secs => ${verifyDeadline(sql`i.verify_stage`)}), settled_at = NULL
    WHERE i.operation_id = ${lease.operationId} AND i.dead_letter_id = ANY (${sql.param([...deadLetterIds])}::text[])
      AND i.state = 'sending' AND i.fencing_token = ${lease.token}`

function settleOthers(lease: Lease, results: readonly SendResult[]): SQL {
  const rows = toJsonParameter(
    results.map((r) => ({
      id: r.deadLetterId,
      result: r.result,
      reason: r.result === 'sent' ? null : r.reason,
      detail: r.result === 'sent' ? null : (r.detail ?? null),
      revision: r.result === 'sent' ? (r.editRevision ?? null) : null,
    })),
  )
  return sql`
    WITH results AS (
      SELECT * FROM jsonb_to_recordset(${rows}::jsonb) AS r (id text, result text, reason text, detail text, revision int)
    ), items AS (
      UPDATE operation_items i SET
        state = CASE r.result WHEN 'sent' THEN 'verifying' ELSE 'done' END,
        outcome = CASE r.result WHEN 'sent' THEN NULL ELSE r.result END,
        reason = r.reason, detail = r.detail,
        sent_at = CASE r.result WHEN 'sent' THEN now() END,
        settle_by = CASE r.result WHEN 'sent' THEN now() + make_interval(secs => ${verifyDeadline(sql`i.verify_stage`)}) END,
        settled_at = CASE r.result WHEN 'sent' THEN NULL ELSE now() END
      FROM results r
      WHERE i.operation_id = ${lease.operationId} AND i.dead_letter_id = r.id AND i.state = 'sending'
        AND i.fencing_token = ${lease.token}
      RETURNING i.dead_letter_id, i.state, r.revision
    )
    UPDATE dead_letters d SET
      status = CASE i.state WHEN 'done' THEN 'open' ELSE d.status END,
      status_changed_at = CASE i.state WHEN 'done' THEN now() ELSE d.status_changed_at END,
      verify_stage = CASE i.state WHEN 'done' THEN NULL ELSE d.verify_stage END,
      verify_until = CASE i.state WHEN 'done' THEN NULL ELSE d.verify_until END,
      operation_id = CASE i.state WHEN 'done' THEN NULL ELSE d.operation_id END,
      edit_revision = coalesce(i.revision, d.edit_revision),
      changed_seq = ${lease.version}
    FROM items i WHERE d.id = i.dead_letter_id AND (i.state = 'done' OR i.revision IS NOT NULL)`
}
