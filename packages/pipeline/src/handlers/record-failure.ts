import { glueClient, s3Client, secretsClient } from '@lean-ops/common/aws/clients'
import { readEnv } from '@lean-ops/common/config/read-env'
import { connectDatabase } from '@lean-ops/common/control-plane/connect'
import { createLogger } from '@lean-ops/common/log/logger'
import { closeFailedRun } from '../runs/close-failed-run.ts'
import { type CaughtFailure, describeFailure } from '../runs/describe-failure.ts'
import { FailureEnv } from '../runs/failure-env.ts'

const env = readEnv(FailureEnv, process.env)
const { db } = await connectDatabase(env, { applicationName: 'record-failure', secrets: secretsClient() })
const logger = createLogger('record-failure')
const deps = {
  db,
  s3: s3Client(),
  glue: glueClient(),
  lakeBucket: env.LAKE_BUCKET,
  jobNames: env.JOB_NAMES,
}

/** What every `Catch` of the state machine leads to; returns why, for the Fail state to say. */
export async function handler({ execution, failure }: { execution: string; failure: CaughtFailure }) {
  const error = describeFailure(failure)
  logger.error('run failed', { execution, state: error.state, code: error.code })
  await closeFailedRun(deps, { execution, state: 'FAILED', error })
  return { code: error.code, message: error.message }
}
