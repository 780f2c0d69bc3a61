import { s3Client, secretsClient } from '@lean-ops/common/aws/clients'
import { readEnv } from '@lean-ops/common/config/read-env'
import { connectDatabase, DatabaseEnv } from '@lean-ops/common/control-plane/connect'
import { createLogger } from '@lean-ops/common/log/logger'
import { loadTopicRegistry } from '@lean-ops/common/topics/load-topic-registry'
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { z } from 'zod'
import { indexErrorObjects } from '../dead-letters/index-error-objects.ts'

const Env = DatabaseEnv.extend({
  TOPICS_FILE: z.string().default('topics.json'),
  LAMBDA_TASK_ROOT: z.string().default('.'),
  ARCHIVE_BUCKET: z.string().min(1),
})

const env = readEnv(Env, process.env)
const database = await connectDatabase(env, { applicationName: 'error-indexer', secrets: secretsClient() })
const deps = {
  db: database.db,
  registry: await loadTopicRegistry(env),
  s3: s3Client(),
  bucket: env.ARCHIVE_BUCKET,
  logger: createLogger('error-indexer'),
  now: Date.now,
}

/** S3 announces Firehose's error objects on a queue; each of their records becomes a dead letter. Partial responses. */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const staying = await indexErrorObjects(event.Records, deps)
  return { batchItemFailures: staying.map((itemIdentifier) => ({ itemIdentifier })) }
}
