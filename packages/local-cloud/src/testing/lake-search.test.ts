import { randomUUID } from 'node:crypto'
import { CreateDatabaseCommand, GlueClient } from '@aws-sdk/client-glue'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { type FoundRow, findRows } from '@lean-ops/common/lake/find-rows'
import { findTable, type LakeTable } from '@lean-ops/common/lake/find-table'
import { makeContract } from '@lean-ops/common/odcs/testing/make-contract'
import { ensureSemanticTables } from '@lean-ops/pipeline/contracts/ensure-semantic-tables'
import { runWhatIf } from '@lean-ops/pipeline/contracts/what-if/run-what-if'
import type { RawRow } from '@lean-ops/pipeline/ingest/encode-raw-record'
import { ensureRawTables } from '@lean-ops/pipeline/raw-tables/ensure-raw-tables'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from './emulator.ts'
import { deliverRecords, makeRawStream } from './raw-stream.ts'

const stream = 'lake-search'
const bucket = `lake-${randomUUID().slice(0, 8)}`
const raw = 'lake_search_raw'
const semantic = 'lake_search_semantic'
const day = (text: string): number => Date.parse(`${text}T12:00:00Z`) * 1_000

let emulator: TestEmulator | undefined
let lake: { glue: GlueClient; s3: S3Client }

/** Three days of one topic, a commit each; the middle one has a message twice. */
beforeAll(async () => {
  emulator = await startTestEmulator({ AUTH: 'false' })
  const shared = {
    endpoint: emulator.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  }
  lake = { glue: new GlueClient(shared), s3: new S3Client({ ...shared, forcePathStyle: true }) }
  await lake.s3.send(new CreateBucketCommand({ Bucket: bucket }))
  for (const Name of [raw, semantic])
    await lake.glue.send(
      new CreateDatabaseCommand({ DatabaseInput: { Name, LocationUri: `s3://${bucket}` } }),
    )
  await ensureRawTables(lake, { database: raw, bucket, prefix: 'raw' }, ['things'])
  await makeRawStream(shared, { stream, database: raw, table: 'things', bucket })
  const row = (messageId: string, at: number, payload: string): RawRow => ({
    topic: 'things',
    message_id: messageId,
    sqs_message_id: `sqs-${messageId}`,
    idempotency_key: messageId,
    period_reference: null,
    correlation_id: null,
    publish_time: at,
    ingestion_ts: at,
    edit_revision: 0,
    replay_id: null,
    origin_arn: 'arn',
    message_attributes: null,
    payload_encoding: 'none',
    json_payload: payload,
  })
  const commit = (rows: readonly RawRow[]) => deliverRecords(shared, stream, rows)
  await commit([row('old', day('2026-11-01'), '{"id":"old","n":"7"}')])
  await commit([
    row('twice', day('2026-11-22'), '{"id":"twice","n":"x"}'),
    row('twice', day('2026-11-22'), '{"id":"twice","n":"x"}'),
    row('fine', day('2026-11-22'), '{"id":"fine","n":5}'),
  ])
  await commit([row('new', day('2026-11-23'), '{"id":"new","n":6}')])
}, 180_000)
afterAll(async () => emulator?.stop())

const table = async (): Promise<LakeTable> => {
  const found = await findTable(lake, raw, 'things')
  if (found === undefined) throw new Error('the table of this test is not there')
  return found
}
const search = async (id: string, days?: { from: string; to: string }, mayGoOn = () => true) =>
  findRows(lake, await table(), {
    match: { columns: ['message_id'], test: (row) => row.message_id === id },
    columns: ['message_id', 'ingestion_ts', 'json_payload'],
    filter: days === undefined ? {} : { days },
    mayGoOn,
    rowsMax: 20,
  })
const ids = (rows: readonly FoundRow[]) => rows.map((row) => row.message_id)

test('a message is found by its id, copies and all; days outside are not read', async () => {
  const twice = await search('twice')
  const there = await search('twice', { from: '2026-11-22', to: '2026-11-22' })
  const elsewhere = await search('twice', { from: '2026-11-23', to: '2026-11-30' })

  expect(ids(twice.rows)).toEqual(['twice', 'twice'])
  expect(twice.rows[0]?.json_payload).toBe('{"id":"twice","n":"x"}')
  expect([twice.files, there.files, elsewhere.files]).toEqual([3, 1, 1])
  expect([ids(there.rows), ids(elsewhere.rows)]).toEqual([['twice', 'twice'], []])
})

test('out of time it says the day it did not search, newest first', async () => {
  let files = 0
  const cut = await search('old', undefined, () => {
    files += 1
    return files <= 2
  })
  const rest = await search('old', { from: '0001-01-01', to: cut.stoppedAt ?? '' })

  expect(cut).toMatchObject({ rows: [], stoppedAt: '2026-11-01' })
  expect(ids(rest.rows)).toEqual(['old'])
})

test('what-if: rows of the last days by fate, and a reject of long ago that heals', async () => {
  const column = (logicalType: string) => [{ name: 'n', logicalType }]
  const result = await runWhatIf(
    {
      ...lake,
      rawDatabase: raw,
      now: () => new Date('2026-11-23T15:00:00Z'),
      remainingMs: () => 60_000,
    },
    {
      current: makeContract({ properties: column('integer') }),
      candidate: makeContract({ version: '2.0.0', properties: column('string') }),
      days: 2,
      openRejects: ['twice', 'old', 'never-seen'],
    },
  )

  expect(result).toMatchObject({
    days: { from: '2026-11-22', to: '2026-11-23' },
    isComplete: true,
    rows: { read: 4, heals: 2, newlyFails: 0, unchanged: 2 },
    rejects: { open: 3, found: 2, heals: 2, stillFails: 0 },
    healing: [{ column: 'n', code: 'TYPE_CAST', count: 2 }],
  })
})

test('the tables of a contract are made, widened in place, and refused when they would have to be rebuilt', async () => {
  const place = { semanticDatabase: semantic, lakeBucket: bucket }
  const contract = (version: string, physicalType: string, more: object[] = []) =>
    makeContract({
      topic: 'wide',
      version,
      properties: [{ name: 'amount', logicalType: 'number', physicalType }, ...more],
    })
  const made = await ensureSemanticTables(lake, place, contract('1.0.0', 'decimal(9,2)'))
  const again = await ensureSemanticTables(lake, place, contract('1.0.0', 'decimal(9,2)'))
  const wider = await ensureSemanticTables(
    lake,
    place,
    contract('1.1.0', 'decimal(12,2)', [{ name: 'note', logicalType: 'string' }]),
  )
  const refused = ensureSemanticTables(lake, place, contract('2.0.0', 'decimal(12,4)'))

  expect(made).toEqual(['made wide', 'made wide__rejects'])
  expect(again).toEqual([])
  expect(wider).toEqual(['altered wide: amount decimal(9, 2) → decimal(12,2), + note string'])
  await expect(refused).rejects.toThrow('have to be rebuilt')
  const found = await findTable(lake, semantic, 'wide')
  expect(found?.fields.find((f) => f.name === 'amount')?.type).toBe('decimal(12, 2)')
})
