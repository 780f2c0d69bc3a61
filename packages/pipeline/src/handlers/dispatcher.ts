import { SFNClient } from '@aws-sdk/client-sfn'
import { glueClient, s3Client, secretsClient } from '@lean-ops/common/aws/clients'
import { readEnv } from '@lean-ops/common/config/read-env'
import { connectDatabase } from '@lean-ops/common/control-plane/connect'
import { pruneRuns } from '@lean-ops/common/control-plane/runs/prune-runs'
import { createLogger } from '@lean-ops/common/log/logger'
import { z } from 'zod'
import { dispatchRuns } from '../runs/dispatch-runs.ts'
import { FailureEnv } from '../runs/failure-env.ts'
import { reconcileRuns } from '../runs/reconcile-runs.ts'

const Env = FailureEnv.extend({
  STATE_MACHINE_ARN: z.string().min(1),
  /** Rows waiting in RAW from which a topic is due whatever their age. */
  DUE_ROWS: z.coerce.number().int().min(1).default(10_000),
  /** Latency of topics whose contract agrees none; half of it is waited for. */
  DEFAULT_LATENCY_SECONDS: z.coerce.number().int().min(1).default(1_800),
  RUN_TOPICS_MAX: z.coerce.number().int().min(1).max(1_000).default(50),
  RUN_ROWS_MAX: z.coerce.number().int().min(1).default(2_000_000),
})

const keepDays = 90

const env = readEnv(Env, process.env)
const { db } = await connectDatabase(env, { applicationName: 'dispatcher', secrets: secretsClient() })
const deps = {
  db,
  s3: s3Client(),
  glue: glueClient(),
  sfn: new SFNClient(),
  stateMachineArn: env.STATE_MACHINE_ARN,
  lakeBucket: env.LAKE_BUCKET,
  jobNames: env.JOB_NAMES,
  logger: createLogger('dispatcher'),
  now: () => new Date(),
}

/** Every minute: runs for the topics that are due; what has ended unseen; what has ended long ago. */
export async function handler() {
  const reconciled = await reconcileRuns(deps)
  const dispatched = await dispatchRuns(deps, {
    rowsMin: env.DUE_ROWS,
    defaultLatencySeconds: env.DEFAULT_LATENCY_SECONDS,
    topicsMax: env.RUN_TOPICS_MAX,
    rowsMax: env.RUN_ROWS_MAX,
  })
  const pruned = await pruneRuns(db, { keepDays, limit: 500 })
  return { ...dispatched, reconciled, pruned: pruned.runs }
}
