import type { OperationStage } from '@lean-ops/common/contract/operation'
import type { PooledDatabase } from '@lean-ops/common/control-plane/connect'
import type { ClaimedItem, ClaimRequest } from '@lean-ops/common/control-plane/operations/claim-items'
import type { LeasedOperation } from '@lean-ops/common/control-plane/operations/lease-operation'
import type { OperationFacts } from '@lean-ops/common/control-plane/operations/read-step-facts'
import { setStage } from '@lean-ops/common/control-plane/operations/set-stage'
import { turnChunk } from '@lean-ops/common/control-plane/operations/turn-chunk'
import { type SendClaimedDeps, type Sent, sendClaimed } from './send-claimed.ts'
import { type Lanes, openLanes } from './send-lanes.ts'

export type PageDeps = Omit<SendClaimedDeps, 'onStep'> & {
  db: PooledDatabase
  leaseSeconds: number
  sleep: (ms: number) => Promise<void>
  /** Called between the steps of a page; the fault drills kill the worker here. */
  onStep?: (step: 'claimed' | 'composed' | 'sent' | 'settled') => void
}

export type PageReport = {
  claimed: number
  /** Set when the queue could not be reached or refused *us*: the items went back to pending. */
  ourFault: { code: string; isPermanent: boolean } | undefined
}

/**
 * What the operation allows at this moment: messages that may still be claimed, and per second. `hasAbandoned`: an earlier worker has
 * claimed some and not recorded them. Undefined: this page is over.
 */
export type Allowance = { limit: number; rate: number; hasAbandoned: boolean } | undefined

/** `known`: what the transaction that has just ended has read; without it the operation is looked at now. */
type Allow = (inFlight: number, known?: OperationFacts) => Promise<Allowance>

const permanentFaults = new Set(['ACCESS_DENIED', 'SINK_MISCONFIGURED'])

/** Messages that one transaction claims at most: about as many as fill the batch calls under way at once. */
const chunkMax = 160
/** A slow operation still fills whole batches of SQS. */
const chunkMin = 10
/** Half a second of the rate is spread over four chunks, so that a slow rate is a steady one. */
const chunkOf = (rate: number): number => Math.min(chunkMax, Math.max(chunkMin, Math.ceil(rate / 8)))
/** One chunk is being claimed, one is on its way to SQS, one is being recorded. */
const chunksInFlight = 3
/** Messages that a kill may leave to be sent again at this rate: the batches in flight, claimed and not recorded. */
export const inFlightMax = (rate: number): number => chunksInFlight * chunkOf(rate)

/** Batch calls that one lane has under way at once. */
const callsPerLane = 4
/** A chunk that is begun must be recorded in the worker's time, too. */
const chunkMs = 5_000
/** A slow rate is looked at this often, for it may have changed. */
const lookMs = 500

/**
 * Claim → load → compose → send → settle, until the operation allows no more: lanes send what is claimed while one transaction after the
 * other records what they have sent and claims the next chunk. A chunk is handed to the lanes when the next transaction is under way, so that
 * the database never waits for our composing. Before each claim the operation is asked again (`allow`, told how many are claimed and not
 * recorded). Each claimed item leaves with exactly one result, or goes back.
 */
export async function replayPage(
  operation: LeasedOperation,
  stage: OperationStage,
  allow: Allow,
  deps: PageDeps,
): Promise<PageReport> {
  await setStage(deps.db, { operationId: operation.id, token: operation.token, stage })
  const lanes = sendLanes(operation, deps)
  let report: PageReport
  try {
    report = await claimAndRecord(lanes, operation, stage, allow, deps)
  } catch (error) {
    // Nothing goes on behind the caller's back.
    await lanes.stop()
    throw error
  }
  const failure = await lanes.stop()
  if (failure) throw failure.error
  return report
}

type SendingLanes = Lanes<ClaimedItem, Sent>

function sendLanes(operation: LeasedOperation, deps: PageDeps): SendingLanes {
  const { concurrency } = deps.send
  const count = Math.max(1, Math.floor(concurrency / callsPerLane))
  const send = { ...deps.send, concurrency: Math.ceil(concurrency / count) }
  return openLanes({ count, size: 10 * send.concurrency }, (items) =>
    sendClaimed(items, operation, { ...deps, send }),
  )
}

async function claimAndRecord(
  lanes: SendingLanes,
  operation: LeasedOperation,
  stage: OperationStage,
  allow: Allow,
  deps: PageDeps,
): Promise<PageReport> {
  const report: PageReport = { claimed: 0, ourFault: undefined }
  const lease = { operationId: operation.id, token: operation.token, leaseSeconds: deps.leaseSeconds }
  const startedAt = deps.now().getTime()
  let rate = operation.settings.rate
  let inFlight = 0
  let isOver = false
  let from: ClaimRequest['from'] = 'abandoned'
  let done: Sent = nothingSent
  let claimed: ClaimedItem[] = []
  let known: OperationFacts | undefined
  for (;;) {
    // Looked at before the results are taken: what ends later is seen the next time.
    const wasIdle = lanes.isIdle() && claimed.length === 0
    done = merge([done, ...lanes.takeFinished()])
    if (done.fault !== undefined || lanes.hasFailed()) {
      isOver = true
      if (done.fault !== undefined)
        report.ourFault ??= { code: done.fault, isPermanent: permanentFaults.has(done.fault) }
      // The queue is not hammered: what no lane has begun goes back unsent.
      done.backIds.push(...[...lanes.takeWaiting(), ...claimed].map((item) => item.deadLetterId))
      claimed = []
    }
    const ended = done.results.length + done.backIds.length
    const isLate = report.claimed > 0 && deps.send.clock.remainingMs() < chunkMs
    const hasRoom = inFlight - ended + chunkOf(rate) <= inFlightMax(rate)
    const allowed = hasRoom && !isOver && !isLate ? await allow(inFlight, known) : undefined
    known = undefined
    if (hasRoom && !allowed) isOver = true
    rate = allowed?.rate ?? rate
    const earlyMs = startedAt + (report.claimed / rate) * 1_000 - deps.now().getTime()
    const claim = allowed && earlyMs <= 0 ? Math.min(chunkOf(rate), allowed.limit) : 0
    const isWorthATurn = claim > 0 || ended >= chunkOf(rate) || (ended > 0 && wasIdle)
    if (!isWorthATurn) {
      lanes.push(claimed)
      claimed = []
      if (!wasIdle) await lanes.change()
      else if (isOver) return report
      else await deps.sleep(Math.min(earlyMs, lookMs))
      continue
    }
    if (from === 'abandoned' && allowed && !allowed.hasAbandoned) from = undefined
    const turn = { results: done.results, backIds: done.backIds, claim: { stage, limit: claim, from } }
    const { items, facts } = await turnChunk(deps.db, lease, turn, () => lanes.push(claimed))
    if (ended > 0) deps.onStep?.('settled')
    done = nothingSent
    inFlight += items.length - ended
    report.claimed += items.length
    if (claim > 0 && items.length === 0) {
      // Nothing there: a topic may have been free again before the place where we are, so the last word is a look from the start.
      if (from === undefined) isOver = true
      from = undefined
    } else if (claim > 0 && from !== 'abandoned') from = items.at(-1)
    if (items.length > 0) deps.onStep?.('claimed')
    claimed = items
    known = facts
  }
}

const nothingSent: Sent = { results: [], backIds: [], fault: undefined }

const merge = (all: readonly Sent[]): Sent => ({
  results: all.flatMap((s) => s.results),
  backIds: all.flatMap((s) => s.backIds),
  fault: all.find((s) => s.fault !== undefined)?.fault,
})
