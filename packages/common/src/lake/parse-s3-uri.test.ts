import { expect, it } from 'vitest'
import { parseS3Uri } from './parse-s3-uri.ts'

it.each([
  ['s3://lake/raw/orders/metadata/00001.json', { bucket: 'lake', key: 'raw/orders/metadata/00001.json' }],
  ['s3a://lake/a', { bucket: 'lake', key: 'a' }],
  // Partition folders hold escapes of their own: they belong to the key.
  ['s3://lake/data/day=2026-11-23/a%20b+c?d#e', { bucket: 'lake', key: 'data/day=2026-11-23/a%20b+c?d#e' }],
])('%s', (uri, place) => {
  expect(parseS3Uri(uri)).toEqual(place)
})

it.each(['s3://lake', 's3://lake/', 's3:///key', 'file:///tmp/x', 'https://lake/key', ''])(
  '%j is no place in S3',
  (uri) => {
    expect(() => parseS3Uri(uri)).toThrow('not an S3 location')
  },
)
