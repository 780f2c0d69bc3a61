import type { LeasedOperation } from '@lean-ops/common/control-plane/operations/lease-operation'
import type { JobItem } from '@lean-ops/common/control-plane/operations/list-job-items'
import { type JobOutcome, settleJobItems } from '@lean-ops/common/control-plane/operations/settle-job-items'
import { startJobItems } from '@lean-ops/common/control-plane/operations/start-job-items'
import type { JobDeps, JobStep } from './run-job.ts'

/** Counts under way at once: each is a job of its own. */
const parallel = 5

/** Has the account of each topic computed, a few at a time. An account that does not close is a failure of the item. */
export async function followAccounts(
  operation: LeasedOperation,
  items: readonly JobItem[],
  deps: JobDeps,
): Promise<JobStep> {
  const lease = { operationId: operation.id, token: operation.token }
  const started = items.filter((item) => item.state === 'verifying')
  const room = Math.max(0, parallel - started.length)
  for (const item of items.filter((i) => i.state === 'pending').slice(0, room)) {
    const run = `account-${operation.id}-${item.topic}`
    await startJobItems(deps.db, lease, [item.key], run)
    started.push({ ...item, state: 'verifying', reference: run })
  }
  const outcomes: JobOutcome[] = []
  for (const { key, topic, reference } of started) {
    const account = await deps.jobs.account({ topic, run: reference ?? '', operationId: operation.id })
    if (account.state === 'failed') outcomes.push({ key, outcome: 'failed', detail: account.message })
    if (account.state === 'done')
      outcomes.push(
        account.unexplained === 0
          ? { key, outcome: 'resolved', detail: 'every message is accounted for' }
          : { key, outcome: 'failed', detail: `${account.unexplained} messages are unexplained` },
      )
  }
  await settleJobItems(deps.db, lease, outcomes)
  return outcomes.length > 0
    ? { again: 'now' }
    : { again: 'later', seconds: 5, note: `${started.length} accounts are being counted` }
}
