import type { RegisteredTopic } from '@lean-ops/common/topics/topic-registry'
import { type Buckets, errorPrefix, rejectPrefix } from './buckets.ts'
import { type FunctionName, timeoutSecondsOf } from './functions.ts'
import type { Keys } from './keys.ts'
import type { Stage } from './stage.ts'

export type Queues = {
  /** The topics' queues, by topic. */
  topics: ReadonlyMap<string, aws.sqs.Queue>
  /** Where every topic's failed messages go; drained by the dlq-processor, never browsed. */
  dlq: aws.sqs.Queue
  outcomes: aws.sqs.Queue
  operations: aws.sqs.Queue
  errorObjects: aws.sqs.Queue
  /** Last stops: nothing consumes them, each has an alarm. */
  lastStops: aws.sqs.Queue[]
}

/** SQS's maximum: a fortnight to notice and repair. */
const retentionSeconds = 14 * 24 * 3600

/**
 * AWS's rule for an event source: hide a message for six times the function's timeout, so that retries of the poller on a
 * throttled function never overlap a second delivery. Plus the batching window the message may wait in.
 */
const visibilitySeconds = (functionTimeoutSeconds: number): number => 6 * functionTimeoutSeconds + 2

/**
 * Ten receives before a message is moved. Throttles and redeploys count as receives too; three, as is common, would send
 * good messages to the DLQ on every bad minute of the sink.
 */
const topicReceivesMax = 10

/** SQS's maximum. A shared queue fails when the database is down, not because of its messages: keep trying for days. */
const sharedReceivesMax = 1_000

export function createQueues(
  stage: Stage,
  keys: Keys,
  buckets: Buckets,
  topics: readonly RegisteredTopic[],
): Queues {
  const queue = (
    logicalName: string,
    name: string,
    args: Pick<aws.sqs.QueueArgs, 'visibilityTimeoutSeconds' | 'redrivePolicy' | 'redriveAllowPolicy'>,
  ): aws.sqs.Queue =>
    new aws.sqs.Queue(
      logicalName,
      {
        name,
        messageRetentionSeconds: retentionSeconds,
        // AWS's maximum since 2025; producers and our replays rely on it.
        maxMessageSize: 1_048_576,
        kmsMasterKeyId: keys.data.arn,
        // An hour instead of the default five minutes: 700 queues would ask KMS 12 times as often for the same safety.
        kmsDataKeyReusePeriodSeconds: 3_600,
        ...args,
      },
      stage.keep,
    )
  const lastStops: aws.sqs.Queue[] = []
  const shared = (
    logicalName: string,
    name: string,
    consumer: FunctionName,
    allow: Pick<aws.sqs.QueueArgs, 'redriveAllowPolicy'> = {},
  ): aws.sqs.Queue => {
    const last = queue(`${logicalName}Dlq`, `${name}-dlq`, {})
    lastStops.push(last)
    return queue(logicalName, name, {
      visibilityTimeoutSeconds: visibilitySeconds(timeoutSecondsOf(consumer)),
      redrivePolicy: redrive(last, sharedReceivesMax),
      ...allow,
    })
  }
  const dlq = shared('Dlq', `${stage.prefix}-dlq`, 'dlq-processor', {
    // `byQueue` takes ten source queues at most; a hundred topics need `allowAll`.
    redriveAllowPolicy: $jsonStringify({ redrivePermission: 'allowAll' }),
  })
  const outcomes = shared('Outcomes', `${stage.prefix}-outcomes`, 'outcomes-processor')
  const operations = shared('Operations', `${stage.prefix}-operations`, 'operations-worker')
  const errorObjects = shared('ErrorObjects', `${stage.prefix}-error-objects`, 'error-indexer')
  notify(stage, buckets.errors, errorObjects)
  return {
    dlq,
    outcomes,
    operations,
    errorObjects,
    lastStops,
    topics: new Map(
      topics.map((t) => [
        t.topic,
        queue(`Topic_${t.tableName}`, t.queueName, {
          visibilityTimeoutSeconds: visibilitySeconds(timeoutSecondsOf('sqs-processor')),
          redrivePolicy: redrive(dlq, topicReceivesMax),
        }),
      ]),
    ),
  }
}

/** What a topic's queue URL begins with: taken from a real URL, so that it is right on the laptop as well. */
export const queueUrlPrefix = (queues: Queues): $util.Output<string> =>
  queues.dlq.url.apply((url) => url.slice(0, -'dlq'.length))

const redrive = (target: aws.sqs.Queue, maxReceiveCount: number): $util.Output<string> =>
  $jsonStringify({ deadLetterTargetArn: target.arn, maxReceiveCount })

/** Error objects and manifests of rejects announce themselves: S3 → queue → error-indexer. */
function notify(stage: Stage, errors: sst.aws.Bucket, queue: aws.sqs.Queue): void {
  const policy = new aws.sqs.QueuePolicy('ErrorObjectsPolicy', {
    queueUrl: queue.url,
    policy: aws.iam.getPolicyDocumentOutput({
      statements: [
        {
          principals: [{ type: 'Service', identifiers: ['s3.amazonaws.com'] }],
          actions: ['sqs:SendMessage'],
          resources: [queue.arn],
          conditions: [
            { test: 'ArnEquals', variable: 'aws:SourceArn', values: [errors.arn] },
            // Bucket names are global: the ARN alone does not say whose bucket it is.
            { test: 'StringEquals', variable: 'aws:SourceAccount', values: [stage.account] },
          ],
        },
      ],
    }).json,
  })
  new aws.s3.BucketNotification(
    'ErrorObjectsNotification',
    {
      bucket: errors.name,
      queues: [
        { queueArn: queue.arn, events: ['s3:ObjectCreated:*'], filterPrefix: errorPrefix },
        // Parts are written before their manifest; only what a manifest names counts.
        {
          queueArn: queue.arn,
          events: ['s3:ObjectCreated:*'],
          filterPrefix: rejectPrefix,
          filterSuffix: 'manifest.json',
        },
      ],
    },
    // S3 sends a test message when this is set and refuses when the queue does not take it.
    { dependsOn: [policy] },
  )
}
