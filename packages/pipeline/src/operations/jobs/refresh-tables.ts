import type { LeasedOperation } from '@lean-ops/common/control-plane/operations/lease-operation'
import type { JobItem } from '@lean-ops/common/control-plane/operations/list-job-items'
import { type JobOutcome, settleJobItems } from '@lean-ops/common/control-plane/operations/settle-job-items'
import type { JobDeps, JobStep } from './run-job.ts'

/** Snowflake answers for many tables at once; a page keeps one answer small. */
const pageSize = 50

/** Asks Snowflake to show the newest semantic snapshots. A refresh that is repeated is the same refresh. */
export async function refreshTables(
  operation: LeasedOperation,
  items: readonly JobItem[],
  deps: JobDeps,
): Promise<JobStep> {
  const page = items.slice(0, pageSize)
  const answers = await deps.jobs.refreshSnowflake(page.map((item) => item.topic))
  const outcomes = page.map(({ key, topic }): JobOutcome => {
    const answer = answers.find((a) => a.topic === topic)
    if (answer === undefined)
      return { key, outcome: 'failed', detail: 'its contract names no Snowflake table' }
    // An automatic refresh needs a moment; the next run or refresh says whether it came.
    if (answer.state === 'in_sync' || (answer.state === 'behind' && answer.error === null))
      return {
        key,
        outcome: 'resolved',
        detail: answer.state === 'in_sync' ? 'in sync' : 'refresh is under way',
      }
    return { key, outcome: 'failed', detail: answer.error ?? `Snowflake says ${answer.state}` }
  })
  await settleJobItems(deps.db, { operationId: operation.id, token: operation.token }, outcomes)
  return { again: 'now' }
}
