import { isJobKind } from '@lean-ops/common/contract/operation-facts'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { cancelPending } from '@lean-ops/common/control-plane/operations/cancel-pending'
import { finishOperation } from '@lean-ops/common/control-plane/operations/finish-operation'
import type { LeasedOperation } from '@lean-ops/common/control-plane/operations/lease-operation'
import { type JobItem, listJobItems } from '@lean-ops/common/control-plane/operations/list-job-items'
import { type Parking, parkOperation } from '@lean-ops/common/control-plane/operations/park-operation'
import { type OperationFacts, readStepFacts } from '@lean-ops/common/control-plane/operations/read-step-facts'
import { renewLease } from '@lean-ops/common/control-plane/operations/renew-lease'
import type { NextLook } from '../run-slice.ts'
import { runActivation } from './activate-draft.ts'
import { answerWhatIf } from './answer-what-if.ts'
import { followAccounts } from './follow-accounts.ts'
import { followRun } from './follow-run.ts'
import type { JobPorts } from './job-ports.ts'
import { maintainTables } from './maintain-tables.ts'
import { runReEvaluation } from './re-evaluate-rejects.ts'
import { rebuildTables } from './rebuild-tables.ts'
import { refreshTables } from './refresh-tables.ts'
import { startRunOf } from './start-run-of.ts'
import { stopRunOf } from './stop-run-of.ts'
import { workOnTables } from './work-on-tables.ts'

export type JobDeps = { db: Database; jobs: JobPorts; leaseSeconds: number; remainingMs: () => number }

/** What a step leaves: go on at once, or look again later with a word about what is waited for. */
export type JobStep = { again: 'now' } | { again: 'later'; seconds: number; note: string }

const holdSeconds = 5

/**
 * One slice of an operation that asks the pipeline for work. Each step begins with what the database says; a start is written down
 * before it is made and its repetition is the same start, so a worker killed anywhere is replaced by one that goes on from there.
 */
export async function runJob(operation: LeasedOperation, deps: JobDeps): Promise<NextLook> {
  const lease = { operationId: operation.id, token: operation.token }
  for (;;) {
    const facts = await readStepFacts(deps.db, operation.id, operation.token)
    if (!facts) return { again: 'never' }
    if (facts.state === 'paused') return park(deps, lease, { state: 'paused' }, { again: 'never' })
    const items = await listJobItems(deps.db, operation.id)
    const isCancelled = facts.state === 'cancelling'
    if (isCancelled) await cancelPending(deps.db, lease)
    const live = isCancelled ? items.filter((item) => item.state !== 'pending') : items
    if (live.length === 0) {
      const state = isCancelled ? 'cancelled' : endOf(facts)
      await finishOperation(deps.db, lease, { state })
      return { again: 'never' }
    }
    if (facts.isHeld && live.some((item) => item.state === 'pending'))
      return park(
        deps,
        lease,
        { state: 'waiting', cause: 'hold', note: 'all operations are held' },
        { again: 'later', seconds: holdSeconds },
      )
    const step = await takeStep(operation, live, isCancelled, deps)
    if (step.again === 'later')
      return park(
        deps,
        lease,
        { state: isCancelled ? 'cancelling' : 'running', note: step.note },
        { again: 'later', seconds: step.seconds },
      )
    if (!(await renewLease(deps.db, { ...lease, leaseSeconds: deps.leaseSeconds }))) return { again: 'never' }
    if (deps.remainingMs() < 5_000) return park(deps, lease, { state: 'running' }, { again: 'now' })
  }
}

function takeStep(
  operation: LeasedOperation,
  items: readonly JobItem[],
  isCancelled: boolean,
  deps: JobDeps,
): Promise<JobStep> {
  const { parameters } = operation
  if (parameters.kind === 're-evaluate-rejects') return runReEvaluation(operation, items, isCancelled, deps)
  if (!isJobKind(parameters.kind)) throw new Error(`${parameters.kind} is no job`)
  switch (parameters.kind) {
    case 'rerun':
    case 'run-with-input':
    case 'redrive':
    case 'rebuild':
      return items.some((item) => item.state === 'pending')
        ? startRunOf(operation, deps)
        : followRun(operation, items, isCancelled, deps)
    case 'stop':
      return stopRunOf(operation, items, deps)
    case 'refresh-snowflake':
      return refreshTables(operation, items, deps)
    case 'account':
      return followAccounts(operation, items, deps)
    case 'what-if':
      return answerWhatIf(operation, items, deps)
    case 'activate-contract':
      return runActivation(operation, items, deps)
    case 'maintain':
      return workOnTables(operation, items, maintainTables(operation.id, deps), deps)
    case 'rebuild-from-raw':
      return workOnTables(operation, items, rebuildTables(parameters.action, deps), deps)
    default:
      throw new Error('an operation of another sort came to the jobs')
  }
}

const endOf = ({ counts }: OperationFacts): 'completed' | 'completed_with_failures' =>
  counts.failed + counts.returned + counts.unverified > 0 ? 'completed_with_failures' : 'completed'

async function park(
  deps: JobDeps,
  lease: { operationId: string; token: number },
  parking: Parking,
  next: NextLook,
): Promise<NextLook> {
  await parkOperation(deps.db, lease, parking)
  return next
}
