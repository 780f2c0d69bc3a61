import { randomUUID } from 'node:crypto'
import type { SavedView, SavedViewInput } from '@lean-ops/common/contract/saved-views'
import { bumpVersion } from '@lean-ops/common/control-plane/bump-version'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { savedViews } from '@lean-ops/common/control-plane/schema/saved-views'
import { AppError } from '@lean-ops/common/errors/app-error'
import { toSavedView } from './to-saved-view.ts'

/** Throws CONFLICT when this person already has a view of that name on that page. */
export async function createSavedView(
  db: Database,
  actorId: string,
  input: SavedViewInput,
  now: Date,
): Promise<SavedView> {
  return db.transaction(async (tx) => {
    const [row] = await tx
      .insert(savedViews)
      .values({ id: randomUUID(), owner: actorId, ...input, createdAt: now, updatedAt: now })
      .onConflictDoNothing()
      .returning()
    if (row === undefined)
      throw new AppError('CONFLICT', `You already have a view called “${input.name}” here.`)
    await bumpVersion(tx, 'saved_views')
    return toSavedView(row, actorId)
  })
}
