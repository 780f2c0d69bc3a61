import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeRawRecord } from '../ingest/encode-raw-record.ts'
import { testRegistry } from '../ingest/testing/processor-under-test.ts'
import { responseBytesMax, routeRecords } from './route-records.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const route = (records: { recordId: string; data: string }[]) =>
  routeRecords(records, testRegistry, 'lean_ops_test_raw')

const encoded = (topic: string, body: string): string => {
  const data = encodeRawRecord({
    topic,
    message_id: 'm',
    sqs_message_id: 's',
    idempotency_key: null,
    period_reference: null,
    correlation_id: null,
    publish_time: 1_767_323_045_000_000,
    ingestion_ts: 1_767_323_045_000_001,
    edit_revision: 0,
    replay_id: null,
    origin_arn: 'arn',
    message_attributes: null,
    payload_encoding: 'none',
    json_payload: body,
  })
  if (!data) throw new Error('too large')
  return data.toString('base64')
}

describe('routeRecords', () => {
  it('sends each record of ours to its own table, untouched, with integer microseconds', () => {
    const data = encoded('user-events', '{"a":5.50}')

    const { records } = route([{ recordId: 'r1', data }])

    expect(records).toEqual([
      {
        recordId: 'r1',
        result: 'Ok',
        data,
        metadata: {
          otfMetadata: {
            destinationDatabaseName: 'lean_ops_test_raw',
            destinationTableName: 'user_events',
            operation: 'insert',
          },
        },
      },
    ])
    expect(Buffer.from(data, 'base64').toString()).toContain('"publish_time":1767323045000000,')
  })

  it('routes a record whose topic is not its first member', () => {
    const [record] = route([{ recordId: 'r', data: base64('{"x":"}","topic":"orders"}') }]).records
    expect(record).toMatchObject({ result: 'Ok' })
  })

  it.each([
    ['a topic of no contract', '{"topic":"nobody","a":1}'],
    ['a topic that is a path', '{"topic":"../orders","a":1}'],
    ['an inherited name', '{"topic":"constructor","a":1}'],
    ['no topic', '{"a":1}'],
    ['a number as topic', '{"topic":5}'],
    ['a list', '["orders"]'],
    ['no JSON', 'garbage'],
    ['nothing', ''],
    ['a record that was cut off', '{"topic":"orders","a":'],
  ])('%s → ProcessingFailed with the data as it came', (_, text) => {
    const data = base64(text)
    const { records, refusals } = route([{ recordId: 'r', data }])
    expect(records).toEqual([{ recordId: 'r', result: 'ProcessingFailed', data }])
    expect(refusals).toEqual({ unroutable: 1, overflow: 0 })
  })

  it('answers every record once, in order, within the size of an answer, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('orders', 'nobody'), fc.integer({ min: 0, max: 900_000 })), {
          maxLength: 12,
        }),
        (input) => {
          const records = input.map(([topic, size], i) => ({
            recordId: `4964${i}`,
            data: base64(`{"topic":"${topic}","json_payload":"${'x'.repeat(size)}"}`),
          }))

          const answer = route(records)

          expect(answer.records.map((r) => r.recordId)).toEqual(records.map((r) => r.recordId))
          expect(JSON.stringify({ records: answer.records }).length).toBeLessThan(responseBytesMax + 1_000)
          for (const r of answer.records)
            if (r.result === 'Ok') expect(r.metadata.otfMetadata.destinationTableName).toBe('orders')
        },
      ),
      { numRuns: 40 },
    )
  })

  it('fits all of the buffer that we deploy (1 MB), even of the tiniest records', () => {
    const data = encoded('orders', '{}')
    const count = Math.floor(1_048_576 / (data.length * 0.75))

    const { records, refusals } = route(
      Array.from({ length: count }, (_, i) => ({
        recordId: `shardId-000000000000${'0'.repeat(56)}${i}`,
        data,
      })),
    )

    expect(refusals).toEqual({ unroutable: 0, overflow: 0 })
    expect(JSON.stringify({ records }).length).toBeLessThan(6 * 1024 * 1024)
  })
})
