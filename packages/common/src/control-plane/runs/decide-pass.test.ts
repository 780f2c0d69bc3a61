import { describe, expect, it } from 'vitest'
import { plainContract } from '../testing/seed-runs.ts'
import { decidePass, type PassFacts, passRowsMax, type RawHead } from './decide-pass.ts'

const million = passRowsMax / 2
/** Commits of a million rows each: snapshot n holds n millions. */
const head = (newest: number): RawHead => ({
  snapshotId: BigInt(newest),
  rows: newest * million,
  earlier: Array.from({ length: newest - 1 }, (_, n) => ({
    snapshotId: BigInt(n + 1),
    rows: (n + 1) * million,
  })),
})

const facts = (over: Partial<PassFacts>): PassFacts => ({
  topic: 't',
  layer: 'curated',
  open: null,
  curated: null,
  semantic: null,
  unread: [],
  contract: { model: plainContract('t'), isActive: true },
  former: null,
  head: null,
  request: null,
  ...over,
})

const checkpointAt = (sourceSnapshotId: bigint): NonNullable<PassFacts['curated']> => ({
  topic: 't',
  layer: 'curated',
  passSeq: 1,
  sourceSnapshotId,
  sourceRows: null,
  sourceSeq: null,
  recomputedSeq: 0,
  writtenSeq: 1,
  headSnapshotId: 1n,
  headRows: 1,
  contractSha256: 'x',
})

const stretchOf = (given: PassFacts) => {
  const decision = decidePass(given)
  if (decision.kind !== 'plan') return decision.kind
  const { mode, fromSnapshotId, toSnapshotId, sourceRows } = decision.stretch
  return [mode, fromSnapshotId, toSnapshotId, sourceRows]
}

describe('how much one pass reads', () => {
  it('a backlog is taken in passes of a bounded size, and each goes on where the one before ended', () => {
    const ends: unknown[] = [stretchOf(facts({ head: head(7) }))]
    for (const at of [2n, 4n, 6n, 7n])
      ends.push(stretchOf(facts({ head: head(7), curated: checkpointAt(at) })))

    expect(ends).toEqual([
      ['first', null, 2n, 2 * million],
      ['incremental', 2n, 4n, 4 * million],
      ['incremental', 4n, 6n, 6 * million],
      ['incremental', 6n, 7n, 7 * million],
      'nothing',
    ])
  })

  it('a single commit that is larger is read whole', () => {
    const large: RawHead = {
      snapshotId: 3n,
      rows: 9 * million,
      earlier: [
        { snapshotId: 1n, rows: 1 },
        { snapshotId: 2n, rows: 8 * million },
      ],
    }

    expect(stretchOf(facts({ head: large, curated: checkpointAt(1n) }))).toEqual([
      'incremental',
      1n,
      2n,
      8 * million,
    ])
    expect(stretchOf(facts({ head: large, curated: checkpointAt(2n) }))).toEqual([
      'incremental',
      2n,
      3n,
      9 * million,
    ])
  })

  it('up to the head where the start has expired, and for a recompute', () => {
    const expired = stretchOf(facts({ head: head(7), curated: checkpointAt(99n) }))
    const recompute = stretchOf(
      facts({ head: head(7), curated: checkpointAt(2n), request: { mode: 'recompute', layer: 'curated' } }),
    )

    expect(expired).toEqual(['incremental', 99n, 7n, 7 * million])
    expect(recompute).toEqual(['recompute', null, 7n, 7 * million])
  })

  it('what waits for the semantic layer is judged in passes of a bounded size, too', () => {
    const curated = { ...checkpointAt(9n), passSeq: 6, writtenSeq: 5 }
    const unread = [million, 2 * million, 0.5 * million, 0.5 * million, 1, 0].map((rows, n) => ({
      seq: n + 1,
      rows,
    }))
    const seqsOf = (sourceSeq: number | null, recomputedSeq = 0) => {
      const semantic = sourceSeq === null ? null : { ...checkpointAt(9n), sourceSeq }
      const left = unread.filter(({ seq }) => seq > (sourceSeq ?? 0))
      const decision = decidePass(
        facts({ layer: 'semantic', curated: { ...curated, recomputedSeq }, semantic, unread: left }),
      )
      if (decision.kind !== 'plan') return decision.kind
      const { mode, fromSeq, toSeq, sourceSnapshotId } = decision.stretch
      return [mode, fromSeq, toSeq, sourceSnapshotId]
    }

    expect([null, 1, 2, 6].map((at) => seqsOf(at))).toEqual([
      ['first', 0, 1, 1n],
      ['incremental', 1, 2, 1n],
      ['incremental', 2, 6, 1n],
      'nothing',
    ])
    // Rows of the first two passes were written anew by the third.
    expect([seqsOf(null, 3), seqsOf(2, 3)]).toEqual([
      ['first', 0, 6, 1n],
      ['recompute', 0, 6, 1n],
    ])
  })
})
