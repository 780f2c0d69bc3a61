import fc from 'fast-check'
import type { FailureReport } from '../dead-letters/failure-report.ts'

const epoch = Date.UTC(2026, 10, 23)

/** A complete report; tests name only what they are about. */
export function failureReport(given: Partial<FailureReport> = {}): FailureReport {
  const messageId = given.messageId ?? 'message-1'
  return {
    topic: 'orders',
    messageId,
    stage: 'ingest',
    code: 'MALFORMED_JSON',
    message: 'not valid JSON at character 17',
    occurredAt: new Date(epoch),
    source: `sqs:${messageId}`,
    attempt: 0,
    replayId: null,
    editRevision: 0,
    publishTime: '2026-11-22T23:59:00.123456Z',
    firstReceivedAt: new Date(epoch - 30_000),
    originArn: 'arn:aws:sqs:us-east-1:000000000000:lean-ops-local-orders-queue',
    idempotencyKey: null,
    attributes: {},
    lineage: null,
    body: Buffer.from('{"orderId": 17, "amount": '),
    archive: { bucket: 'archive', key: 'dead-letters/1.ndjson', offset: 0, length: 100 },
    ...given,
  }
}

/** Reports about few messages, so that repeats, ties and old attempts are the rule and not the exception. */
export const failureReportArbitrary: fc.Arbitrary<FailureReport> = fc
  .record({
    topic: fc.constantFrom('orders', 'payments'),
    messageId: fc.constantFrom('m1', 'm2', 'm3'),
    stage: fc.constantFrom('ingest' as const, 'delivery' as const),
    code: fc.constantFrom('MALFORMED_JSON', 'NOT_AN_OBJECT', 'FIREHOSE_TABLE_NOT_FOUND'),
    message: fc.constantFrom(
      'not valid JSON at character 17',
      'not valid JSON at character 99',
      'a list instead of an object',
    ),
    attempt: fc.integer({ min: 0, max: 3 }),
    second: fc.integer({ min: 0, max: 150 }),
    source: fc.integer({ min: 0, max: 5 }),
    body: fc.option(fc.constantFrom('{"a":1}', '[1,2]', '{"a":'), { nil: undefined }),
  })
  .map(({ second, source, body, ...rest }) =>
    // One delivery says the same whenever it comes: what is not part of its identity follows from it.
    failureReport({
      ...rest,
      occurredAt: new Date(epoch + second * 1_000),
      source: `sqs:${rest.attempt}-${source}-${second}-${rest.code}-${rest.message.length}-${body}`,
      body: body === undefined ? undefined : Buffer.from(body),
    }),
  )
