import type { PassMode, PassVerdict, RunInput, RunLayer } from '../../contract/run.ts'
import type { ContractModel } from '../../odcs/contract-model.ts'
import type { Checkpoint } from './list-checkpoints.ts'

/** RAW as it stands: the newest snapshot, and those of its history that are still there, oldest first. */
export type RawHead = {
  snapshotId: bigint
  rows: number | null
  earlier?: readonly { snapshotId: bigint; rows: number }[]
}

/**
 * Rows that one pass reads at most, as far as commits of RAW or passes of curated can be told apart: a job has an hour, and
 * what is left is the next round's, or the next run's. A recompute replaces all rows, so it reads all of them.
 */
export const passRowsMax = 2_000_000

/** What is known of one topic when a pass of one layer may be planned. */
export type PassFacts = {
  topic: string
  layer: RunLayer
  /** The pass that was planned and is not closed yet, if any. */
  open: { passId: string; isHeld: boolean } | null
  curated: Checkpoint | null
  semantic: Checkpoint | null
  /** For the semantic layer: the curated passes that it has not read yet, oldest first, with the rows each wrote. */
  unread: readonly { seq: number; rows: number }[]
  /** The contract the jobs obey now; null = nobody knows one. */
  contract: { model: ContractModel; isActive: boolean } | null
  /** The contract under which the layer's checkpoint was written; null when its row is gone. */
  former: ContractModel | null
  /** Newest snapshot of RAW; null = the table has no commit. */
  head: RawHead | null
  /** What the run was asked for beyond what is new, unless this run has done it already. */
  request: RunInput['request'] | null
}

export type PlannedStretch = {
  mode: PassMode
  fromSnapshotId: bigint | null
  toSnapshotId: bigint | null
  fromSeq: number | null
  toSeq: number | null
  sourceSnapshotId: bigint | null
  sourceRows: number | null
  keysObject: string | null
}

export type PassDecision =
  | { kind: 'resume'; passId: string; verdict: PassVerdict | null }
  | { kind: 'held'; passId: string }
  | { kind: 'plan'; stretch: PlannedStretch }
  | { kind: 'nothing' }
  | { kind: 'no-contract' }
  | { kind: 'no-schema' }

/** Which pass a layer of a topic needs now. Pure: an open pass is always repeated as it was planned, whatever has changed since. */
export function decidePass(facts: PassFacts): PassDecision {
  if (facts.contract === null) return { kind: 'no-contract' }
  if (facts.layer === 'semantic' && !isGateOpen(facts.contract)) return { kind: 'no-schema' }
  if (facts.open?.isHeld) {
    const { passId } = facts.open
    return facts.request?.mode === 'held'
      ? { kind: 'resume', passId, verdict: facts.request.verdict }
      : { kind: 'held', passId }
  }
  if (facts.open) return { kind: 'resume', passId: facts.open.passId, verdict: null }
  const stretch = facts.layer === 'curated' ? curatedStretch(facts) : semanticStretch(facts)
  return stretch === null ? { kind: 'nothing' } : { kind: 'plan', stretch }
}

/** A schema exists when a contract with columns is active: a draft never lets data into the semantic layer. */
export const isGateOpen = (contract: { model: ContractModel; isActive: boolean }): boolean =>
  contract.isActive && contract.model.columns.length > 0

function curatedStretch(facts: PassFacts): PlannedStretch | null {
  const { head, curated, request } = facts
  if (head === null) return null
  const isAsked = request?.mode === 'recompute' && request.layer === 'curated'
  const range = (mode: PassMode, fromSnapshotId: bigint | null, to: RawHead): PlannedStretch => ({
    mode,
    fromSnapshotId,
    toSnapshotId: to.snapshotId,
    fromSeq: null,
    toSeq: null,
    sourceSnapshotId: null,
    sourceRows: to.rows,
    keysObject: null,
  })
  const from = curated?.sourceSnapshotId ?? null
  if (from === null) return range('first', null, endOf(head, null))
  if (isAsked || isIdentityChanged(facts) || asksForSlices(facts)) return range('recompute', null, head)
  return from === head.snapshotId ? null : range('incremental', from, endOf(head, from))
}

/** The newest snapshot that a pass from `from` reaches within its rows, but at least the next one. */
function endOf(head: RawHead, from: bigint | null): RawHead {
  const history = head.earlier ?? []
  const start = from === null ? -1 : history.findIndex((s) => s.snapshotId === from)
  // Without its start the stretch cannot be measured: the job finds out what is new by itself.
  if (head.rows === null || (from !== null && start < 0)) return head
  const read = history[start]?.rows ?? 0
  if (head.rows - read <= passRowsMax) return head
  const after = history.slice(start + 1)
  return after.findLast((s) => s.rows - read <= passRowsMax) ?? after[0] ?? head
}

function semanticStretch(facts: PassFacts): PlannedStretch | null {
  const { curated, semantic, request } = facts
  if (curated === null || curated.headSnapshotId === null) return null
  const range = (mode: PassMode, fromSeq: number, toSeq = curated.passSeq): PlannedStretch => ({
    mode,
    fromSnapshotId: null,
    toSnapshotId: null,
    fromSeq,
    toSeq,
    sourceSnapshotId: curated.headSnapshotId,
    sourceRows: curated.headRows,
    keysObject: null,
  })
  if (semantic === null) return range('first', 0, lastOf(facts, 0))
  const readUpTo = semantic.sourceSeq ?? 0
  const isAsked = request?.mode === 'recompute' && request.layer === 'semantic'
  if (isAsked || isIdentityChanged(facts) || curated.recomputedSeq > readUpTo) return range('recompute', 0)
  const keysObject = request?.mode === 'keys' ? request.keysObjects[facts.topic] : undefined
  // Only what was read before: newer versions belong to the next incremental pass.
  if (keysObject !== undefined) return { ...range('keys', readUpTo, readUpTo), keysObject }
  return curated.writtenSeq > readUpTo ? range('incremental', readUpTo, lastOf(facts, readUpTo)) : null
}

/** The newest curated pass that a semantic pass from `readUpTo` reaches within its rows, but at least the next one. */
function lastOf({ curated, unread }: PassFacts, readUpTo: number): number {
  const newest = curated?.passSeq ?? 0
  // A recompute wrote anew what the passes before it had written.
  const from = Math.max(readUpTo + 1, curated?.recomputedSeq ?? 0)
  const passes = unread.filter(({ seq, rows }) => seq >= from && seq <= newest && rows > 0)
  let read = 0
  const beyond = passes.findIndex(({ rows }, n) => {
    read += rows
    return n > 0 && read > passRowsMax
  })
  return passes[beyond - 1]?.seq ?? newest
}

/** Another key or version path means other winners: rows merged under the old ones are not comparable. */
function isIdentityChanged({ contract, former }: PassFacts): boolean {
  if (contract === null || former === null) return false
  const identity = ({ keyPath, eventVersion }: ContractModel) => JSON.stringify([keyPath, eventVersion])
  return identity(contract.model) !== identity(former)
}

/**
 * The contract newly declares a column of objects or lists: curated keeps their exact text only from the day that it is
 * declared, so rows that were curated before are read again from RAW.
 */
function asksForSlices({ contract, former }: PassFacts): boolean {
  if (contract === null || former === null) return false
  const slices = ({ columns }: ContractModel): string[] =>
    columns
      .filter((c) => c.type.kind === 'object' || c.type.kind === 'array')
      .map((c) => JSON.stringify(c.path))
  const known = new Set(slices(former))
  return slices(contract.model).some((path) => !known.has(path))
}
