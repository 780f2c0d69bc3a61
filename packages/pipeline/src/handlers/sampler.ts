import { setTimeout as sleep } from 'node:timers/promises'
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { glueClient, s3Client, secretsClient, sqsClient } from '@lean-ops/common/aws/clients'
import { readEnv } from '@lean-ops/common/config/read-env'
import { connectDatabase, DatabaseEnv } from '@lean-ops/common/control-plane/connect'
import { createLogger } from '@lean-ops/common/log/logger'
import { loadTopicRegistry } from '@lean-ops/common/topics/load-topic-registry'
import type { Context } from 'aws-lambda'
import { z } from 'zod'
import { runSampler } from '../sampler/run-sampler.ts'

const Env = DatabaseEnv.extend({
  STAGE: z.string().min(1),
  TOPICS_FILE: z.string().default('topics.json'),
  LAMBDA_TASK_ROOT: z.string().default('.'),
  QUEUE_URL_PREFIX: z.url(),
  RAW_DATABASE: z.string().min(1),
  PROCESSOR_NAME: z.string().optional(),
  /** Seconds between samples: 60 on AWS, where each costs money; 5 on the laptop. */
  SAMPLE_SECONDS: z.coerce.number().min(1).default(60),
})

const logger = createLogger('sampler')

async function connect() {
  const env = readEnv(Env, process.env)
  // Two connections: the counts are read while the queues are.
  const controlPlane = await connectDatabase(env, {
    max: 2,
    applicationName: 'lean-ops-sampler',
    secrets: secretsClient(),
  })
  return {
    everyMs: env.SAMPLE_SECONDS * 1_000,
    deps: {
      db: controlPlane.db,
      registry: await loadTopicRegistry(env),
      sqs: sqsClient(),
      cloudWatch: new CloudWatchClient(),
      lambda: new LambdaClient(),
      glue: glueClient(),
      s3: s3Client(),
      queueUrlPrefix: env.QUEUE_URL_PREFIX,
      processorName: env.PROCESSOR_NAME ?? `lean-ops-${env.STAGE}-sqs-processor`,
      rawDatabase: env.RAW_DATABASE,
      now: () => new Date(),
    },
  }
}
let connected: ReturnType<typeof connect> | undefined

/** Started every minute by the scheduler; the event says nothing. */
export async function handler(_event: unknown, context: Context): Promise<{ samples: number }> {
  connected ??= connect().catch((cause) => {
    connected = undefined
    throw cause
  })
  const { deps, everyMs } = await connected
  const samples = await runSampler(deps, {
    everyMs,
    remainingMs: () => context.getRemainingTimeInMillis(),
    sleep,
    report: ({ topics, failed }) => logger.info('sample', { topics, failed }),
  })
  return { samples }
}
