import fc from 'fast-check'
import { expect, test } from 'vitest'
import { judgeSync } from './judge-sync.ts'
import { parseRefreshStatus } from './parse-refresh-status.ts'
import { parseSnapshotChain } from './parse-snapshot-chain.ts'
import type { TableState } from './table-state.ts'

const ids = ['9007199254740997', '9007199254740995', '9007199254740993']
const chain = { ids, isTruncated: false, metadataLocation: 's3://lake/m.json' }
const running = { executionState: 'RUNNING', reason: null, pendingSnapshots: 0 }
const table = (changes: Partial<TableState>): TableState => ({
  autoRefresh: null,
  snapshotId: ids[0] ?? null,
  metadataFile: null,
  invalidReason: null,
  ...changes,
})

test.each([
  ['the newest', table({}), chain, null, 'in_sync', 0],
  ['one behind', table({ snapshotId: ids[1] ?? '' }), chain, null, 'behind', 1],
  [
    'two behind, refreshing by itself',
    table({ snapshotId: ids[2] ?? '', autoRefresh: running }),
    chain,
    null,
    'behind',
    2,
  ],
  ['later than expected', table({}), chain, ids[2], 'in_sync', 0],
  [
    'behind what is expected, though not the newest',
    table({ snapshotId: ids[2] ?? '' }),
    chain,
    ids[1],
    'behind',
    1,
  ],
  [
    'stopped while in sync: it will not notice the next commit',
    table({ autoRefresh: { ...running, executionState: 'STOPPED' } }),
    chain,
    null,
    'stopped',
    0,
  ],
  ['an expired snapshot', table({ snapshotId: '5' }), { ...chain, isTruncated: true }, null, 'behind', null],
  ['a snapshot that never was on main', table({ snapshotId: '5' }), chain, null, 'unknown', null],
  ['no snapshot reported', table({ snapshotId: null, autoRefresh: running }), chain, null, 'unknown', null],
  ['no table in Snowflake', undefined, chain, null, 'missing', null],
  ['no semantic table', table({}), undefined, null, 'unknown', null],
  ['both empty', table({ snapshotId: null }), { ...chain, ids: [] }, null, 'in_sync', 0],
  ['cannot be queried', table({ invalidReason: 'no access' }), chain, null, 'failed', 0],
] as const)('%s', (_what, seen, main, expected, state, behindBy) => {
  expect(judgeSync({ chain: main, expected: expected ?? null, table: seen })).toEqual({ state, behindBy })
})

test('in sync is said only when the expected snapshot, or a later one of main, is what Snowflake shows', () => {
  const id = fc.constantFrom(...ids, '5', null)
  const state = fc.record({
    snapshotId: id,
    metadataFile: fc.constant(null),
    invalidReason: fc.constantFrom(null, 'broken'),
    autoRefresh: fc.option(
      fc.record({
        executionState: fc.constantFrom('RUNNING', 'STALLED', 'STOPPED', 'SOMETHING_NEW'),
        reason: fc.constant(null),
        pendingSnapshots: fc.constant(null),
      }),
    ),
  })
  fc.assert(
    fc.property(fc.option(state), id, fc.nat(3), fc.boolean(), (seen, expected, length, isTruncated) => {
      const main = { ...chain, ids: ids.slice(0, length), isTruncated }
      const verdict = judgeSync({ chain: main, expected, table: seen ?? undefined })
      const shown = main.ids.indexOf(seen?.snapshotId ?? 'none')
      const wanted = main.ids.indexOf(expected ?? main.ids[0] ?? 'none')
      const isThere =
        (shown !== -1 && wanted !== -1 && shown <= wanted) ||
        (expected !== null && seen?.snapshotId === expected && length > 0) ||
        (length === 0 && expected === null && seen?.snapshotId === null)
      const isWell = seen?.invalidReason === null && seen.autoRefresh?.executionState !== 'STOPPED'
      expect(verdict.state === 'in_sync').toBe(isThere && isWell)
    }),
  )
})

test('ids keep all their digits from metadata and from the status', () => {
  const text = `{"current-snapshot-id": 9007199254740993, "snapshots": [
    {"snapshot-id": 9007199254740993, "parent-snapshot-id": 9007199254740995},
    {"snapshot-id": 9007199254740995, "parent-snapshot-id": 9007199254740997},
    {"snapshot-id": 1}]}`

  expect(parseSnapshotChain(text, 's3://b/k')).toEqual({
    ids: ['9007199254740993', '9007199254740995'],
    isTruncated: true,
    metadataLocation: 's3://b/k',
  })
  expect(parseSnapshotChain('{"current-snapshot-id": -1}', 's3://b/k')).toMatchObject({
    ids: [],
    isTruncated: false,
  })
  expect(
    parseRefreshStatus('{"executionState":"RUNNING","currentSnapshotId":9007199254740993}').snapshotId,
  ).toBe('9007199254740993')
  expect(parseRefreshStatus('')).toEqual({ autoRefresh: null, snapshotId: null, metadataFile: null })
})
