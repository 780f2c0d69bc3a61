import { s3Client, secretsClient, sqsClient } from '@lean-ops/common/aws/clients'
import { readEnv } from '@lean-ops/common/config/read-env'
import { connectDatabase, DatabaseEnv } from '@lean-ops/common/control-plane/connect'
import { createLogger } from '@lean-ops/common/log/logger'
import type { Context } from 'aws-lambda'
import { z } from 'zod'
import { reconcileErrorObjects } from '../dead-letters/reconcile-error-objects.ts'

const Env = DatabaseEnv.extend({
  ERRORS_BUCKET: z.string().min(1),
  ERROR_OBJECTS_URL: z.url(),
})

/** As the bucket announces them (`infra/queues.ts`). */
const announcedObjects = [{ prefix: 'firehose-errors/' }, { prefix: 'rejects/', suffix: '/manifest.json' }]

const env = readEnv(Env, process.env)
const database = await connectDatabase(env, { applicationName: 'error-reconciler', secrets: secretsClient() })
const logger = createLogger('error-reconciler')
const deps = {
  db: database.db,
  s3: s3Client(),
  sqs: sqsClient(),
  bucket: env.ERRORS_BUCKET,
  queueUrl: env.ERROR_OBJECTS_URL,
  now: Date.now,
}

/** Every hour: what a notification missed is announced again. */
export async function handler(_event: unknown, context: Context) {
  const remainingMs = () => context.getRemainingTimeInMillis()
  const results = []
  for (const announced of announcedObjects) {
    const result = await reconcileErrorObjects(announced, { ...deps, remainingMs })
    logger.info('reconciled', { ...announced, ...result })
    results.push(result)
  }
  return results
}
