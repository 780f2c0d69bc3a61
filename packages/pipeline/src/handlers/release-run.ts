import { glueClient, s3Client, secretsClient } from '@lean-ops/common/aws/clients'
import { readEnv } from '@lean-ops/common/config/read-env'
import { connectDatabase } from '@lean-ops/common/control-plane/connect'
import { z } from 'zod'
import { closeFailedRun } from '../runs/close-failed-run.ts'
import { describeEnd } from '../runs/describe-end.ts'
import { FailureEnv } from '../runs/failure-env.ts'

const env = readEnv(FailureEnv, process.env)
const { db } = await connectDatabase(env, { applicationName: 'release-run', secrets: secretsClient() })
const deps = {
  db,
  s3: s3Client(),
  glue: glueClient(),
  lakeBucket: env.LAKE_BUCKET,
  jobNames: env.JOB_NAMES,
}

const Event = z.object({
  detail: z.object({
    name: z.string(),
    status: z.enum(['FAILED', 'TIMED_OUT', 'ABORTED']),
    error: z.string().nullish(),
    cause: z.string().nullish(),
  }),
})

/** EventBridge: an execution ended otherwise than by its own last step (stopped, out of time, a fault of the machine). Repeatable. */
export async function handler(event: unknown): Promise<{ execution: string }> {
  const { detail } = Event.parse(event)
  const { name: execution, status: state } = detail
  await closeFailedRun(deps, { execution, state, error: describeEnd(detail) })
  return { execution }
}
