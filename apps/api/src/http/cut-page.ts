import { encodeCursor } from '@lean-ops/common/control-plane/cursor'

/** The page out of `limit + 1` rows, and the cursor after its last row: null when nothing follows. */
export function cutPage<R>(
  rows: readonly R[],
  limit: number,
  positionOf: (last: R) => unknown,
): { page: R[]; nextCursor: string | null } {
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  return { page, nextCursor: last === undefined ? null : encodeCursor(positionOf(last)) }
}
