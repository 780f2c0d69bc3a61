import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { CreateDatabaseCommand, GlueClient } from '@aws-sdk/client-glue'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { seedDeadLetters, seedOperation } from '@lean-ops/common/control-plane/testing/seed-dead-letters'
import { createTestDatabase, type TestDatabase } from '@lean-ops/common/control-plane/testing/test-database'
import { createTopicRegistry } from '@lean-ops/common/topics/topic-registry'
import { proveDeliveries } from '@lean-ops/pipeline/operations/prove-deliveries'
import { type RawReaderDeps, readAppendedRows } from '@lean-ops/pipeline/raw-reader/read-appended-rows'
import { ensureRawTables } from '@lean-ops/pipeline/raw-tables/ensure-raw-tables'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from './emulator.ts'
import { deliverRecords, makeRawStream } from './raw-stream.ts'

const stream = 'raw-reader'
const bucket = `lake-${randomUUID().slice(0, 8)}`
const rawDatabase = 'raw_reader'

let emulator: TestEmulator | undefined
let database: TestDatabase
let shared: {
  endpoint: string
  region: string
  credentials: { accessKeyId: string; secretAccessKey: string }
}
let deps: RawReaderDeps

beforeAll(async () => {
  database = await createTestDatabase()
  emulator = await startTestEmulator({ AUTH: 'false' })
  shared = {
    endpoint: emulator.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  }
  const glue = new GlueClient(shared)
  const s3 = new S3Client({ ...shared, forcePathStyle: true })
  deps = { glue, s3, rawDatabase }
  await s3.send(new CreateBucketCommand({ Bucket: bucket }))
  await glue.send(
    new CreateDatabaseCommand({ DatabaseInput: { Name: rawDatabase, LocationUri: `s3://${bucket}` } }),
  )
  await ensureRawTables({ glue, s3 }, { database: rawDatabase, bucket, prefix: 'raw' }, ['orders'])
  await makeRawStream(shared, { stream, database: rawDatabase, table: 'orders', bucket })
}, 120_000)

afterAll(async () => {
  await emulator?.stop()
  await database.close()
})

/** Puts one commit of rows into the table, as the processor writes them. */
async function deliver(rows: readonly { messageId: string; replayId: string | null }[]): Promise<void> {
  const now = Date.now() * 1_000
  const records = rows.map(({ messageId, replayId }) => ({
    topic: 'orders',
    message_id: messageId,
    sqs_message_id: messageId,
    idempotency_key: null,
    period_reference: null,
    correlation_id: null,
    publish_time: now,
    ingestion_ts: now,
    edit_revision: 0,
    replay_id: replayId,
    origin_arn: 'arn',
    message_attributes: null,
    payload_encoding: 'none' as const,
    json_payload: '{"n":1}',
  }))
  await deliverRecords(shared, stream, records)
}

async function idsSince(since: Date): Promise<string[]> {
  const ids: string[] = []
  for await (const rows of readAppendedRows(deps, { table: 'orders', since, columns: ['message_id'] }))
    for (const row of rows) ids.push(String(row.message_id))
  return ids.sort()
}

const plainRows = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, n) => ({ messageId: `${prefix}-${n}`, replayId: null }))

test('the reader gives exactly the rows that were appended since, over several snapshots', async () => {
  const empty = await idsSince(new Date(0))
  await deliver(plainRows('old', 3))
  await sleep(20)
  const since = new Date()
  await deliver(plainRows('new', 4))
  await deliver(plainRows('newer', 2))

  expect(empty).toEqual([])
  expect(await idsSince(since)).toEqual(
    [...plainRows('new', 4), ...plainRows('newer', 2)].map((r) => r.messageId).sort(),
  )
  expect(await idsSince(new Date(0))).toHaveLength(9)
  expect(await idsSince(new Date(Date.now() + 60_000))).toEqual([])
})

test('a message that had failed in delivery is resolved by its row in RAW, and only that one', async () => {
  const letters = await seedDeadLetters(
    database.pool,
    [1, 2, 3].map(() => ({ topic: 'orders', body: '{}', originArn: 'arn', stage: 'delivery' })),
  )
  const ids = letters.map((l) => l.id)
  const operationId = await seedOperation(database.pool, ids)
  await database.pool.query(
    `UPDATE operation_items SET state = 'verifying', verify_stage = 'delivery', attempt = 1, sends = 1, sent_at = now(),
       settle_by = now() + interval '1 hour', replay_id = 'replay-' || dead_letter_id WHERE operation_id = $1`,
    [operationId],
  )
  await database.pool.query(
    `UPDATE dead_letters SET status = 'verifying', verify_stage = 'delivery', attempt = 1, operation_id = $2, replay_id = 'replay-' || id
     WHERE id = ANY ($1)`,
    [ids, operationId],
  )
  const [seen, otherReplay] = letters
  const registry = createTopicRegistry({
    version: 1,
    stage: 'test',
    topics: [
      {
        topic: 'orders',
        queueName: 'q',
        tableName: 'orders',
        stream: 0,
        owner: 'o',
        status: 'active',
        keyPath: null,
      },
    ],
  })
  await deliver([
    { messageId: seen?.messageId ?? '', replayId: `replay-${seen?.id}` },
    // The original of the second one, not its replay.
    { messageId: otherReplay?.messageId ?? '', replayId: null },
  ])

  const prove = () => proveDeliveries({ ...deps, db: database.db, registry, remainingMs: () => 60_000 })
  expect(await prove()).toBe(1)
  expect(await prove()).toBe(0)
  const { rows } = await database.pool.query('SELECT id, status FROM dead_letters WHERE id = ANY ($1)', [ids])
  expect(new Map(rows.map((r) => [r.id, r.status]))).toEqual(
    new Map(letters.map((l) => [l.id, l === seen ? 'resolved' : 'verifying'])),
  )
})
