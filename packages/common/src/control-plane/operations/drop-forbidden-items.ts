import { sql } from 'drizzle-orm'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import { repeatOnConflict } from '../repeat-on-conflict.ts'
import { requireLease } from './require-lease.ts'

/** Ends items whose topic belongs by now to an owner for whom the author may not act: a topic that changed hands is left out. */
export async function dropForbiddenItems(
  db: Database,
  lease: { operationId: string; token: number },
): Promise<void> {
  await repeatOnConflict(() =>
    db.transaction(async (tx) => {
      await requireLease(tx, lease.operationId, lease.token)
      const { rowCount } = await tx.execute(sql`
        UPDATE operation_items i SET state = 'done', outcome = 'skipped', reason = 'permission', settled_at = now()
        FROM operations o, topics t
        WHERE o.id = ${lease.operationId} AND i.operation_id = o.id AND i.state = 'pending' AND t.topic = i.topic
          AND NOT (o.authority -> 'actOwners' = '"*"'::jsonb OR o.authority -> 'actOwners' ? t.owner)`)
      if ((rowCount ?? 0) > 0) await bumpVersion(tx, 'operations')
    }),
  )
}
