import type { Logger } from '@aws-lambda-powertools/logger'
import type { Metrics } from '@aws-lambda-powertools/metrics'
import type { FirehoseClient } from '@aws-sdk/client-firehose'
import type { S3Client } from '@aws-sdk/client-s3'
import type { SQSClient } from '@aws-sdk/client-sqs'
import type { TopicRegistry } from '@lean-ops/common/topics/topic-registry'
import * as z from 'zod'
import { deadLetterQueue } from './dead-letter-queue.ts'
import { firehoseSink } from './firehose-sink.ts'
import { ingestBatch } from './ingest-batch.ts'
import { messageArchive } from './message-archive.ts'
import { reportIngestion } from './report-ingestion.ts'
import { sendOutcomes } from './send-outcomes.ts'
import type { SqsRecord } from './sqs-event.ts'

export const ProcessorEnv = z.object({
  STAGE: z.string().min(1),
  TOPICS_FILE: z.string().default('topics.json'),
  LAMBDA_TASK_ROOT: z.string().default('.'),
  LINEAGE_SECRET_ARN: z.string().min(1),
  DLQ_URL: z.url(),
  OUTCOMES_URL: z.url(),
  ARCHIVE_BUCKET: z.string().min(1),
  RAW_STREAM_PREFIX: z.string().min(1),
  /** Set by the Lambda runtime. */
  AWS_LAMBDA_FUNCTION_VERSION: z.string().default('local'),
})

export type ProcessorDeps = {
  firehose: Pick<FirehoseClient, 'send'>
  sqs: Pick<SQSClient, 'send'>
  s3: Pick<S3Client, 'send'>
  registry: TopicRegistry
  lineageSecret: string
  logger: Logger
  metrics: Metrics
  now(): number
  random(): number
  sleep(ms: number): Promise<unknown>
}

export type SqsProcessor = (
  event: { Records: SqsRecord[] },
  context: { awsRequestId: string; getRemainingTimeInMillis(): number },
) => Promise<{ batchItemFailures: { itemIdentifier: string }[] }>

/** Kept back from the handler's time for the outcome message and the answer. */
const marginMs = 5_000

/** The handler without its environment, so that tests and benches run the very same code on other clients. */
export function createSqsProcessor(env: z.infer<typeof ProcessorEnv>, deps: ProcessorDeps): SqsProcessor {
  const archive = messageArchive(deps.s3, env.ARCHIVE_BUCKET)
  const putBatch = firehoseSink(deps.firehose)
  const sendBatch = deadLetterQueue(deps.sqs, env.DLQ_URL)
  return async (event, context) => {
    const { failedIds, outcomes } = await ingestBatch(event.Records, context.awsRequestId, {
      stage: env.STAGE,
      codeVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
      registry: deps.registry,
      streamPrefix: env.RAW_STREAM_PREFIX,
      lineageSecret: deps.lineageSecret,
      putBatch,
      sendBatch,
      putArchive: archive.put,
      readArchive: archive.read,
      now: deps.now,
      clock: {
        remainingMs: () => context.getRemainingTimeInMillis() - marginMs,
        random: deps.random,
        sleep: async (ms) => {
          await deps.sleep(ms)
        },
      },
      onDefect: (error, sqsMessageId) =>
        deps.logger.error('a message could not be prepared', {
          correlationId: context.awsRequestId,
          sqsMessageId,
          errorName: error instanceof Error ? error.name : typeof error,
          // Frames only: the message before them may quote the body.
          stack: error instanceof Error ? frames(error) : undefined,
        }),
    })
    const outcomeError = await sendOutcomes(outcomes, {
      client: deps.sqs,
      queueUrl: env.OUTCOMES_URL,
      timeoutMs: Math.min(3_000, context.getRemainingTimeInMillis() - 500),
    })
    reportIngestion(outcomes, outcomeError, deps)
    return { batchItemFailures: failedIds.map((itemIdentifier) => ({ itemIdentifier })) }
  }
}

const frames = (error: Error): string[] =>
  (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 5)
