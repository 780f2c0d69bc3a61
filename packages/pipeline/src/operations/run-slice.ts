import { isJobKind, isReplayKind } from '@lean-ops/common/contract/operation-facts'
import { cancelPending } from '@lean-ops/common/control-plane/operations/cancel-pending'
import { findOldestPendingDays } from '@lean-ops/common/control-plane/operations/find-oldest-pending'
import { finishOperation } from '@lean-ops/common/control-plane/operations/finish-operation'
import {
  type LeasedOperation,
  leaseOperation,
} from '@lean-ops/common/control-plane/operations/lease-operation'
import { type Parking, parkOperation } from '@lean-ops/common/control-plane/operations/park-operation'
import { type OperationFacts, readStepFacts } from '@lean-ops/common/control-plane/operations/read-step-facts'
import { renewLease } from '@lean-ops/common/control-plane/operations/renew-lease'
import { applyPage } from './apply-page.ts'
import { decideStep, type Step } from './decide-step.ts'
import { describeAge, describeWait } from './describe-wait.ts'
import type { JobPorts } from './jobs/job-ports.ts'
import { runJob } from './jobs/run-job.ts'
import { type Allowance, type PageDeps, type PageReport, replayPage } from './replay-page.ts'
import { type ExportDeps, runExport } from './run-export.ts'

/** When the worker must look at this operation again. `never`: it has ended or waits for a person; another worker holds it. */
export type NextLook = { again: 'now' } | { again: 'later'; seconds: number } | { again: 'never' }

export type SliceDeps = PageDeps &
  ExportDeps & {
    jobs: JobPorts
    workerId: string
    leaseSeconds: number
    /** Messages per second over all operations together. */
    globalRateMax: number
    /** Milliseconds this slice may still take. */
    remainingMs: () => number
    now: () => Date
  }

/** Time kept back for settling and parking. */
const reserveMs = 5_000

/**
 * One bounded slice of an operation under its lease: step after step until it waits, ends, or the time is used up. Every step starts
 * from what the database says, so a worker killed anywhere is replaced by another that goes on from there.
 */
export async function runSlice(operationId: string, deps: SliceDeps): Promise<NextLook> {
  const operation = await leaseOperation(deps.db, {
    operationId,
    owner: deps.workerId,
    leaseSeconds: deps.leaseSeconds,
  })
  if (!operation) return { again: 'never' }
  if (operation.kind === 'export') return runExport(operation, deps)
  if (isJobKind(operation.kind) || operation.kind === 're-evaluate-rejects') return runJob(operation, deps)
  for (;;) {
    const facts = await readStepFacts(deps.db, operationId, operation.token)
    if (!facts) return { again: 'never' }
    if (facts.state === 'paused') return park(deps, operation, { state: 'paused' }, { again: 'never' })
    if (facts.state === 'cancelling') return cancel(deps, operation, facts)
    if (deps.remainingMs() < reserveMs) return park(deps, operation, { state: 'running' }, { again: 'now' })
    const next = await takeStep(deps, operation, facts)
    if (next) return next
    if (
      !(await renewLease(deps.db, { operationId, token: operation.token, leaseSeconds: deps.leaseSeconds }))
    )
      return { again: 'never' }
  }
}

/** Undefined = go on with the next step. */
async function takeStep(
  deps: SliceDeps,
  operation: LeasedOperation,
  facts: OperationFacts,
): Promise<NextLook | undefined> {
  const step = stepOf(operation, facts, 0)
  switch (step.do) {
    case 'send':
      return isReplayKind(operation.kind) ? send(deps, operation, facts, step) : applyPage(deps, operation)
    case 'wait':
      return park(
        deps,
        operation,
        {
          state: 'waiting',
          stage: facts.stage,
          cause: step.cause,
          note:
            describeWait(step.cause, facts) + describeAge(await findOldestPendingDays(deps.db, operation.id)),
        },
        { again: 'later', seconds: 2 },
      )
    case 'pause':
      return park(
        deps,
        operation,
        { state: 'paused', cause: step.cause, note: describeWait(step.cause, facts) },
        { again: 'never' },
      )
    case 'verify':
      return park(
        deps,
        operation,
        { state: 'verifying', stage: facts.stage, note: describeWait('verifying', facts) },
        { again: 'later', seconds: 2 },
      )
    case 'finish':
      await finishOperation(
        deps.db,
        { operationId: operation.id, token: operation.token },
        { state: step.state },
      )
      return { again: 'never' }
  }
}

/** The policy's word on these facts. Claimed items of a dead worker, not our `inFlight` ones, are to be sent again: for the policy they are pending. */
function stepOf(operation: LeasedOperation, facts: OperationFacts, inFlight: number): Step {
  const { counts } = facts
  return decideStep({
    stage: facts.stage,
    settings: {
      rate: facts.rate,
      canarySize: facts.canarySize,
      returnRateMax: facts.returnRateMax,
      startDelaySeconds: 0,
    },
    counts: { ...counts, pending: counts.pending + counts.sending - inFlight, sending: inFlight },
    blockedPending: facts.blockedPending,
    blockedCause: facts.blockedCause,
    isHeld: facts.isHeld,
    settlesLater: isReplayKind(operation.kind),
  })
}

async function send(
  deps: SliceDeps,
  operation: LeasedOperation,
  before: OperationFacts,
  { stage }: Extract<Step, { do: 'send' }>,
): Promise<NextLook | undefined> {
  // Asked before every chunk, so that another rate or too many returns act at once; a pause and a hold are looked at by the claim itself, too.
  const allow = async (inFlight: number, known?: OperationFacts): Promise<Allowance> => {
    const facts = known ?? (await readStepFacts(deps.db, operation.id, operation.token))
    if (!facts || facts.state === 'paused' || facts.state === 'cancelling') return undefined
    const step = stepOf(operation, facts, inFlight)
    if (step.do !== 'send' || step.stage !== stage) return undefined
    const share = Math.floor(deps.globalRateMax / Math.max(1, facts.sendingOperations))
    return {
      limit: step.limit,
      rate: Math.max(1, Math.min(step.rateMax, share)),
      hasAbandoned: facts.counts.sending > inFlight,
    }
  }
  const report = await replayPage(operation, stage, allow, deps)
  const stop = afterPage(report)
  if (stop) return park(deps, operation, stop.parking, stop.next)
  return report.claimed === 0 ? afterEmptyPage(deps, operation, before) : undefined
}

/**
 * Nothing was claimed although the facts said there was work. The facts of this moment say why: what was left had become pointless and was
 * skipped (go on), a topic was blocked in between (wait for that), or somebody else holds the rows.
 */
async function afterEmptyPage(
  deps: SliceDeps,
  operation: LeasedOperation,
  before: OperationFacts,
): Promise<NextLook | undefined> {
  const facts = await readStepFacts(deps.db, operation.id, operation.token)
  if (!facts) return { again: 'never' }
  if (facts.counts.pending + facts.counts.sending < before.counts.pending + before.counts.sending)
    return undefined
  const isBlocked = facts.blockedPending > 0 && facts.blockedCause !== undefined
  const cause = isBlocked ? (facts.blockedCause ?? 'error') : 'error'
  const note = isBlocked
    ? describeWait(cause, facts)
    : 'Its messages are being changed by somebody else at this moment; trying again in a few seconds.'
  return park(deps, operation, { state: 'waiting', cause, note }, { again: 'later', seconds: 2 })
}

/** A page that met trouble of our own making ends the slice: the queue is not hammered and nothing is marked failed for it. */
function afterPage(report: PageReport): { parking: Parking; next: NextLook } | undefined {
  if (report.ourFault === undefined) return undefined
  if (report.ourFault.isPermanent)
    return {
      parking: {
        state: 'paused',
        cause: 'error',
        note: `The queue refuses our messages (${report.ourFault.code}): repair the grant or the queue, then resume. Nothing was lost.`,
      },
      next: { again: 'never' },
    }
  return {
    parking: {
      state: 'waiting',
      cause: 'error',
      note: `The queue cannot be reached (${report.ourFault.code}); trying again in a few seconds.`,
    },
    next: { again: 'later', seconds: 5 },
  }
}

async function cancel(deps: SliceDeps, operation: LeasedOperation, facts: OperationFacts): Promise<NextLook> {
  const lease = { operationId: operation.id, token: operation.token }
  await cancelPending(deps.db, lease)
  if (facts.counts.sending + facts.counts.verifying > 0)
    return park(deps, operation, { state: 'cancelling' }, { again: 'later', seconds: 2 })
  await finishOperation(deps.db, lease, { state: 'cancelled' })
  return { again: 'never' }
}

async function park(
  deps: SliceDeps,
  operation: LeasedOperation,
  parking: Parking,
  next: NextLook,
): Promise<NextLook> {
  await parkOperation(deps.db, { operationId: operation.id, token: operation.token }, parking)
  return next
}
