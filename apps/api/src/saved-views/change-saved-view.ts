import { isAllowed } from '@lean-ops/common/contract/permissions'
import type { SavedView, SavedViewChange } from '@lean-ops/common/contract/saved-views'
import { bumpVersion } from '@lean-ops/common/control-plane/bump-version'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { savedViews } from '@lean-ops/common/control-plane/schema/saved-views'
import { AppError } from '@lean-ops/common/errors/app-error'
import { and, eq, or } from 'drizzle-orm'
import type { Actor } from '../app-env.ts'
import { staleVersion } from '../http/version-tag.ts'
import { toSavedView } from './to-saved-view.ts'

type Target = { id: string; ifVersion: number; now: Date }

/** Changes a view that is one's own, or as administrator a shared one. Throws NOT_FOUND, FORBIDDEN, PRECONDITION_FAILED, CONFLICT. */
export async function changeSavedView(
  db: Database,
  actor: Actor,
  target: Target,
  change: SavedViewChange,
): Promise<SavedView> {
  return db.transaction(async (tx) => {
    const row = await lockOwn(tx, actor, target)
    const { name = row.name, query = row.query, isShared = row.isShared } = change
    if (name !== row.name) {
      const [taken] = await tx
        .select({ id: savedViews.id })
        .from(savedViews)
        .where(and(eq(savedViews.page, row.page), eq(savedViews.owner, row.owner), eq(savedViews.name, name)))
      if (taken !== undefined)
        throw new AppError('CONFLICT', `There is already a view called “${name}” here.`)
    }
    const [changed = row] = await tx
      .update(savedViews)
      .set({ name, query, isShared, version: row.version + 1, updatedAt: target.now })
      .where(eq(savedViews.id, row.id))
      .returning()
    await bumpVersion(tx, 'saved_views')
    return toSavedView(changed, actor.id)
  })
}

/** Removes a view under the same rules. */
export async function deleteSavedView(db: Database, actor: Actor, target: Target): Promise<void> {
  await db.transaction(async (tx) => {
    const row = await lockOwn(tx, actor, target)
    await tx.delete(savedViews).where(eq(savedViews.id, row.id))
    await bumpVersion(tx, 'saved_views')
  })
}

async function lockOwn(tx: Pick<Database, 'select'>, actor: Actor, target: Target) {
  const [row] = await tx
    .select()
    .from(savedViews)
    .where(
      and(eq(savedViews.id, target.id), or(eq(savedViews.owner, actor.id), eq(savedViews.isShared, true))),
    )
    .for('update')
  if (row === undefined) throw new AppError('NOT_FOUND', 'There is no such view.')
  if (row.owner !== actor.id && !isAllowed(actor.grants, 'admin'))
    throw new AppError('FORBIDDEN', 'Only its maker and administrators change a shared view.', {
      context: { reason: 'WRONG_OWNER' },
    })
  if (row.version !== target.ifVersion)
    throw staleVersion({
      current: toSavedView(row, actor.id),
      version: row.version,
      changedBy: row.owner === actor.id ? 'You' : row.owner,
      changedAt: row.updatedAt.toISOString(),
    })
  return row
}
