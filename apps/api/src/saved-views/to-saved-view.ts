import { SavedView } from '@lean-ops/common/contract/saved-views'
import type { savedViews } from '@lean-ops/common/control-plane/schema/saved-views'

/** A row as one reader sees it. The stored query is parsed again: it once came from a browser. */
export const toSavedView = (row: typeof savedViews.$inferSelect, actorId: string): SavedView =>
  SavedView.parse({
    id: row.id,
    page: row.page,
    name: row.name,
    query: row.query,
    owner: row.owner,
    isMine: row.owner === actorId,
    isShared: row.isShared,
    version: row.version,
    updatedAt: row.updatedAt.toISOString(),
  })
