import type { OperationStage } from '@lean-ops/common/contract/operation'
import type { Database } from '@lean-ops/common/control-plane/connect'
import type { ClaimedItem } from '@lean-ops/common/control-plane/operations/claim-items'
import type { LeasedOperation } from '@lean-ops/common/control-plane/operations/lease-operation'
import { setStage } from '@lean-ops/common/control-plane/operations/set-stage'
import type { SendResult } from '@lean-ops/common/control-plane/operations/settle-sends'
import { turnChunk } from '@lean-ops/common/control-plane/operations/turn-chunk'
import type { TopicRegistry } from '@lean-ops/common/topics/topic-registry'
import { type ComposedReplay, composeReplay, type OutgoingReplay } from './compose-replay.ts'
import type { LoadBody } from './load-body.ts'
import { mapConcurrently } from './map-concurrently.ts'
import { type SendDeps, type SendOutcome, sendReplays } from './send-replays.ts'

export type PageDeps = {
  db: Database
  registry: TopicRegistry
  archiveBucket: string
  lineageSecret: string
  loadBody: LoadBody
  send: SendDeps
  leaseSeconds: number
  now: () => Date
  /** Called between the steps of a page; the fault drills kill the worker here. */
  onStep?: (step: 'claimed' | 'composed' | 'sent' | 'settled') => void
}

export type PageReport = {
  claimed: number
  sent: number
  /** Set when the queue could not be reached or refused *us*: the items went back to pending. */
  ourFault: { code: string; isPermanent: boolean } | undefined
}

const permanentFaults = new Set(['ACCESS_DENIED', 'SINK_MISCONFIGURED'])

/**
 * Messages that are claimed, sent and recorded together: as many as fill the batch calls under way at once. Two chunks are claimed at any
 * moment, so this bounds what a killed worker leaves to be sent again.
 */
const chunkMax = 160
/** A small page still fills whole batches of SQS. */
const chunkMin = 10
const chunkOf = (limit: number): number => Math.min(chunkMax, Math.max(chunkMin, Math.ceil(limit / 4)))
/** Messages of a page of `limit` that a kill may leave to be sent again: the batches in flight, handed to SQS and not recorded yet. */
export const inFlightMax = (limit: number): number => 2 * chunkOf(limit)

/** A chunk that is begun must be recorded in the worker's time, too. */
const chunkMs = 5_000

type Sent = { results: SendResult[]; backIds: string[]; fault: string | undefined }

/**
 * Claim → load → compose → send → settle, for one page of an operation, chunk by chunk: while one chunk is on its way to SQS, one transaction
 * records the one before and claims the one after. Each claimed item leaves with exactly one result, or goes back.
 */
export async function replayPage(
  operation: LeasedOperation,
  stage: OperationStage,
  limit: number,
  deps: PageDeps,
): Promise<PageReport> {
  const lease = { operationId: operation.id, token: operation.token }
  const chunk = chunkOf(limit)
  const report: PageReport = { claimed: 0, sent: 0, ourFault: undefined }
  /** A page whose queue makes us wait takes longer than a lease: every turn renews it. */
  const turn = async (done: Sent | undefined, mayClaim: boolean): Promise<ClaimedItem[]> => {
    const isLate = report.claimed > 0 && deps.send.clock.remainingMs() < chunkMs
    const count = mayClaim && !isLate ? Math.min(chunk, limit - report.claimed) : 0
    if (!done && count <= 0) return []
    const items = await turnChunk(
      deps.db,
      { ...lease, leaseSeconds: deps.leaseSeconds },
      { results: done?.results ?? [], backIds: done?.backIds ?? [], claim: { stage, limit: count } },
    )
    if (done) {
      deps.onStep?.('settled')
      report.sent += done.results.filter((r) => r.result === 'sent').length
    }
    report.claimed += items.length
    if (items.length > 0) deps.onStep?.('claimed')
    return items
  }
  await setStage(deps.db, { ...lease, stage })
  let current = await turn(undefined, true)
  let unsettled: Sent | undefined
  while (current.length > 0) {
    const [sent, next] = await bothEnded(sendChunk(current, operation, deps), turn(unsettled, true))
    unsettled = sent
    current = next
    if (sent.fault === undefined) continue
    report.ourFault = { code: sent.fault, isPermanent: permanentFaults.has(sent.fault) }
    // The queue is not hammered: what was claimed meanwhile goes back unsent.
    unsettled = { ...sent, backIds: [...sent.backIds, ...next.map((item) => item.deadLetterId)] }
    current = []
  }
  if (unsettled) await turn(unsettled, false)
  return report
}

/** Both results; an error of either only after the other has ended, so that nothing goes on behind the caller's back. */
async function bothEnded<A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([one, other])
  return Promise.all([one, other])
}

async function sendChunk(
  items: readonly ClaimedItem[],
  operation: LeasedOperation,
  deps: PageDeps,
): Promise<Sent> {
  const composed = await mapConcurrently(items, 16, (item) => compose(item, operation, deps))
  deps.onStep?.('composed')
  const outcomes = await sendReplays(
    composed.flatMap((c) => (c.ok ? [c.message] : [])),
    deps.send,
  )
  deps.onStep?.('sent')
  return sortOutcomes(composed, outcomes)
}

async function compose(
  item: ClaimedItem,
  operation: LeasedOperation,
  deps: PageDeps,
): Promise<ComposedReplay> {
  const body = item.body && (await deps.loadBody(item.body))
  return composeReplay(item, body, {
    parameters: operation.parameters,
    registry: deps.registry,
    archiveBucket: deps.archiveBucket,
    lineageSecret: deps.lineageSecret,
    now: deps.now,
  })
}

function sortOutcomes(composed: readonly ComposedReplay[], outcomes: ReadonlyMap<string, SendOutcome>): Sent {
  const results: SendResult[] = []
  const backIds: string[] = []
  let fault: string | undefined
  for (const c of composed) {
    if (!c.ok) {
      results.push(refused(c))
      continue
    }
    const outcome = outcomes.get(c.message.deadLetterId)
    if (outcome?.sent) results.push(sentResult(c.message))
    else if (outcome?.isOurs === false)
      results.push({
        deadLetterId: c.message.deadLetterId,
        result: 'failed',
        reason: 'send_failed',
        detail: outcome.code,
      })
    else {
      backIds.push(c.message.deadLetterId)
      fault = outcome?.code ?? 'INTERNAL_FAILURE'
    }
  }
  return { results, backIds, fault }
}

const sentResult = (m: OutgoingReplay): SendResult => ({
  deadLetterId: m.deadLetterId,
  result: 'sent',
  ...(m.isEdited ? { editRevision: m.editRevision } : {}),
})

/** What a person can mend (an edit that does not fit) is a failure; what has become pointless is a skip. */
const refused = (c: Extract<ComposedReplay, { ok: false }>): SendResult => ({
  deadLetterId: c.deadLetterId,
  result:
    c.reason === 'edit_conflict' || c.reason === 'transform_failed' || c.reason === 'too_large'
      ? 'failed'
      : 'skipped',
  reason: c.reason,
  ...(c.detail === undefined ? {} : { detail: c.detail }),
})
