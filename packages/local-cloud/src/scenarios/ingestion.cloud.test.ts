import { gunzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { useLocalCloud } from '../testing/local-cloud.ts'
import type { SentMessage } from '../traffic/send-traffic.ts'
import { createScenario, type Scenario } from './scenario.ts'
import { sha256 } from './sha256.ts'
import { type RawRow, type RowReader, startRowReader } from './start-row-reader.ts'

let reader: RowReader
let scenario: Scenario

beforeAll(() => {
  reader = startRowReader(useLocalCloud().endpoint)
})
beforeEach(() => {
  scenario = createScenario(useLocalCloud(), Math.floor(Math.random() * 1e9), reader)
})

afterEach(() => scenario.end())
afterAll(() => reader?.end())

const raw = (truth: readonly SentMessage[]): SentMessage[] =>
  truth.filter((m) => m.expected.ingest.end === 'raw')

const bodyOf = (row: RawRow): string =>
  row.payload_encoding === 'none'
    ? row.json_payload
    : gunzipSync(Buffer.from(row.json_payload, 'base64')).toString()

/** What a row shows of its message, and what the ground truth says it must show; the body by its hash, byte for byte. */
const shown = (r: RawRow): string =>
  [r.sqs_message_id, r.message_id, r.idempotency_key, sha256(bodyOf(r))].join(' ')
const mustShow = (m: SentMessage): string => [m.sqsMessageId, m.messageId, m.expected.key, m.sha256].join(' ')

test.each([100, 500])(
  'A1: %i messages without faults are as many rows, and no dead letter',
  async (count) => {
    const truth = await scenario.send({ topics: ['orders'], count })

    const rows = await scenario.rowsOf(truth, 'orders')

    expect(rows.map(shown).sort()).toEqual(truth.map(mustShow).sort())
    expect(await scenario.deadLettersOf(truth)).toEqual(new Map())
  },
)

test('A2: topics at the same time end in their own tables, user-events not in events', async () => {
  const topics = ['events', 'orders', 'payments', 'user-events'] as const
  const truth = await scenario.send({ topics, count: 400 })

  expect(await scenario.deadLettersOf(truth)).toEqual(new Map())
  for (const topic of topics) {
    const ofTopic = truth.filter((m) => m.topic === topic)
    // Asked for all that was sent anywhere: a stranger in this table would be among the rows.
    const anywhere = truth.map((m) => ({ ...m, topic }))
    const rows = await scenario.rowsOf(anywhere, topic)
    expect(rows.map((r) => r.sqs_message_id).sort()).toEqual(ofTopic.map((m) => m.sqsMessageId).sort())
  }
})

/** 100,000 take several minutes on two cores; a soak sets it. */
const herd = Number(process.env.LEAN_OPS_HERD ?? 5_000)

test('A3: a thundering herd with refused entries loses nothing', {
  timeout: 900_000 + herd * 20,
}, async () => {
  scenario.faults({ seed: 3, 'firehose.PutRecordBatch': { partial: 0.05 } })
  const truth = await scenario.send({ topics: ['orders', 'payments', 'events'], count: herd })

  for (const topic of ['orders', 'payments', 'events']) {
    const ofTopic = truth.filter((m) => m.topic === topic)
    const rows = await scenario.rowsOf(truth, topic)
    expect(new Set(rows.map(shown))).toEqual(new Set(ofTopic.map(mustShow)))
  }
  expect(await scenario.deadLettersOf(truth)).toEqual(new Map())
})

test("A4: the network's duplicates are all kept, under one message id", async () => {
  const truth = await scenario.send({ topics: ['orders'], count: 500, shares: { duplicate: 0.45 } })
  const distinct = new Set(truth.map((m) => m.messageId))

  const rows = await scenario.rowsOf(truth, 'orders')

  expect(rows).toHaveLength(500)
  expect(distinct.size).toBeLessThan(400)
  expect(new Set(rows.map((r) => r.message_id))).toEqual(distinct)
})

test('A15: malformed messages are exactly the dead letters, each with its code, and nothing is lost', async () => {
  const truth = await scenario.send({ topics: ['payments'], count: 200, shares: { malformed: 0.2 } })
  const bad = truth.flatMap((m) =>
    m.expected.ingest.end === 'dead-letter' ? [[m.messageId, m.expected.ingest.code] as const] : [],
  )
  expect(bad.length).toBeGreaterThan(15)

  const deadLetters = await scenario.deadLettersOf(truth)
  const rows = await scenario.rowsOf(truth, 'payments')

  expect(deadLetters).toEqual(new Map(bad))
  expect(rows.map(shown).sort()).toEqual(raw(truth).map(mustShow).sort())
})

test('A15: what is too large is compressed into RAW, or archived and dead-lettered', async () => {
  const truth = await scenario.send({ topics: ['events'], count: 12, shares: { oversize: 1 } })
  const tooLarge = truth.filter((m) => m.expected.ingest.end === 'dead-letter')

  const deadLetters = await scenario.deadLettersOf(truth)
  const rows = await scenario.rowsOf(truth, 'events')

  expect(deadLetters).toEqual(new Map(tooLarge.map((m) => [m.messageId, 'TOO_LARGE'])))
  expect(rows.map(shown).sort()).toEqual(raw(truth).map(mustShow).sort())
})

test('A21: throttled calls and refused entries are sent again, exactly they', async () => {
  scenario.faults({ seed: 21, 'firehose.PutRecordBatch': { partial: 0.3, times: 2 } })
  const truth = await scenario.send({ topics: ['orders'], count: 300 })
  const refused = await scenario.rowsOf(truth, 'orders')
  scenario.faults({ seed: 22, 'firehose.PutRecordBatch': { code: 'ThrottlingException', times: 3 } })
  const more = await scenario.send({ topics: ['orders'], count: 300 })
  const throttled = await scenario.rowsOf(more, 'orders')

  expect(refused.map(shown).sort()).toEqual(truth.map(mustShow).sort())
  expect(throttled.map(shown).sort()).toEqual(more.map(mustShow).sort())
  expect(await scenario.deadLettersOf([...truth, ...more])).toEqual(new Map())
})
