import { sql } from 'drizzle-orm'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import { repeatOnConflict } from '../repeat-on-conflict.ts'
import { mayStillAct } from './operation-authority.ts'
import { requireLease } from './require-lease.ts'

/** Days in which a discarded dead letter can be restored. */
export const restorableDays = 30

/**
 * Discards or restores the next page of items: the item's outcome and the dead letter's status change in one transaction, so there is
 * nothing to verify later. Rows that are not in the right state any more end as skipped. Returns how many items were handled; 0 = done.
 */
export async function applyToItems(
  db: Database,
  request: { operationId: string; token: number; limit: number; kind: 'discard' | 'restore'; reason: string },
): Promise<number> {
  const { operationId, token, limit, kind, reason } = request
  return repeatOnConflict(() =>
    db.transaction(async (tx) => {
      await requireLease(tx, operationId, token)
      const version = await bumpVersion(tx, 'dead_letters')
      const change =
        kind === 'discard'
          ? sql`status = 'discarded', discard_reason = ${reason},
            restorable_until = now() + make_interval(days => ${restorableDays}), verify_until = NULL`
          : sql`status = 'open', discard_reason = NULL, restorable_until = NULL`
      const isFree =
        kind === 'discard'
          ? sql`d.status IN ('open', 'unverified')`
          : sql`d.status = 'discarded' AND d.restorable_until > now()`
      const { rows } = await tx.execute<{ handled: number }>(sql`
      WITH page AS (
        SELECT dead_letter_id FROM operation_items WHERE operation_id = ${operationId} AND state = 'pending'
        ORDER BY sequence, dead_letter_id LIMIT ${limit} FOR UPDATE SKIP LOCKED
      ), letters AS (
        SELECT d.id, ${mayStillAct(sql`o.authority`)} AS may_act, ${mayStillAct(sql`o.authority`)} AND ${isFree} AS is_free
        FROM dead_letters d JOIN page ON page.dead_letter_id = d.id JOIN operations o ON o.id = ${operationId} ORDER BY d.id FOR UPDATE OF d
      ), changed AS (
        UPDATE dead_letters d SET ${change}, status_changed_at = now(), changed_seq = ${version}, operation_id = NULL
        FROM letters l WHERE d.id = l.id AND l.is_free RETURNING d.id
      ), items AS (
        UPDATE operation_items i SET
          state = 'done', outcome = CASE WHEN l.is_free THEN 'resolved' ELSE 'skipped' END,
          reason = CASE WHEN l.is_free THEN NULL WHEN NOT l.may_act THEN 'permission' ELSE ${kind === 'discard' ? 'no_longer_open' : 'not_discarded'} END, settled_at = now()
        FROM letters l LEFT JOIN changed c USING (id)
        WHERE i.operation_id = ${operationId} AND i.dead_letter_id = l.id
        RETURNING 1
      ) SELECT count(*)::int AS handled FROM items`)
      await bumpVersion(tx, 'operations')
      return rows[0]?.handled ?? 0
    }),
  )
}
