import { gzipSync } from 'node:zlib'
import { createTestDatabase, type TestDatabase } from '@lean-ops/common/control-plane/testing/test-database'
import { createTopicRegistry } from '@lean-ops/common/topics/topic-registry'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { indexErrorObjects } from './index-error-objects.ts'
import { objectEvent } from './read-object-events.ts'
import { reconcileErrorObjects } from './reconcile-error-objects.ts'
import { type MemoryBucket, memoryBucket } from './testing/memory-bucket.ts'

const registry = createTopicRegistry({
  version: 1,
  stage: 'test',
  topics: [
    {
      topic: 'orders',
      queueName: 'q',
      tableName: 'orders',
      stream: 0,
      owner: 'team-orders',
      status: 'active',
      keyPath: null,
    },
  ],
})

let database: TestDatabase
let s3: MemoryBucket
let nowMs: number
beforeAll(async () => {
  database = await createTestDatabase()
})
beforeEach(async () => {
  await database.owner.query(
    'DELETE FROM dead_letters; DELETE FROM error_groups; DELETE FROM error_counts; DELETE FROM dead_letter_counts; DELETE FROM indexed_objects',
  )
  s3 = memoryBucket()
  nowMs = Date.UTC(2026, 10, 23, 5)
})
afterAll(() => database.close())

const query = async (text: string) => (await database.pool.query(text)).rows

const reject = (id: string, given: object = {}) => ({
  kind: 'reject',
  errorId: `e-${id}`,
  topic: 'orders',
  messageId: id,
  editRevision: 0,
  replayId: null,
  publishTime: '2026-11-23T00:00:00.000007Z',
  ingestionTs: '2026-11-23T00:00:01.000000Z',
  originArn: 'arn:aws:sqs:us-east-1:0:q',
  stage: 'semantic',
  code: 'CDE_MISSING',
  message: 'userId: is null (and 1 more)',
  fields: [
    { column: 'userId', path: ['actor', 'userId'], code: 'CDE_MISSING', rule: null, detail: 'is null' },
    { column: 'amount', path: ['amount'], code: 'TYPE_CAST', rule: null, detail: 'not a decimal' },
  ],
  messageAttributes: '{"t":{"type":"String","value":"x"}}',
  payloadEncoding: 'none',
  body: `{"id":"${id}","town":"Zürich"}`,
  ...given,
})
const settled = (id: string, replayId: string | null, given: object = {}) => ({
  kind: 'settled',
  topic: 'orders',
  messageId: id,
  replayId,
  stage: 'semantic',
  outcome: 'accepted',
  ...given,
})

/** Writes a pass's parts and manifest, and returns the manifest's key. */
function stage(passId: string, parts: readonly (readonly object[])[]): string {
  const uris = parts.map((lines, n) => {
    const key = `rejects/${passId}/part-${String(n).padStart(5, '0')}.ndjson`
    s3.objects.set(key, Buffer.from(lines.map((l) => `${JSON.stringify(l)}\n`).join('')))
    return `s3://errors/${key}`
  })
  const key = `rejects/${passId}/manifest.json`
  const manifest = {
    version: 1,
    passId,
    topic: 'orders',
    layer: 'semantic',
    parts: uris,
    records: 1,
    replays: 0,
  }
  s3.objects.set(key, Buffer.from(JSON.stringify(manifest)))
  return key
}

const announce = (key: string) =>
  indexErrorObjects([{ messageId: 'a', body: objectEvent({ bucket: 'errors', key }) }], {
    db: database.db,
    registry,
    s3,
    bucket: 'archive',
    now: () => nowMs,
    logger: { info: () => undefined, error: () => undefined },
  })

it('a refused message becomes a dead letter of its layer, with its fields, its body and its own times', async () => {
  const packed = gzipSync('{"id":"m2"}').toString('base64')
  const key = stage('orders-semantic-1', [
    [reject('m1')],
    [
      reject('m2', { payloadEncoding: 'gzip+base64', body: packed }),
      reject('m3', { body: null, payloadEncoding: null }),
    ],
  ])

  expect(await announce(key)).toEqual([])

  const rows = await query(`
    SELECT d.message_id, d.stage, d.code, d.class, d.status, d.owner, d.publish_time::text AS published, convert_from(b.inline, 'UTF8') AS body
    FROM dead_letters d LEFT JOIN dead_letter_bodies b ON b.dead_letter_id = d.id ORDER BY 1`)
  expect(rows).toMatchObject([
    {
      message_id: 'm1',
      stage: 'semantic',
      code: 'CDE_MISSING',
      class: 'data',
      status: 'open',
      body: '{"id":"m1","town":"Zürich"}',
    },
    { message_id: 'm2', body: '{"id":"m2"}' },
    { message_id: 'm3', body: null },
  ])
  expect(rows[0]?.published).toContain('00:00:00.000007')
})

it('the same pass counts once, however often it is announced or repeated; another pass is another failure', async () => {
  const key = stage('orders-semantic-1', [[reject('m1')]])
  await announce(key)
  await announce(key)
  // The pass is repeated: the same lines in another order, so the object has another content.
  await announce(stage('orders-semantic-1', [[settled('m9', 'r9'), reject('m1')]]))
  const once = await query('SELECT failures FROM dead_letters')
  await announce(stage('orders-semantic-2', [[reject('m1')]]))

  expect(once).toEqual([{ failures: 1 }])
  expect(await query('SELECT failures FROM dead_letters')).toEqual([{ failures: 2 }])
})

it('a part that is missing, or a line that cannot be read, keeps the announcement; nothing is half counted', async () => {
  const key = stage('orders-semantic-1', [[reject('m1')], [reject('m2')]])
  s3.objects.delete('rejects/orders-semantic-1/part-00001.ndjson')
  expect(await announce(key)).toEqual(['a'])
  expect(await query('SELECT key FROM indexed_objects')).toEqual([])

  s3.objects.set('rejects/orders-semantic-1/part-00001.ndjson', Buffer.from('{"kind":"strange"}\n'))
  expect(await announce(key)).toEqual(['a'])
  stage('orders-semantic-1', [[reject('m1')], [reject('m2')]])
  expect(await announce(key)).toEqual([])
  expect(await query('SELECT message_id, failures FROM dead_letters ORDER BY 1')).toEqual([
    { message_id: 'm1', failures: 1 },
    { message_id: 'm2', failures: 1 },
  ])
})

it('a replay that got through is settled for its own attempt; one that came back is open again', async () => {
  await announce(stage('orders-semantic-1', [[reject('m1'), reject('m2'), reject('m3')]]))
  await database.pool.query(
    `UPDATE dead_letters SET status = 'verifying', verify_stage = 'semantic', attempt = 1, replay_id = 'r-' || message_id`,
  )

  await announce(
    stage('orders-semantic-2', [
      [
        settled('m1', 'r-m1'),
        settled('m2', 'r-of-another-attempt'),
        reject('m3', { replayId: 'r-m3', errorId: 'e-m3-1', editRevision: 1 }),
      ],
    ]),
  )

  expect(await query('SELECT message_id, status, attempt FROM dead_letters ORDER BY 1')).toEqual([
    { message_id: 'm1', status: 'resolved', attempt: 1 },
    { message_id: 'm2', status: 'verifying', attempt: 1 },
    { message_id: 'm3', status: 'open', attempt: 1 },
  ])
})

it('a curated pass proves delivery and parsing, never the contract', async () => {
  await announce(stage('orders-semantic-1', [[reject('m1'), reject('m2')]]))
  await database.pool.query(
    `UPDATE dead_letters SET status = 'verifying', attempt = 1, replay_id = 'r-' || message_id,
       verify_stage = CASE message_id WHEN 'm1' THEN 'delivery' ELSE 'semantic' END`,
  )
  await announce(
    stage('orders-curated-2', [
      [settled('m1', 'r-m1', { stage: 'curated' }), settled('m2', 'r-m2', { stage: 'curated' })],
    ]),
  )

  expect(await query('SELECT message_id, status FROM dead_letters ORDER BY 1')).toEqual([
    { message_id: 'm1', status: 'resolved' },
    { message_id: 'm2', status: 'verifying' },
  ])
})

it('what another contract lets through is resolved although nothing was sent; a later failure stays', async () => {
  await announce(stage('orders-semantic-1', [[reject('healed'), reject('discarded')]]))
  await database.pool.query(`UPDATE dead_letters SET status = 'discarded' WHERE message_id = 'discarded'`)
  nowMs += 60_000
  const healing = stage('orders-semantic-2', [
    [settled('healed', null), settled('later', null), settled('discarded', null)],
  ])
  const healedAt = nowMs
  nowMs += 60_000
  await announce(stage('orders-semantic-3', [[reject('later')]]))
  nowMs = healedAt
  await announce(healing)

  expect(await query('SELECT message_id, status FROM dead_letters ORDER BY 1')).toEqual([
    { message_id: 'discarded', status: 'discarded' },
    { message_id: 'healed', status: 'resolved' },
    { message_id: 'later', status: 'open' },
  ])
})

it('announcements in any order and number give the same dead letters', async () => {
  const passes = [1, 2, 3].map((n) =>
    stage(`orders-semantic-${n}`, [[reject(`m${n}`), reject('shared', { errorId: `e-${n}` })]]),
  )
  const counted = async () => query('SELECT message_id, failures, status FROM dead_letters ORDER BY 1')
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray([...passes, ...passes], { minLength: 6 }), async (announcements) => {
      await database.owner.query(
        'DELETE FROM dead_letters; DELETE FROM indexed_objects; DELETE FROM error_groups',
      )
      for (const key of announcements) await announce(key)
      expect(await counted()).toEqual([
        { message_id: 'm1', failures: 1, status: 'open' },
        { message_id: 'm2', failures: 1, status: 'open' },
        { message_id: 'm3', failures: 1, status: 'open' },
        { message_id: 'shared', failures: 3, status: 'open' },
      ])
    }),
    { numRuns: 10 },
  )
})

it('a manifest whose notification was lost is announced again, its parts are not', async () => {
  stage('orders-semantic-1', [[reject('m1')]])
  const sent: string[] = []
  const sqs = {
    send: async (command: { input: { Entries: { MessageBody: string }[] } }) => {
      sent.push(...command.input.Entries.map((e) => e.MessageBody))
      return {}
    },
  }
  const result = await reconcileErrorObjects(
    { prefix: 'rejects/', suffix: '/manifest.json' },
    {
      db: database.db,
      s3,
      // The client's `send` is overloaded; this test uses one command.
      sqs: sqs as never,
      bucket: 'errors',
      queueUrl: 'url',
      now: () => nowMs,
      remainingMs: () => 60_000,
    },
  )

  expect(result).toMatchObject({ announced: 1 })
  expect(sent).toEqual([objectEvent({ bucket: 'errors', key: 'rejects/orders-semantic-1/manifest.json' })])
})
