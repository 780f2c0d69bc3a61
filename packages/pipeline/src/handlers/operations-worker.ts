import { setTimeout as sleep } from 'node:timers/promises'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { SFNClient } from '@aws-sdk/client-sfn'
import { glueClient, s3Client, secretsClient, sqsClient } from '@lean-ops/common/aws/clients'
import { readEnv } from '@lean-ops/common/config/read-env'
import { connectDatabase } from '@lean-ops/common/control-plane/connect'
import { createLogger } from '@lean-ops/common/log/logger'
import { readLineageSecret } from '@lean-ops/common/messages/read-lineage-secret'
import { loadTopicRegistry } from '@lean-ops/common/topics/load-topic-registry'
import { createOperationsWorker, WorkerEnv } from '../operations/create-operations-worker.ts'

const env = readEnv(WorkerEnv, process.env)
const secrets = secretsClient()
const { db } = await connectDatabase(env, { applicationName: 'operations-worker', secrets })

/** Runs every bulk action, slice by slice; fed by the operations queue and, once a minute, by the schedule. */
export const handler = createOperationsWorker(env, {
  db,
  sqs: sqsClient(),
  s3: s3Client(),
  glue: glueClient(),
  sfn: new SFNClient(),
  lambda: new LambdaClient(),
  registry: await loadTopicRegistry(env),
  lineageSecret: await readLineageSecret(secrets, env.LINEAGE_SECRET_ARN),
  logger: createLogger('operations-worker'),
  now: () => new Date(),
  random: Math.random,
  sleep: (ms) => sleep(ms),
})
