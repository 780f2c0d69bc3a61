import type { S3Client } from '@aws-sdk/client-s3'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { type PlanRequest, planPasses } from '@lean-ops/common/control-plane/runs/plan-passes'
import { jobPlanKey, writeJobPlan } from './write-job-plan.ts'

type Deps = { db: Database; s3: Pick<S3Client, 'send'>; stage: string; lakeBucket: string }

/** Plans a layer's passes of a round and writes what the job is to do; nothing is written when there is nothing to do. */
export async function planLayer(
  deps: Deps,
  request: Omit<PlanRequest, 'planKey'>,
): Promise<{ planUri: string; passCount: number }> {
  const { execution, round, layer } = request
  const planKey = jobPlanKey(execution, round, layer)
  const { passes } = await planPasses(deps.db, { ...request, planKey })
  if (passes.length > 0) await writeJobPlan(deps, { execution, round, layer, passes })
  return { planUri: `s3://${deps.lakeBucket}/${planKey}`, passCount: passes.length }
}
