import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import { repeatOnConflict } from '../repeat-on-conflict.ts'
import { type ClaimedItem, type ClaimRequest, claimItems } from './claim-items.ts'
import { releaseItems } from './release-items.ts'
import { requireAndRenewLease } from './require-lease.ts'
import { type SendResult, settleSends } from './settle-sends.ts'

export type ChunkTurn = {
  /** What became of an earlier chunk. */
  results: readonly SendResult[]
  /** Claimed, but to be given back unsent. */
  backIds: readonly string[]
  /** How many to claim; 0 = none. */
  claim: ClaimRequest
}

/**
 * One transaction of a worker between two chunks: renews its lease, records what became of an earlier chunk, claims the next. Throws
 * CONFLICT when the lease is lost; then nothing of it is written.
 */
export async function turnChunk(
  db: Database,
  lease: { operationId: string; token: number; leaseSeconds: number },
  turn: ChunkTurn,
): Promise<ClaimedItem[]> {
  const { operationId, token } = lease
  return repeatOnConflict(() =>
    db.transaction(async (tx) => {
      await requireAndRenewLease(tx, lease)
      const version = await bumpVersion(tx, 'dead_letters')
      await settleSends(tx, { operationId, token, version }, turn.results)
      await releaseItems(tx, { operationId, token, version }, turn.backIds)
      const items =
        turn.claim.limit > 0 ? await claimItems(tx, { operationId, token, version, ...turn.claim }) : []
      if (turn.results.length > 0) await bumpVersion(tx, 'operations')
      return items
    }),
  )
}
