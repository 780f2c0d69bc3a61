import { setTimeout as sleep } from 'node:timers/promises'
import { Metrics } from '@aws-lambda-powertools/metrics'
import { firehoseClient, s3Client, secretsClient, sqsClient } from '@lean-ops/common/aws/clients'
import { readEnv } from '@lean-ops/common/config/read-env'
import { createLogger } from '@lean-ops/common/log/logger'
import { readLineageSecret } from '@lean-ops/common/messages/read-lineage-secret'
import { loadTopicRegistry } from '@lean-ops/common/topics/load-topic-registry'
import { createSqsProcessor, ProcessorEnv } from '../ingest/create-sqs-processor.ts'

const env = readEnv(ProcessorEnv, process.env)

/** Takes every topic's messages to Firehose; one event source mapping per topic, partial responses. */
export const handler = createSqsProcessor(env, {
  firehose: firehoseClient(),
  sqs: sqsClient(),
  s3: s3Client(),
  registry: await loadTopicRegistry(env),
  lineageSecret: await readLineageSecret(secretsClient(), env.LINEAGE_SECRET_ARN),
  logger: createLogger('sqs-processor'),
  metrics: new Metrics({ namespace: 'LeanOps', serviceName: 'sqs-processor' }),
  now: Date.now,
  random: Math.random,
  sleep: (ms) => sleep(ms),
})
