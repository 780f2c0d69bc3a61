import type { RunInput } from '@lean-ops/common/contract/run'
import { findRunOutcomes } from '@lean-ops/common/control-plane/operations/find-run-outcomes'
import type { LeasedOperation } from '@lean-ops/common/control-plane/operations/lease-operation'
import type { JobItem } from '@lean-ops/common/control-plane/operations/list-job-items'
import {
  claimRejects,
  listClaimedTopics,
  listRejectKeys,
  listRejectManifests,
  settleRejects,
} from '@lean-ops/common/control-plane/operations/reject-items'
import { describeProgress } from './follow-run.ts'
import type { JobDeps, JobStep } from './run-job.ts'
import { executionOf } from './start-run-of.ts'

const pollSeconds = 3

/**
 * Has the active contract judge rejected messages again, from `__versions`: nothing is sent. The keys go to one object per topic,
 * one run re-evaluates them, and what its passes do not find in order stays open.
 */
export async function runReEvaluation(
  operation: LeasedOperation,
  items: readonly JobItem[],
  isCancelled: boolean,
  deps: JobDeps,
): Promise<JobStep> {
  const lease = { operationId: operation.id, token: operation.token }
  const execution = executionOf(operation)
  if (items.some((item) => item.state === 'pending')) {
    await claimRejects(deps.db, lease, execution)
    return { again: 'now' }
  }
  const run = await findRunOutcomes(deps.db, execution)
  if (run === undefined || run.state === 'PENDING') {
    const input: RunInput = {
      topics: await listClaimedTopics(deps.db, operation.id),
      trigger: 'operation',
      operationId: operation.id,
      request: { mode: 'keys', keysObjects: await putKeys(operation, deps) },
    }
    await deps.jobs.startRun({ execution, input, actor: operation.actor })
    return { again: 'later', seconds: pollSeconds, note: `run ${execution} is starting` }
  }
  if (run.state === 'RUNNING') {
    if (isCancelled) await deps.jobs.stopRun({ execution, reason: operation.reason })
    return { again: 'later', seconds: pollSeconds, note: describeProgress(run) }
  }
  for (const topic of await listClaimedTopics(deps.db, operation.id)) {
    const outcome = run.topics.get(topic)
    if (outcome?.outcome !== 'COMPLETE') {
      const error = outcome?.error ?? run.error
      await settleRejects(deps.db, lease, topic, {
        not: isCancelled ? 'cancelled' : 'failed',
        reason: isCancelled || run.state === 'ABORTED' ? 'run_stopped' : outcomeReason(outcome?.outcome),
        detail:
          error === null
            ? `the run ended ${outcome?.outcome ?? run.state}`
            : `${error.code}: ${error.message}`,
      })
      continue
    }
    // A message that fails as it did before has no line at all: only what is said to be in order is.
    const healed: string[] = []
    for (const manifest of await listRejectManifests(deps.db, execution, topic))
      for await (const messageId of deps.jobs.listSettled(manifest)) healed.push(messageId)
    await settleRejects(deps.db, lease, topic, { healed })
  }
  return { again: 'now' }
}

const outcomeReason = (outcome: string | undefined) =>
  outcome === 'BUSY'
    ? ('topic_busy' as const)
    : outcome === 'PAUSED'
      ? ('topic_paused' as const)
      : outcome === 'HELD'
        ? ('pass_held' as const)
        : ('run_failed' as const)

/** Written again under the same address with the same keys by a worker that takes over. */
async function putKeys(operation: LeasedOperation, deps: JobDeps): Promise<Record<string, string>> {
  const objects: Record<string, string> = {}
  for (const topic of await listClaimedTopics(deps.db, operation.id)) {
    const keys = await listRejectKeys(deps.db, operation.id, topic)
    objects[topic] = await deps.jobs.putKeys({ operationId: operation.id, topic }, keys)
  }
  return objects
}
