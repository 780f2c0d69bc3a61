import type { SavedView } from '@lean-ops/common/contract/saved-views'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { savedViews } from '@lean-ops/common/control-plane/schema/saved-views'
import { and, asc, eq, or } from 'drizzle-orm'
import { toSavedView } from './to-saved-view.ts'

/** One's own views and everybody's shared ones, by name. */
export async function listSavedViews(
  db: Pick<Database, 'select'>,
  of: { actorId: string; page?: string | undefined },
): Promise<SavedView[]> {
  const rows = await db
    .select()
    .from(savedViews)
    .where(
      and(
        or(eq(savedViews.owner, of.actorId), eq(savedViews.isShared, true)),
        of.page === undefined ? undefined : eq(savedViews.page, of.page),
      ),
    )
    .orderBy(asc(savedViews.name), asc(savedViews.id))
  return rows.map((row) => toSavedView(row, of.actorId))
}
