import type { TraceFacts } from '@lean-ops/common/control-plane/traces/find-trace-facts'
import { expect, it } from 'vitest'
import { describeTrail } from './describe-trail.ts'

const at = new Date('2026-11-23T10:00:00Z')
const facts: TraceFacts = {
  curated: { passSeq: 7, sourceSnapshotId: '1', updatedAt: at },
  semantic: { passSeq: 3, sourceSeq: 6, headSnapshotId: '9', updatedAt: at },
  isGateOpen: true,
  snowflake: { state: 'in_sync', expected: '9', seen: '9', collectedAt: at },
  waiting: { visible: 4, collectedAt: at },
}
const row = { messageId: 'm', key: 'k', ingestedAt: at, editRevision: 0, replayId: null }
const inCurated = { lookedIn: 'orders__versions', row: { passId: 'orders-curated-7', passSeq: 7, at } }
const notThere = { lookedIn: 'looked', row: null }
const semanticRow = (messageId: string) => ({
  lookedIn: 'orders',
  row: { messageId, passId: 'orders-semantic-3', contractVersion: '1.0.0', at, snapshotId: '9' },
})
const letter = {
  id: 'a'.repeat(32),
  topic: 'orders',
  messageId: 'm',
  status: 'open',
  stage: 'semantic',
  code: 'TYPE_CAST',
  lastFailedAt: at,
  firstFailedAt: at,
}
const base = {
  topic: 'orders',
  messageId: 'm',
  letter: undefined,
  rows: [row],
  rawLookedIn: 'RAW orders',
  facts,
}
const states = (found: Partial<Parameters<typeof describeTrail>[0]>) =>
  describeTrail({ ...base, curated: inCurated, semantic: semanticRow('m'), ...found }).stages.map(
    (s) => s.state,
  )

it.each([
  ['it is the row of its key', {}, ['found', 'not found', 'found', 'found', 'found', 'found']],
  [
    'a newer version won',
    { semantic: semanticRow('newer') },
    ['found', 'not found', 'found', 'found', 'found', 'found'],
  ],
  [
    'it waits in the queue, or never came',
    { rows: [], curated: notThere, semantic: notThere },
    ['unknown', 'not found', 'not found', 'skipped', 'skipped', 'skipped'],
  ],
  [
    'semantic has not read its pass',
    { semantic: notThere },
    ['found', 'not found', 'found', 'found', 'waiting', 'skipped'],
  ],
  [
    'its contract refused it',
    { semantic: notThere, letter },
    ['found', 'found', 'found', 'found', 'not found', 'skipped'],
  ],
  [
    'the gate is closed',
    { facts: { ...facts, isGateOpen: false }, semantic: notThere },
    ['found', 'not found', 'found', 'found', 'skipped', 'skipped'],
  ],
  [
    'curated cannot be read',
    { curated: { lookedIn: 'away', row: undefined }, semantic: notThere },
    ['found', 'not found', 'found', 'unknown', 'skipped', 'skipped'],
  ],
])('%s', (_, found, expected) => {
  expect(states(found)).toEqual(expected)
})

it('says what was looked in at every stage, and who superseded it', () => {
  const { stages } = describeTrail({ ...base, curated: inCurated, semantic: semanticRow('newer') })

  expect(stages.every((s) => s.lookedIn !== '')).toBe(true)
  expect(stages.find((s) => s.stage === 'semantic')?.text).toContain('message newer superseded it')
})
