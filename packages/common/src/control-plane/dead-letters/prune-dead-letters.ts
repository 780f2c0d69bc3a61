import { sql } from 'drizzle-orm'
import { recordAudit } from '../audit/record-audit.ts'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import { repeatOnConflict } from '../repeat-on-conflict.ts'

export type Pruned = { resolved: number; discarded: number }

/**
 * Deletes one bounded batch of what nobody needs to act on any more: resolved messages, and discarded ones that can no longer be restored, both
 * `keepDays` after their status changed. Open, verifying and unverified ones are never touched, nor what a live operation holds. The audit row with
 * the counts is of the same transaction; archived bodies stay where they are.
 */
export async function pruneDeadLetters(
  db: Database,
  request: { keepDays: number; limit: number },
): Promise<Pruned> {
  return repeatOnConflict(() =>
    db.transaction(async (tx) => {
      await bumpVersion(tx, 'dead_letters')
      const { rows } = await tx.execute<Pruned>(sql`
        WITH old AS (
          SELECT d.id, d.status FROM dead_letters d
          WHERE d.settled_at < now() - make_interval(days => ${request.keepDays})
            AND (d.status = 'resolved' OR d.restorable_until < now())
            AND NOT EXISTS (SELECT 1 FROM operation_items i WHERE i.dead_letter_id = d.id AND i.outcome IS NULL)
          ORDER BY d.settled_at LIMIT ${request.limit} FOR UPDATE OF d SKIP LOCKED
        ), gone AS (DELETE FROM dead_letters d USING old WHERE d.id = old.id)
        SELECT count(*) FILTER (WHERE status = 'resolved')::int AS resolved,
          count(*) FILTER (WHERE status = 'discarded')::int AS discarded FROM old`)
      const pruned = rows[0] ?? { resolved: 0, discarded: 0 }
      if (pruned.resolved + pruned.discarded > 0)
        await recordAudit(tx, {
          actor: { kind: 'system', id: 'retention' },
          action: 'dead-letters.prune',
          target: { kind: 'dead_letters', id: 'retention' },
          details: { ...pruned, keepDays: request.keepDays },
        })
      return pruned
    }),
  )
}
