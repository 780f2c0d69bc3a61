import type { S3Client } from '@aws-sdk/client-s3'
import { mapConcurrent } from '@lean-ops/common/concurrency/map-concurrent'
import type { RunLayer } from '@lean-ops/common/contract/run'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { countTopics, type TopicCounts } from '@lean-ops/common/control-plane/runs/count-topics'
import { failLostTopics } from '@lean-ops/common/control-plane/runs/fail-lost-topics'
import { listRunningPasses } from '@lean-ops/common/control-plane/runs/list-running-passes'
import { settlePass } from '@lean-ops/common/control-plane/runs/settle-pass'
import type { RunError } from '@lean-ops/common/control-plane/schema/runs'
import { readPassResult } from './read-pass-result.ts'

type Deps = { db: Database; s3: Pick<S3Client, 'send'>; lakeBucket: string }

type Request = {
  execution: string
  /** Undefined: of both layers. */
  layer?: RunLayer
  /** How the job ended, when it ended badly: passes without a result get this reason. */
  jobError?: RunError
}

/**
 * Reads the result of every pass that the run gave to a job, and settles each by itself: a checkpoint moves only with a
 * result that fits its plan. Settled ones are left as they are, so the step can be repeated. `spikes`: topics of which too many rows were refused.
 */
export async function settlePasses(
  deps: Deps,
  request: Request,
): Promise<TopicCounts & { settled: number; spikes: string[] }> {
  const { execution, jobError } = request
  const passes = await listRunningPasses(deps.db, execution, request.layer)
  const results = await mapConcurrent(passes, 16, (pass) => readPassResult(deps, execution, pass))
  const spikes: string[] = []
  for (const [n, pass] of passes.entries()) {
    const read = results[n]
    if (read === undefined) continue
    const isMissing = 'error' in read && read.error.code === 'RESULT_MISSING'
    const outcome = isMissing && jobError !== undefined ? { error: jobError } : read
    await settlePass(deps.db, { passId: pass.passId, execution, token: pass.token, outcome })
    if ('result' in outcome && outcome.result.findings.some((f) => f.kind === 'CDE_SPIKE'))
      spikes.push(pass.topic)
  }
  await failLostTopics(deps.db, execution)
  return { settled: passes.length, spikes, ...(await countTopics(deps.db, execution)) }
}
