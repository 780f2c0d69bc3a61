import type { GlueClient } from '@aws-sdk/client-glue'
import type { S3Client } from '@aws-sdk/client-s3'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { endRun } from '@lean-ops/common/control-plane/runs/end-run'
import { failRun } from '@lean-ops/common/control-plane/runs/fail-run'
import { releaseLeases } from '@lean-ops/common/control-plane/runs/release-leases'
import type { RunError } from '@lean-ops/common/control-plane/schema/runs'
import { settlePasses } from './settle-passes.ts'
import { stopChildJobs } from './stop-child-jobs.ts'

export type FailureDeps = {
  db: Database
  s3: Pick<S3Client, 'send'>
  glue: Pick<GlueClient, 'send'>
  lakeBucket: string
  jobNames: readonly string[]
}

type Failed = { execution: string; state: 'FAILED' | 'TIMED_OUT' | 'ABORTED'; error: RunError }

/**
 * Puts a run that ended badly away: stops what it left running, settles the passes whose results are there (the job may
 * have finished three topics of five), records the reason on the others, gives the leases back. Every part can be
 * repeated, and a run that is known to have ended well is not touched.
 */
export async function closeFailedRun(deps: FailureDeps, { execution, state, error }: Failed): Promise<void> {
  await stopChildJobs(deps, execution)
  await settlePasses(deps, { execution, jobError: error })
  await failRun(deps.db, { execution, state, error })
  await releaseLeases(deps.db, execution)
  await endRun(deps.db, { execution, state, endedIn: 'RunFailed' })
}
