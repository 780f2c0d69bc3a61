import { versionBump, versionOf } from '../bump-version.ts'
import type { PooledDatabase } from '../connect.ts'
import { inOneFlight } from '../in-one-flight.ts'
import { repeatOnConflict, sqlState } from '../repeat-on-conflict.ts'
import { type ClaimedItem, type ClaimRequest, claimedItems, claimItems } from './claim-items.ts'
import { type OperationFacts, selectStepFacts, toStepFacts } from './read-step-facts.ts'
import { releaseItems } from './release-items.ts'
import { leaseRefusal, renewalOrRefusal } from './renew-lease.ts'
import { leaseLost } from './require-lease.ts'
import { type SendResult, settleSends } from './settle-sends.ts'

export type ChunkTurn = {
  /** What became of an earlier chunk. */
  results: readonly SendResult[]
  /** Claimed, but to be given back unsent. */
  backIds: readonly string[]
  /** How many to claim; 0 = none. */
  claim: ClaimRequest
}

/** `facts`: what the operation looks like after the turn. */
export type ChunkTurned = { items: ClaimedItem[]; facts: OperationFacts | undefined }

/**
 * One transaction of a worker between two chunks, in one flight: renews its lease, records what became of an earlier chunk, claims the next,
 * and reads what the following step is decided on. `onSent` runs once, while the database works. Throws CONFLICT when the lease is lost; then
 * nothing of it is written.
 */
export async function turnChunk(
  db: PooledDatabase,
  lease: { operationId: string; token: number; leaseSeconds: number },
  turn: ChunkTurn,
  onSent?: () => void,
): Promise<ChunkTurned> {
  const { operationId, token } = lease
  const ours = { operationId, token, version: versionOf('dead_letters') }
  const statements = [
    renewalOrRefusal(lease),
    versionBump('dead_letters'),
    ...settleSends(ours, turn.results),
    ...(turn.backIds.length > 0 ? [releaseItems(ours, turn.backIds)] : []),
  ]
  const claimAt = statements.length
  if (turn.claim.limit > 0) statements.push(claimItems({ ...ours, ...turn.claim }))
  if (turn.results.length > 0) statements.push(versionBump('operations'))
  statements.push(selectStepFacts(operationId, token))
  let tell = onSent
  const answers = await repeatOnConflict(() =>
    inOneFlight(db, statements, () => {
      tell?.()
      tell = undefined
    }),
  ).catch((error: unknown) => {
    throw sqlState(error) === leaseRefusal ? leaseLost(operationId) : error
  })
  const claim = turn.claim.limit > 0 ? answers[claimAt] : undefined
  return { items: claim ? claimedItems(claim) : [], facts: toStepFacts(answers.at(-1) ?? { rows: [] }) }
}
