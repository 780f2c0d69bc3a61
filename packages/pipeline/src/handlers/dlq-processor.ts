import { s3Client, secretsClient } from '@lean-ops/common/aws/clients'
import { readEnv } from '@lean-ops/common/config/read-env'
import { connectDatabase, DatabaseEnv } from '@lean-ops/common/control-plane/connect'
import { createLogger } from '@lean-ops/common/log/logger'
import { readLineageSecret } from '@lean-ops/common/messages/read-lineage-secret'
import { loadTopicRegistry } from '@lean-ops/common/topics/load-topic-registry'
import type { Context, SQSBatchResponse } from 'aws-lambda'
import { z } from 'zod'
import { drainDeadLetters } from '../dead-letters/drain-dead-letters.ts'
import type { DrainedRecord } from '../dead-letters/read-drained-message.ts'
import { messageArchive } from '../ingest/message-archive.ts'

const Env = DatabaseEnv.extend({
  TOPICS_FILE: z.string().default('topics.json'),
  LAMBDA_TASK_ROOT: z.string().default('.'),
  LINEAGE_SECRET_ARN: z.string().min(1),
  ARCHIVE_BUCKET: z.string().min(1),
})

const env = readEnv(Env, process.env)
const secrets = secretsClient()
const s3 = s3Client()
const database = await connectDatabase(env, { applicationName: 'dlq-processor', secrets })
const deps = {
  db: database.db,
  registry: await loadTopicRegistry(env),
  lineageSecret: await readLineageSecret(secrets, env.LINEAGE_SECRET_ARN),
  s3,
  bucket: env.ARCHIVE_BUCKET,
  readArchive: messageArchive(s3, env.ARCHIVE_BUCKET).read,
  logger: createLogger('dlq-processor'),
  now: Date.now,
}

/** Drains the dead-letter queue into archive and index; partial responses. */
export async function handler(
  event: { Records: DrainedRecord[] },
  context: Context,
): Promise<SQSBatchResponse> {
  const remainingMs = () => context.getRemainingTimeInMillis()
  const staying = await drainDeadLetters(event.Records, { ...deps, remainingMs })
  return { batchItemFailures: staying.map((itemIdentifier) => ({ itemIdentifier })) }
}
