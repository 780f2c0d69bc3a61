import { recordDeadLetters } from '@lean-ops/common/control-plane/dead-letters/record-dead-letters'
import { settleReplays } from '@lean-ops/common/control-plane/dead-letters/settle-replays'
import { failureReport } from '@lean-ops/common/control-plane/testing/failure-arbitrary'
import { seedOperation } from '@lean-ops/common/control-plane/testing/seed-dead-letters'
import { createTestDatabase, type TestDatabase } from '@lean-ops/common/control-plane/testing/test-database'
import { deadLetterId } from '@lean-ops/common/messages/dead-letter-id'
import type { OutcomeMessage } from '@lean-ops/common/messages/outcome-message'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { processOutcomes } from './process-outcomes.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterEach(() =>
  database.owner.query(
    'DELETE FROM operations; DELETE FROM dead_letters; DELETE FROM topic_rates; DELETE FROM topic_rate_failures; DELETE FROM consumed_messages',
  ),
)
afterAll(() => database.close())

const query = async (text: string) => (await database.pool.query(text)).rows
const id = deadLetterId('orders', 'message-1')
const confirmation = { messageId: 'message-1', replayId: 'r1', attempt: 1 }

const outcome = (given: Partial<OutcomeMessage> = {}): OutcomeMessage => ({
  v: 1,
  id: 'o1',
  requestId: 'r',
  stage: 'test',
  topic: 'orders',
  originArn: 'arn',
  startedAt: '2026-11-23T04:00:59.900Z',
  durationMs: 5,
  codeVersion: '1',
  attempts: { fresh: 10, replayed: 1 },
  accepted: { fresh: 8, replayed: 1 },
  deadLettered: { fresh: 1, replayed: 0 },
  failed: { fresh: 1, replayed: 0 },
  failures: [{ code: 'SINK_THROTTLED', class: 'transient', action: 'failed', fresh: 1, replayed: 0 }],
  sink: { stream: 's', calls: 1, failedCalls: 0, refusedEntries: 1, retriedEntries: 1 },
  latencyCounts: [1, 2, 3, 0, 0, 0, 0, 4],
  bytes: { received: 100, sent: 120 },
  confirmations: [],
  returns: [],
  findings: [],
  ...given,
})
const process = (...outcomes: unknown[]) =>
  processOutcomes(
    outcomes.map((o, n) => ({ messageId: `d${n}`, body: typeof o === 'string' ? o : JSON.stringify(o) })),
    { db: database.db, logger: { info: () => undefined, error: () => undefined } },
  )

describe('processOutcomes', () => {
  it('sums outcomes per topic and minute, each once', async () => {
    await process(outcome(), outcome({ id: 'o2', startedAt: '2026-11-23T04:00:01Z' }), outcome())
    await process(
      outcome(),
      outcome({ id: 'o3', startedAt: '2026-11-23T04:01:00Z' }),
      outcome({ id: 'o4', topic: null }),
    )

    expect(
      await query(
        'SELECT minute, attempts::int, accepted_replayed::int, latency_counts::int[] FROM topic_rates ORDER BY 1',
      ),
    ).toEqual([
      {
        minute: new Date('2026-11-23T04:00:00Z'),
        attempts: 20,
        accepted_replayed: 2,
        latency_counts: [2, 4, 6, 0, 0, 0, 0, 8],
      },
      {
        minute: new Date('2026-11-23T04:01:00Z'),
        attempts: 10,
        accepted_replayed: 1,
        latency_counts: [1, 2, 3, 0, 0, 0, 0, 4],
      },
    ])
    expect(await query('SELECT sum(failures)::int AS n FROM topic_rate_failures')).toEqual([{ n: 3 }])
  })

  it('keeps what it cannot read and takes the rest', async () => {
    expect(await process('nonsense', outcome(), { v: 2 })).toEqual(['d0', 'd2'])
    expect(await query('SELECT attempts::int FROM topic_rates')).toEqual([{ attempts: 10 }])
  })

  it('resolves a confirmed replay, its item, and the counts of its operation', async () => {
    await recordDeadLetters(database.db, [failureReport()])
    const operation = await seedOperation(database.pool, [id])
    await database.pool.query(
      `UPDATE dead_letters SET status = 'verifying', attempt = 1, replay_id = 'r1', operation_id = '${operation}', verify_stage = 'ingest'`,
    )
    await database.pool.query(
      `UPDATE operation_items SET state = 'verifying', replay_id = 'r1', attempt = 1, verify_stage = 'ingest'`,
    )

    expect(await process(outcome({ confirmations: [confirmation] }))).toEqual([])

    expect(await query('SELECT status, operation_id FROM dead_letters')).toEqual([
      { status: 'resolved', operation_id: null },
    ])
    expect(await query('SELECT state, outcome FROM operation_items')).toEqual([
      { state: 'done', outcome: 'resolved' },
    ])
    expect(await query('SELECT resolved, verifying FROM operations')).toEqual([{ resolved: 1, verifying: 0 }])
  })
})

describe('settleReplays', () => {
  const prepare = async (set: string) => {
    await recordDeadLetters(database.db, [failureReport()])
    await database.pool.query(`UPDATE dead_letters SET attempt = 1, replay_id = 'r1', ${set}`)
  }
  const settle = (stage: 'ingest' | 'delivery', over = {}) =>
    settleReplays(database.db, stage, [{ topic: 'orders', ...confirmation, ...over }])

  it.each([
    ['an attempt that is over', `status = 'verifying', verify_stage = 'ingest'`, { attempt: 0 }],
    ['another replay', `status = 'verifying', verify_stage = 'ingest'`, { replayId: 'r0' }],
    [
      'a message that failed later than where it was seen',
      `status = 'verifying', verify_stage = 'delivery'`,
      {},
    ],
    ['a message that is open again', `status = 'open'`, {}],
    ['a discarded message', `status = 'discarded'`, {}],
  ])('does not take proof for %s', async (_, set, over) => {
    await prepare(set)
    expect(await settle('ingest', over)).toBe(0)
  })

  it.each(['in_operation', 'verifying', 'unverified'])('resolves a message that is %s', async (status) => {
    await prepare(`status = '${status}', verify_stage = 'ingest'`)
    expect(await settle('delivery')).toBe(1)
    expect(await settle('delivery')).toBe(0)
    expect(await query('SELECT status FROM dead_letters')).toEqual([{ status: 'resolved' }])
  })
})
