import { gzipSync } from 'node:zlib'
import { createTestDatabase, type TestDatabase } from '@lean-ops/common/control-plane/testing/test-database'
import { createTopicRegistry } from '@lean-ops/common/topics/topic-registry'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { indexErrorObjects } from './index-error-objects.ts'
import { objectEvent } from './read-object-events.ts'
import { reconcileErrorObjects } from './reconcile-error-objects.ts'
import { splitLines } from './split-lines.ts'
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
const key = 'firehose-errors/iceberg-failed/2026/11/23/04/lean ops+1'

let database: TestDatabase
let s3: MemoryBucket
beforeAll(async () => {
  database = await createTestDatabase()
})
beforeEach(async () => {
  await database.owner.query(
    'DELETE FROM dead_letters; DELETE FROM error_groups; DELETE FROM error_counts; DELETE FROM dead_letter_counts; DELETE FROM indexed_objects',
  )
  s3 = memoryBucket()
})
afterAll(() => database.close())

const query = async (text: string) => (await database.pool.query(text)).rows
const announce = (...bodies: string[]) =>
  indexErrorObjects(
    bodies.map((body, n) => ({ messageId: `a${n}`, body })),
    {
      db: database.db,
      registry,
      s3,
      bucket: 'archive',
      now: () => Date.UTC(2026, 10, 23, 5),
      logger: { info: () => undefined, error: () => undefined },
    },
  )
const event = objectEvent({ bucket: 'errors', key })

const raw = (id: string, given: Record<string, unknown> = {}) => ({
  topic: 'orders',
  message_id: id,
  sqs_message_id: id,
  idempotency_key: null,
  publish_time: Date.UTC(2026, 10, 23) * 1000 + 7,
  ingestion_ts: Date.UTC(2026, 10, 23) * 1000,
  edit_revision: 0,
  replay_id: null,
  origin_arn: 'arn:aws:sqs:us-east-1:0:q',
  message_attributes: '{"t":{"type":"String","value":"x"}}',
  payload_encoding: 'none',
  json_payload: `{"id":"${id}","town":"Zürich"}`,
  ...given,
})
const line = (data: unknown, code = 'Iceberg.NoSuchTable', message = 'Table orders not found') =>
  JSON.stringify({
    attemptsMade: 1,
    arrivalTimestamp: Date.UTC(2026, 10, 23, 4),
    errorCode: code,
    errorMessage: message,
    attemptEndingTimestamp: Date.UTC(2026, 10, 23, 4, 30),
    rawData: Buffer.from(typeof data === 'string' ? data : JSON.stringify(data)).toString('base64'),
  })

describe('indexErrorObjects', () => {
  it('makes every record of an error object a dead letter of stage delivery', async () => {
    s3.objects.set(key, Buffer.from([line(raw('m1')), line(raw('m2')), ''].join('\n')))

    expect(await announce(event)).toEqual([])

    expect(
      await query(`SELECT message_id, topic, stage, code, attributes, last_failed_at, convert_from(inline, 'UTF8') AS body
        FROM dead_letters JOIN dead_letter_bodies ON dead_letter_id = id ORDER BY message_id`),
    ).toEqual(
      ['m1', 'm2'].map((id) => ({
        message_id: id,
        topic: 'orders',
        stage: 'delivery',
        code: 'FIREHOSE_TABLE_NOT_FOUND',
        attributes: { t: { type: 'String', value: 'x' } },
        last_failed_at: new Date(Date.UTC(2026, 10, 23, 4, 30)),
        body: `{"id":"${id}","town":"Zürich"}`,
      })),
    )
    expect(await query('SELECT records FROM indexed_objects')).toEqual([{ records: 2 }])
  })

  it('creates nothing twice, whether the object is announced again or found by the reconciler', async () => {
    s3.objects.set(key, Buffer.from([line(raw('m1')), line(raw('m2'))].join('\n')))

    await announce(event, event)
    await database.pool.query('DELETE FROM indexed_objects')
    await announce(event)

    expect(await query('SELECT sum(failures)::int AS n FROM dead_letters')).toEqual([{ n: 2 }])
  })

  it('ignores the test event and keeps what it cannot read in the queue', async () => {
    expect(await announce('{"Service":"Amazon S3","Event":"s3:TestEvent"}', 'nonsense', '{}')).toEqual([
      'a1',
      'a2',
    ])
  })

  it('keeps the announcement while S3 is down', async () => {
    s3.objects.set(key, Buffer.from(line(raw('m1'))))
    s3.isDown = true
    expect(await announce(event)).toEqual(['a0'])
    s3.isDown = false
    expect(await announce(event)).toEqual([])
  })

  it.each<[{ code: string; topic?: string }, string]>([
    [{ code: 'Lambda.ProcessingFailedStatus' }, 'FIREHOSE_TRANSFORM_FAILED'],
    [{ code: 'Iceberg.MissingColumnWithinRecord' }, 'FIREHOSE_SCHEMA_MISMATCH'],
    [{ code: 'Glue.AccessDenied' }, 'FIREHOSE_ACCESS_DENIED'],
    [{ code: 'Iceberg.InternalError' }, 'FIREHOSE_DELIVERY_FAILED'],
    [{ code: 'Lambda.ProcessingFailedStatus', topic: 'gone' }, 'UNKNOWN_TOPIC'],
  ])('classifies %j as %s', async ({ code, topic = 'orders' }, expected) => {
    s3.objects.set(key, Buffer.from(line(raw('m1', { topic }), code)))
    await announce(event)
    expect(await query('SELECT topic, code FROM dead_letters')).toEqual([{ topic, code: expected }])
  })

  it('unpacks compressed payloads and keeps what it cannot decode as it is', async () => {
    const packed = raw('m1', {
      payload_encoding: 'gzip+base64',
      json_payload: gzipSync('{"big":true}').toString('base64'),
    })
    s3.objects.set(key, Buffer.from([line(packed), line('garbage'), 'not json'].join('\n')))

    await announce(event)

    const rows = await query(
      `SELECT topic, convert_from(inline, 'UTF8') AS body FROM dead_letters JOIN dead_letter_bodies ON dead_letter_id = id ORDER BY body`,
    )
    expect(rows).toEqual([
      { topic: '_unknown', body: 'garbage' },
      { topic: '_unknown', body: 'not json' },
      { topic: 'orders', body: '{"big":true}' },
    ])
  })

  it('opens the row of a replay that failed at delivery, and leaves it alone for an older replay', async () => {
    s3.objects.set(key, Buffer.from(line(raw('m1'))))
    await announce(event)
    await database.pool.query(`UPDATE dead_letters SET status = 'resolved', attempt = 2, replay_id = 'r2'`)

    s3.objects.set(`${key}-old`, Buffer.from(line(raw('m1', { replay_id: 'r1' }))))
    await announce(objectEvent({ bucket: 'errors', key: `${key}-old` }))
    expect(await query('SELECT status, failures FROM dead_letters')).toEqual([
      { status: 'resolved', failures: 2 },
    ])

    s3.objects.set(`${key}-new`, Buffer.from(line(raw('m1', { replay_id: 'r2' }))))
    await announce(objectEvent({ bucket: 'errors', key: `${key}-new` }))
    expect(await query('SELECT status, failures FROM dead_letters')).toEqual([
      { status: 'open', failures: 3 },
    ])
  })
})

describe('reconcileErrorObjects', () => {
  it('announces exactly the objects that are not in the index', async () => {
    s3.objects.set(key, Buffer.from(line(raw('m1'))))
    s3.objects.set(`${key}-lost`, Buffer.from(line(raw('m2'))))
    await announce(event)
    const sent: string[] = []
    const sqs = {
      send: async (command: { input: { Entries: { MessageBody: string }[] } }) => {
        sent.push(...command.input.Entries.map((e) => e.MessageBody))
        return { Failed: [] }
      },
    }

    const result = await reconcileErrorObjects(
      { prefix: 'firehose-errors/' },
      {
        db: database.db,
        s3,
        sqs: sqs as never,
        bucket: 'errors',
        queueUrl: 'http://localhost/queue',
        now: Date.now,
        remainingMs: () => 60_000,
      },
    )
    await announce(...sent)

    expect(result).toEqual({ listed: 2, announced: 1, isComplete: true })
    expect(await query('SELECT message_id FROM dead_letters ORDER BY 1')).toEqual([
      { message_id: 'm1' },
      { message_id: 'm2' },
    ])
  })
})

describe('splitLines', () => {
  it('gives the same lines however the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.stringMatching(/^[aü{}]*$/)),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        async (lines, sizes) => {
          const content = Buffer.from(lines.join('\n'))
          const seen: string[] = []
          for await (const { bytes, number } of splitLines(cut(content, sizes)))
            seen.push(`${number}:${bytes.toString('utf8')}`)
          expect(seen).toEqual(lines.flatMap((text, n) => (text === '' ? [] : [`${n + 1}:${text}`])))
        },
      ),
    )
  })
})

async function* cut(content: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  for (let at = 0, n = 0; at < content.length; n++) {
    const size = sizes[n % sizes.length] ?? 1
    yield content.subarray(at, at + size)
    at += size
  }
}
