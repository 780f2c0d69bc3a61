import { recordDeadLetters } from '@lean-ops/common/control-plane/dead-letters/record-dead-letters'
import { createTestDatabase, type TestDatabase } from '@lean-ops/common/control-plane/testing/test-database'
import { bodyOfArchivedLine } from '@lean-ops/common/messages/archived-dead-letter'
import { encodeArchivedMessage } from '@lean-ops/common/messages/claim-check'
import { deadLetterId } from '@lean-ops/common/messages/dead-letter-id'
import { encodeLineage, type Lineage } from '@lean-ops/common/messages/lineage'
import { createTopicRegistry } from '@lean-ops/common/topics/topic-registry'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { messageArchive } from '../ingest/message-archive.ts'
import { type DrainDeps, drainDeadLetters } from './drain-dead-letters.ts'
import type { DrainedRecord } from './read-drained-message.ts'
import { type MemoryBucket, memoryBucket } from './testing/memory-bucket.ts'

const secret = 'test-secret'
const originArn = 'arn:aws:sqs:us-east-1:000000000000:lean-ops-test-orders-queue'
const dlqArn = 'arn:aws:sqs:us-east-1:000000000000:lean-ops-test-dlq'
const sentAt = Date.UTC(2026, 10, 23, 4)
const registry = createTopicRegistry({
  version: 1,
  stage: 'test',
  topics: [
    {
      topic: 'orders',
      queueName: 'lean-ops-test-orders-queue',
      tableName: 'orders',
      stream: 0,
      owner: 'team-orders',
      status: 'active',
      keyPath: ['orderId'],
    },
  ],
})

let database: TestDatabase
let s3: MemoryBucket
let deps: DrainDeps
const errors: unknown[] = []
beforeAll(async () => {
  database = await createTestDatabase()
})
beforeEach(async () => {
  await database.owner.query(
    'DELETE FROM dead_letters; DELETE FROM error_groups; DELETE FROM error_counts; DELETE FROM dead_letter_counts; DELETE FROM topic_rates; DELETE FROM topic_rate_failures',
  )
  s3 = memoryBucket()
  errors.length = 0
  deps = {
    db: database.db,
    registry,
    lineageSecret: secret,
    s3,
    bucket: 'archive',
    readArchive: messageArchive(s3, 'archive').read,
    logger: { error: (...args) => errors.push(args), info: () => undefined },
    now: () => sentAt + 60_000,
    remainingMs: () => 60_000,
  }
})
afterAll(() => database.close())

const query = async (text: string) => (await database.pool.query(text)).rows

const lineage = (given: Partial<Lineage> = {}): Lineage => ({
  messageId: 'producer-1',
  publishTime: '2026-11-23T03:59:00.123456Z',
  firstReceived: '2026-11-23T03:59:30.000Z',
  editRevision: 0,
  attempt: 0,
  originArn,
  lastFailure: { stage: 'ingest', code: 'MALFORMED_JSON', message: 'not valid JSON at character 3' },
  ...given,
})

const record = (given: Partial<DrainedRecord> & { lineage?: Lineage } = {}): DrainedRecord => ({
  messageId: 'sqs-1',
  body: '{"a',
  eventSourceARN: dlqArn,
  attributes: { SentTimestamp: String(sentAt) },
  ...given,
  messageAttributes: {
    kind: { dataType: 'String', stringValue: 'order' },
    trace: { dataType: 'Binary', binaryValue: 'AAH/' },
    ...given.messageAttributes,
    ...(given.lineage && {
      'lean-ops': { dataType: 'String', stringValue: encodeLineage(given.lineage, secret) },
    }),
  },
})

const redriven = (given: Partial<DrainedRecord> = {}): DrainedRecord =>
  record({
    body: '{"orderId":"o-1"}',
    attributes: { SentTimestamp: String(sentAt), DeadLetterQueueSourceArn: originArn },
    ...given,
  })

const reportAttempts = () =>
  database.pool.query(
    `INSERT INTO topic_rates VALUES ('orders', to_timestamp(${sentAt / 1000}), 10, 0, 0, 0, 0, 0, 10, 0, 1, 1, 0, 0, 1, 1, '{}')`,
  )

describe('drainDeadLetters', () => {
  it('archives the whole message before its row and names the byte range', async () => {
    const staying = await drainDeadLetters(
      [record({ lineage: lineage() }), redriven({ messageId: 'sqs-2' })],
      deps,
    )

    expect(staying).toEqual([])
    const rows =
      await query(`SELECT d.message_id, d.topic, d.code, d.attributes, d.publish_time::text, d.origin_arn, b.*
      FROM dead_letters d JOIN dead_letter_bodies b ON b.dead_letter_id = d.id ORDER BY d.message_id`)
    expect(rows[0]).toMatchObject({
      message_id: 'producer-1',
      topic: 'orders',
      code: 'MALFORMED_JSON',
      origin_arn: originArn,
      attributes: { kind: { type: 'String', value: 'order' }, trace: { type: 'Binary', value: 'AAH/' } },
    })
    expect(rows[0]?.publish_time).toContain('03:59:00.123456')
    for (const row of rows) {
      const object = s3.objects.get(row.archive_key)
      const from = Number(row.archive_offset)
      const line = object?.subarray(from, from + row.archive_length).toString('utf8') ?? ''
      expect(bodyOfArchivedLine(line)).toEqual(row.inline)
    }
  })

  it('keeps every message in the queue while S3 or the database is down, and loses none afterwards', async () => {
    const batch = [
      record({ lineage: lineage() }),
      record({ messageId: 'sqs-2', lineage: lineage({ messageId: 'p2' }) }),
    ]

    s3.isDown = true
    expect(await drainDeadLetters(batch, deps)).toEqual(['sqs-1', 'sqs-2'])
    s3.isDown = false
    const broken = { ...deps.db, transaction: () => Promise.reject(new Error('down')) }
    expect(
      await drainDeadLetters(batch, {
        ...deps,
        db: { ...broken, execute: deps.db.execute.bind(deps.db) } as never,
      }),
    ).toEqual(['sqs-1', 'sqs-2'])
    expect(await query('SELECT 1 FROM dead_letters')).toEqual([])

    expect(await drainDeadLetters(batch, deps)).toEqual([])
    expect(await query('SELECT count(*)::int AS n FROM dead_letters')).toEqual([{ n: 2 }])
  })

  it('keeps ranges true when a batch is delivered again in another order and with other receive counts', async () => {
    const batch = [
      record({ lineage: lineage(), body: 'x'.repeat(70_000) }),
      record({ messageId: 'sqs-2', lineage: lineage({ messageId: 'p2' }), body: 'y'.repeat(70_000) }),
    ]
    await drainDeadLetters(batch, deps)
    const again = batch
      .toReversed()
      .map((r) => ({ ...r, attributes: { ...r.attributes, ApproximateReceiveCount: '10' } }))
    await drainDeadLetters(again, { ...deps, now: () => sentAt + 120_000 })

    expect(await query('SELECT sum(failures)::int AS n FROM dead_letters')).toEqual([{ n: 2 }])
    for (const row of await query(
      'SELECT sha256, size_bytes, archive_key, archive_offset, archive_length FROM dead_letter_bodies',
    )) {
      const from = Number(row.archive_offset)
      const line =
        s3.objects
          .get(row.archive_key)
          ?.subarray(from, from + row.archive_length)
          .toString('utf8') ?? ''
      expect(bodyOfArchivedLine(line)?.length).toBe(70_000)
    }
  })

  it('looks again at what SQS moved by itself', async () => {
    await reportAttempts()
    await drainDeadLetters(
      [
        redriven({ messageId: 'a', body: '[1]' }),
        redriven({ messageId: 'b', body: '{"messageId":"from-producer","payload":{"orderId":"o-2"}}' }),
      ],
      deps,
    )

    expect(await query('SELECT message_id, code, owner FROM dead_letters ORDER BY code')).toEqual([
      { message_id: 'a', code: 'NOT_AN_OBJECT', owner: 'unknown' },
      { message_id: 'from-producer', code: 'RETRIES_EXHAUSTED', owner: 'unknown' },
    ])
  })

  it('says which failure the topic had most when the retries ran out', async () => {
    await reportAttempts()
    await database.pool.query(
      `INSERT INTO topic_rate_failures VALUES ('orders', to_timestamp(${sentAt / 1000}), 'SINK_THROTTLED', 'failed', 'transient', 9, 0)`,
    )
    await drainDeadLetters([redriven()], deps)

    const [row] = await query('SELECT error_message FROM dead_letters')
    expect(row?.error_message).toContain('SINK_THROTTLED')
  })

  it('puts messages that nobody ever took up into one group', async () => {
    await drainDeadLetters(
      [redriven({ messageId: 'a', body: '{"x":1}' }), redriven({ messageId: 'b', body: '{"y":2}' })],
      deps,
    )

    expect(await query('SELECT code, failures::int FROM error_groups')).toEqual([
      { code: 'NEVER_PROCESSED', failures: 2 },
    ])
  })

  it('keeps a message whose origin nobody knows', async () => {
    const forged = { 'lean-ops': { dataType: 'String', stringValue: 'e30.AAAA' } }
    const staying = await drainDeadLetters([record({ messageAttributes: forged })], deps)

    expect(staying).toEqual([])
    expect(await query('SELECT topic, message_id, code FROM dead_letters')).toEqual([
      { topic: '_unknown', message_id: 'sqs-1', code: 'NEVER_PROCESSED' },
    ])
  })

  it('resolves a claim check: the row has the producer’s attributes and the body', async () => {
    const message = { body: '{"orderId":"o-9"}', attributes: { n: { type: 'Number', value: '7' } } }
    const { content, size, sha256 } = encodeArchivedMessage(message)
    s3.objects.set('claim-checks/1.json', Buffer.from(content))
    const claimCheck = { bucket: 'archive', key: 'claim-checks/1.json', size, sha256 }
    const gone = { ...claimCheck, key: 'claim-checks/gone.json' }

    const staying = await drainDeadLetters(
      [
        record({ lineage: lineage({ claimCheck }) }),
        record({ messageId: 'sqs-2', lineage: lineage({ messageId: 'p2', claimCheck: gone }) }),
      ],
      deps,
    )

    expect(staying).toEqual([])
    const rows = await query(`SELECT message_id, attributes, kind, inline, idempotency_key FROM dead_letters
      JOIN dead_letter_bodies ON dead_letter_id = id ORDER BY message_id`)
    expect(rows).toEqual([
      { message_id: 'p2', attributes: {}, kind: 'missing', inline: null, idempotency_key: null },
      {
        message_id: 'producer-1',
        attributes: message.attributes,
        kind: 'json',
        inline: Buffer.from(message.body),
        idempotency_key: 'o-9',
      },
    ])
  })

  it('keeps only the message whose claim check cannot be read', async () => {
    const claimCheck = { bucket: 'archive', key: 'k', size: 1, sha256: '' }
    const readArchive = () => Promise.reject(new Error('timeout'))
    const batch = [record({ lineage: lineage({ claimCheck }) }), redriven({ messageId: 'sqs-2' })]

    expect(await drainDeadLetters(batch, { ...deps, readArchive })).toEqual(['sqs-1'])
    expect(await query('SELECT message_id FROM dead_letters')).toEqual([{ message_id: 'sqs-2' }])
  })

  it('counts a message that comes back as a return of its replay', async () => {
    await drainDeadLetters([record({ lineage: lineage() })], deps)
    await database.pool.query(`UPDATE dead_letters SET status = 'verifying', attempt = 1, replay_id = 'r1'`)

    await drainDeadLetters(
      [record({ messageId: 'sqs-9', lineage: lineage({ attempt: 1, replayId: 'r1' }) })],
      deps,
    )

    expect(await query('SELECT id, status, attempt, failures FROM dead_letters')).toEqual([
      { id: deadLetterId('orders', 'producer-1'), status: 'open', attempt: 1, failures: 2 },
    ])
  })

  it('isolates the one message that PostgreSQL refuses', async () => {
    const long = 'k'.repeat(3_000_000)
    const batch = [
      record({ lineage: lineage() }),
      record({ messageId: 'sqs-2', lineage: lineage({ messageId: 'p2', attempt: 2 ** 40 }) }),
      record({ messageId: 'sqs-3', lineage: lineage({ messageId: 'p3' }), body: long }),
    ]

    expect(await drainDeadLetters(batch, deps)).toEqual(['sqs-2'])
    expect(await query('SELECT message_id FROM dead_letters ORDER BY 1')).toEqual([
      { message_id: 'p3' },
      { message_id: 'producer-1' },
    ])
    expect(errors).toHaveLength(1)
  })

  it('answers an empty batch with nothing', async () => {
    expect(await drainDeadLetters([], deps)).toEqual([])
    expect(await recordDeadLetters(database.db, [])).toEqual({ recorded: 0, duplicates: 0, returned: [] })
  })
})
