import { expect, test } from 'vitest'
import { compareRawTable, TableMetadata } from './compare-raw-table.ts'
import { metadataOf } from './testing/table-metadata.ts'

test('the table this version makes is the same', () => {
  expect(compareRawTable(metadataOf())).toEqual({ kind: 'same' })
})

test('columns of others behind ours are left alone', () => {
  const metadata = metadataOf({ extra: [{ id: 40, name: 'audit_note', type: 'string', required: false }] })
  expect(compareRawTable(metadata)).toEqual({ kind: 'same' })
})

test('missing columns are told apart from wrong ones', () => {
  const verdict = compareRawTable(metadataOf({ without: ['replay_id', 'json_payload'] }))
  expect(verdict).toMatchObject({
    kind: 'behind',
    missing: [{ name: 'replay_id' }, { name: 'json_payload' }],
  })
})

test.each([
  [
    'a retyped column',
    metadataOf({ retype: { publish_time: 'timestamptz' } }),
    /publish_time is "timestamptz"/,
  ],
  [
    'a nested column',
    metadataOf({ retype: { message_attributes: { type: 'map' } } }),
    /message_attributes is/,
  ],
  ['a required column', metadataOf({ required: ['topic'] }), /topic is required/],
  [
    'another partition',
    metadataOf({ partition: { transform: 'hour', column: 'ingestion_ts' } }),
    /hour\(ingestion_ts\)/,
  ],
  [
    'another partition column',
    metadataOf({ partition: { transform: 'day', column: 'publish_time' } }),
    /day\(publish_time\)/,
  ],
  ['no partition', metadataOf({ partition: null }), /partitioned by nothing/],
  ['format 1', metadataOf({ format: 1 }), /format version 1/],
])('%s is refused, and said', (_, metadata, sentence) => {
  const verdict = compareRawTable(metadata)
  expect(verdict.kind).toBe('incompatible')
  expect(verdict.kind === 'incompatible' ? verdict.faults.join() : '').toMatch(sentence)
})

test('a missing column does not hide a wrong one', () => {
  const metadata = metadataOf({ without: ['replay_id'], retype: { topic: 'int' } })
  expect(compareRawTable(metadata).kind).toBe('incompatible')
})

test('the current schema counts, not an older one', () => {
  const metadata = TableMetadata.parse({ ...metadataOf(), 'current-schema-id': 7 })
  expect(compareRawTable(metadata).kind).toBe('incompatible')
})
