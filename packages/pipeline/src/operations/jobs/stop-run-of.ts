import { findRunOutcomes } from '@lean-ops/common/control-plane/operations/find-run-outcomes'
import type { LeasedOperation } from '@lean-ops/common/control-plane/operations/lease-operation'
import type { JobItem } from '@lean-ops/common/control-plane/operations/list-job-items'
import { settleJobItems } from '@lean-ops/common/control-plane/operations/settle-job-items'
import { startJobItems } from '@lean-ops/common/control-plane/operations/start-job-items'
import type { JobDeps, JobStep } from './run-job.ts'

/** Asks once for the run's end and waits until Step Functions says so. What its passes had committed stays. */
export async function stopRunOf(
  operation: LeasedOperation,
  items: readonly JobItem[],
  deps: JobDeps,
): Promise<JobStep> {
  const lease = { operationId: operation.id, token: operation.token }
  const execution = operation.selection.by === 'run' ? operation.selection.execution : ''
  const run = await findRunOutcomes(deps.db, execution)
  if (run !== undefined && (run.state === 'RUNNING' || run.state === 'PENDING')) {
    if (items.some((item) => item.state === 'pending')) {
      await deps.jobs.stopRun({ execution, reason: operation.reason })
      await startJobItems(
        deps.db,
        lease,
        items.map((item) => item.key),
        execution,
      )
    }
    return { again: 'later', seconds: 2, note: `waiting for ${execution} to end` }
  }
  const wasStopped = run?.state === 'ABORTED'
  await settleJobItems(
    deps.db,
    lease,
    items.map(({ key }) => ({
      key,
      outcome: wasStopped ? ('resolved' as const) : ('skipped' as const),
      ...(wasStopped ? {} : { reason: 'no_longer_open' as const }),
      detail: wasStopped ? 'stopped' : `it had ended by itself: ${run?.state ?? 'unknown'}`,
    })),
  )
  return { again: 'now' }
}
