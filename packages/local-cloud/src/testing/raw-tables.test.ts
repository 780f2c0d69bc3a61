import { randomUUID } from 'node:crypto'
import { CreateDatabaseCommand, CreateTableCommand, GetTableCommand, GlueClient } from '@aws-sdk/client-glue'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { compileRawTable } from '@lean-ops/pipeline/raw-tables/compile-raw-table'
import { ensureRawTables } from '@lean-ops/pipeline/raw-tables/ensure-raw-tables'
import { rawColumns } from '@lean-ops/pipeline/raw-tables/raw-columns'
import { readTableMetadata } from '@lean-ops/pipeline/raw-tables/read-table-metadata'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from './emulator.ts'

let emulator: TestEmulator | undefined
let deps: { glue: GlueClient; s3: S3Client }
let lake: { database: string; bucket: string; prefix: string }

beforeAll(async () => {
  emulator = await startTestEmulator({ AUTH: 'false' })
  const shared = {
    endpoint: emulator.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  }
  deps = { glue: new GlueClient(shared), s3: new S3Client({ ...shared, forcePathStyle: true }) }
})

afterAll(() => emulator?.stop())

beforeEach(async () => {
  const id = randomUUID().slice(0, 8)
  lake = { database: `raw_${id}`, bucket: `lake-${id}`, prefix: 'raw' }
  await deps.s3.send(new CreateBucketCommand({ Bucket: lake.bucket }))
  await deps.glue.send(
    new CreateDatabaseCommand({ DatabaseInput: { Name: lake.database, LocationUri: `s3://${lake.bucket}` } }),
  )
})

test('tables are made in the format, columns and partition that Firehose writes to, and a second run changes nothing', async () => {
  // Act
  const first = await ensureRawTables(deps, lake, ['orders', 'payments'])
  const before = await deps.glue.send(new GetTableCommand({ DatabaseName: lake.database, Name: 'orders' }))
  const second = await ensureRawTables(deps, lake, ['orders', 'payments'])
  const after = await deps.glue.send(new GetTableCommand({ DatabaseName: lake.database, Name: 'orders' }))

  // Assess
  expect(first).toEqual({ created: ['orders', 'payments'], extended: [], unchanged: 0 })
  expect(second).toEqual({ created: [], extended: [], unchanged: 2 })
  expect(after.Table?.Parameters?.metadata_location).toBe(before.Table?.Parameters?.metadata_location)
  const metadata = await readTableMetadata(deps, lake.database, 'orders')
  expect(metadata?.location).toBe(`s3://${lake.bucket}/raw/orders`)
  expect(metadata?.schemas[0]?.fields.map((f) => [f.id, f.name, f.type])).toEqual(
    rawColumns.map((c) => [c.id, c.name, c.type]),
  )
  expect(metadata?.['partition-specs'][0]?.fields).toMatchObject([
    { 'source-id': 8, transform: 'day', name: 'ingestion_ts_day' },
  ])
})

test('a table of an older version gets its missing columns in the metadata that every engine reads', async () => {
  // Prepare: an older version without the last two columns.
  const input = compileRawTable(lake.database, 'orders', `s3://${lake.bucket}/raw/orders`)
  input.OpenTableFormatInput?.IcebergInput?.CreateIcebergTableInput?.Schema?.Fields?.splice(-2)
  await deps.glue.send(new CreateTableCommand(input))

  // Act
  const result = await ensureRawTables(deps, lake, ['orders'])

  // Assess
  expect(result).toEqual({ created: [], extended: ['orders'], unchanged: 0 })
  const metadata = await readTableMetadata(deps, lake.database, 'orders')
  const current = metadata?.schemas.find((s) => s['schema-id'] === metadata['current-schema-id'])
  expect(current?.fields.map((f) => f.name)).toEqual(rawColumns.map((c) => c.name))
  expect(await ensureRawTables(deps, lake, ['orders'])).toMatchObject({ unchanged: 1 })
})

test('a table with another partition is refused by name and stays as it is', async () => {
  // Prepare
  const input = compileRawTable(lake.database, 'orders', `s3://${lake.bucket}/raw/orders`)
  delete input.OpenTableFormatInput?.IcebergInput?.CreateIcebergTableInput?.PartitionSpec
  await deps.glue.send(new CreateTableCommand(input))
  const before = await readTableMetadata(deps, lake.database, 'orders')

  // Act
  const attempt = ensureRawTables(deps, lake, ['orders', 'payments'])

  // Assess
  await expect(attempt).rejects.toThrow(`${lake.database}.orders: partitioned by nothing`)
  expect(await readTableMetadata(deps, lake.database, 'orders')).toEqual(before)
  expect(await readTableMetadata(deps, lake.database, 'payments')).toBeDefined()
})

test('two deploys at the same moment end with one right table each', async () => {
  // Act
  const runs = await Promise.all(
    [1, 2].map(() => ensureRawTables(deps, lake, ['orders', 'payments', 'events'])),
  )

  // Assess
  expect(runs).toHaveLength(2)
  expect(await ensureRawTables(deps, lake, ['orders', 'payments', 'events'])).toMatchObject({ unchanged: 3 })
})
