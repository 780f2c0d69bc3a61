import type { RegisteredTopic } from '@lean-ops/common/topics/topic-registry'
import { planConcurrency } from './concurrency.ts'
import type { ControlPlaneDeps } from './control-plane.ts'
import {
  consume,
  rawStreams,
  readObjects,
  readSecret,
  sendTo,
  topicQueues,
  useKey,
  writeObjects,
} from './permissions.ts'

type Deps = ControlPlaneDeps & {
  lineageSecret: aws.secretsmanager.Secret
  topics: readonly RegisteredTopic[]
  streams: aws.kinesis.FirehoseDeliveryStream[]
}

/** The one function that takes every topic's messages to Firehose, with one event source mapping per topic. */
export function createIngestion(deps: Deps): sst.aws.Function {
  const { stage, keys, buckets, queues, lineageSecret, topics, streams, migration } = deps
  const concurrency = planConcurrency(topics.length)
  const processor = deps.createFunction(
    {
      name: 'sqs-processor',
      handler: 'packages/pipeline/src/handlers/sqs-processor.handler',
      // 256 MB hold a batch of 500; the double buys the CPU share that encodes it, at the same cost per message.
      memory: '512 MB',
      environment: {
        DLQ_URL: queues.dlq.url,
        OUTCOMES_URL: queues.outcomes.url,
        ARCHIVE_BUCKET: buckets.archive.name,
        RAW_STREAM_PREFIX: `${stage.prefix}-raw-`,
        LINEAGE_SECRET_ARN: lineageSecret.arn,
      },
      permissions: [
        consume(topicQueues(stage)),
        sendTo(queues.dlq.arn, queues.outcomes.arn),
        { actions: ['firehose:PutRecordBatch'], resources: [rawStreams(stage)] },
        // What does not fit into an SQS message is archived before it is sent on as a claim check.
        writeObjects(buckets.archive),
        // A replayed claim check is read back.
        readObjects(buckets.archive),
        readSecret(lineageSecret.arn),
        useKey(keys.data),
        useKey(keys.control),
      ],
      reserved: concurrency.reserved,
    },
    // A record must not reach a stream that does not exist, nor a table that the migration has not made.
    [...streams, migration],
  )
  for (const topic of topics) {
    const queue = queues.topics.get(topic.topic)
    if (queue === undefined) throw new Error(`no queue was made for topic ${topic.topic}`)
    new aws.lambda.EventSourceMapping(
      `Topic_${topic.tableName}_Mapping`,
      {
        eventSourceArn: queue.arn,
        functionName: processor.name,
        // As many as Firehose takes in one PutRecordBatch; the 6 MB event limit ends a batch of large messages earlier.
        batchSize: 500,
        // Required above ten messages; two seconds fill a batch without anyone noticing the delay.
        maximumBatchingWindowInSeconds: 2,
        functionResponseTypes: ['ReportBatchItemFailures'],
        scalingConfig: { maximumConcurrency: concurrency.perMapping },
      },
      {
        // Paused topics stay paused: the breaker and people decide that, not a deploy. MaximumConcurrency is the program's,
        // because it changes with the number of topics; the breaker, which lowers it on probation, puts it back within a minute.
        ignoreChanges: ['enabled'],
      },
    )
  }
  return processor
}
