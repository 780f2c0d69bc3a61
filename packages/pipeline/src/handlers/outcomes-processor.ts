import { secretsClient } from '@lean-ops/common/aws/clients'
import { readEnv } from '@lean-ops/common/config/read-env'
import { connectDatabase, DatabaseEnv } from '@lean-ops/common/control-plane/connect'
import { createLogger } from '@lean-ops/common/log/logger'
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { processOutcomes } from '../outcomes/process-outcomes.ts'

const env = readEnv(DatabaseEnv, process.env)
const database = await connectDatabase(env, {
  applicationName: 'outcomes-processor',
  secrets: secretsClient(),
})
const deps = { db: database.db, logger: createLogger('outcomes-processor') }

/** What the sqs-processor reports of each invocation: rates per topic and minute, confirmed replays. Partial responses. */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const staying = await processOutcomes(event.Records, deps)
  return { batchItemFailures: staying.map((itemIdentifier) => ({ itemIdentifier })) }
}
