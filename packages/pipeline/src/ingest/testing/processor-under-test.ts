import type { Logger } from '@aws-lambda-powertools/logger'
import type { Metrics } from '@aws-lambda-powertools/metrics'
import type { LambdaAttribute } from '@lean-ops/common/messages/message-attributes'
import { createTopicRegistry } from '@lean-ops/common/topics/topic-registry'
import { createSqsProcessor } from '../create-sqs-processor.ts'
import type { SqsRecord } from '../sqs-event.ts'
import { createFakeAws, type Faults } from './fake-aws.ts'

export const testSecret = 'the secret of the test'
export const testNow = Date.UTC(2026, 0, 2, 3, 4, 5)

const topic = (name: string, keyPath: string[] | null) => ({
  topic: name,
  queueName: `lean-ops-test-${name}-queue`,
  tableName: name.replaceAll('-', '_'),
  stream: name === 'payments' ? 1 : 0,
  owner: 'test',
  status: keyPath ? ('active' as const) : ('draft' as const),
  keyPath,
})

export const testRegistry = createTopicRegistry({
  version: 1,
  stage: 'test',
  topics: [topic('orders', ['orderId']), topic('payments', ['paymentId']), topic('user-events', null)],
})

export const queueArn = (name: string): string =>
  `arn:aws:sqs:us-east-1:000000000000:lean-ops-test-${name}-queue`

/** A message as Lambda hands it over. */
export const sqsRecord = (fields: {
  id: string
  body: string
  topic?: string
  attributes?: Record<string, LambdaAttribute>
  sentMs?: number
}): SqsRecord => ({
  messageId: fields.id,
  body: fields.body,
  eventSourceARN: queueArn(fields.topic ?? 'orders'),
  attributes: { SentTimestamp: String(fields.sentMs ?? testNow - 2_000), ApproximateReceiveCount: '1' },
  messageAttributes: fields.attributes ?? {},
})

/** The real processor on fake clients, with a clock that moves only when it sleeps. */
export function processorUnderTest(faults: Faults = {}, options: { remainingMs?: number } = {}) {
  const aws = createFakeAws(faults)
  const logLines: unknown[] = []
  const metricLines: [string, number][] = []
  let elapsedMs = 0
  const log = (...line: unknown[]): void => {
    logLines.push(line)
  }
  const process = createSqsProcessor(
    {
      STAGE: 'test',
      TOPICS_FILE: 'topics.json',
      LAMBDA_TASK_ROOT: '.',
      LINEAGE_SECRET_ARN: 'arn:secret',
      DLQ_URL: 'http://localhost/dlq',
      OUTCOMES_URL: 'http://localhost/outcomes',
      ARCHIVE_BUCKET: 'archive',
      RAW_STREAM_PREFIX: 'lean-ops-test-raw-',
      AWS_LAMBDA_FUNCTION_VERSION: '7',
    },
    {
      ...aws,
      registry: testRegistry,
      lineageSecret: testSecret,
      // Only these members are called; a whole Powertools logger would print.
      logger: { info: log, warn: log, error: log } as unknown as Logger,
      metrics: {
        addMetric: (name: string, _: string, value: number) => metricLines.push([name, value]),
        publishStoredMetrics: () => undefined,
      } as unknown as Metrics,
      now: () => testNow + elapsedMs,
      random: () => 0.5,
      sleep: async (ms) => {
        elapsedMs += ms
      },
    },
  )
  return {
    ...aws,
    logLines,
    metricLines,
    /** Runs one invocation; returns the ids reported failed. */
    run: async (records: SqsRecord[]): Promise<string[]> => {
      const context = {
        awsRequestId: 'request-1',
        getRemainingTimeInMillis: () => (options.remainingMs ?? 60_000) - elapsedMs,
      }
      const { batchItemFailures } = await process({ Records: records }, context)
      return batchItemFailures.map((f) => f.itemIdentifier)
    },
  }
}
