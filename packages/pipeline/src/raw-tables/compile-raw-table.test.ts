import { expect, test } from 'vitest'
import { compileRawTable } from './compile-raw-table.ts'
import { rawColumns } from './raw-columns.ts'

test('a RAW table is Iceberg v2, partitioned by the day of ingestion, with every column optional and numbered in order', () => {
  // Act
  const input = compileRawTable('lean_ops_test_raw', 'orders', 's3://lake/raw/orders')

  // Assess
  const iceberg = input.OpenTableFormatInput?.IcebergInput
  const table = iceberg?.CreateIcebergTableInput
  expect(input).toMatchObject({ DatabaseName: 'lean_ops_test_raw', Name: 'orders' })
  expect(iceberg).toMatchObject({ MetadataOperation: 'CREATE', Version: '2' })
  expect(table?.Location).toBe('s3://lake/raw/orders')
  expect(table?.Schema?.Fields?.map((f) => [f.Id, f.Name, f.Type, f.Required])).toEqual([
    [1, 'topic', 'string', false],
    [2, 'message_id', 'string', false],
    [3, 'sqs_message_id', 'string', false],
    [4, 'idempotency_key', 'string', false],
    [5, 'period_reference', 'string', false],
    [6, 'correlation_id', 'string', false],
    [7, 'publish_time', 'timestamp', false],
    [8, 'ingestion_ts', 'timestamp', false],
    [9, 'edit_revision', 'int', false],
    [10, 'replay_id', 'string', false],
    [11, 'origin_arn', 'string', false],
    [12, 'message_attributes', 'string', false],
    [13, 'payload_encoding', 'string', false],
    [14, 'json_payload', 'string', false],
  ])
  expect(table?.PartitionSpec?.Fields).toEqual([
    { SourceId: 8, Transform: 'day', Name: 'ingestion_ts_day', FieldId: 1000 },
  ])
})

test('column ids are never reused', () => {
  expect(new Set(rawColumns.map((c) => c.id)).size).toBe(rawColumns.length)
  expect(new Set(rawColumns.map((c) => c.name)).size).toBe(rawColumns.length)
})
