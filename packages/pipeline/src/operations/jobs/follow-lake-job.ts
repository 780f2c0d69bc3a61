import { type GlueClient, StartJobRunCommand } from '@aws-sdk/client-glue'
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import type { TakenLease } from '@lean-ops/common/control-plane/runs/claim-leases'
import { mirrorLeases } from '../../runs/mirror-leases.ts'
import { findJobRun, livingStates } from './find-job-run.ts'

type Deps = { s3: Pick<S3Client, 'send'>; glue: Pick<GlueClient, 'send'> }
type Place = { job: string; lakeBucket: string }
type Request = { execution: string; leases: readonly TakenLease[]; plan: Record<string, unknown> }

/** `message`: why the job ended badly, null when it ended well. */
export type LakeJobState = { state: 'running' } | { state: 'ended'; message: string | null }

/** Starts the job run of an execution once, or says how it stands. */
export async function followLakeJob(deps: Deps, place: Place, request: Request): Promise<LakeJobState> {
  const key = `plans/${request.execution}/plan.json`
  const uri = `s3://${place.lakeBucket}/${key}`
  const run = await findJobRun(deps.glue, place.job, uri)
  if (run !== undefined) {
    const state = run.JobRunState ?? 'FAILED'
    if (livingStates.includes(state)) return { state: 'running' }
    const reason = (run.ErrorMessage ?? 'no reason given').slice(0, 500)
    return {
      state: 'ended',
      message: state === 'SUCCEEDED' ? null : `the ${place.job} job ended ${state}: ${reason}`,
    }
  }
  await mirrorLeases({ s3: deps.s3, lakeBucket: place.lakeBucket }, request.execution, request.leases)
  await deps.s3.send(
    new PutObjectCommand({
      Bucket: place.lakeBucket,
      Key: key,
      Body: JSON.stringify(request.plan),
      ContentType: 'application/json',
    }),
  )
  await deps.glue.send(new StartJobRunCommand({ JobName: place.job, Arguments: { '--PLAN': uri } }))
  return { state: 'running' }
}
