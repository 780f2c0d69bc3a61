import type { OperationStage } from '@lean-ops/common/contract/operation'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { type ClaimedItem, claimItems } from '@lean-ops/common/control-plane/operations/claim-items'
import type { LeasedOperation } from '@lean-ops/common/control-plane/operations/lease-operation'
import { releaseItems } from '@lean-ops/common/control-plane/operations/release-items'
import { setStage } from '@lean-ops/common/control-plane/operations/set-stage'
import { type SendResult, settleSends } from '@lean-ops/common/control-plane/operations/settle-sends'
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

/** Claim → load → compose → send → settle, for one page of an operation. Each claimed item leaves with exactly one result, or goes back. */
export async function replayPage(
  operation: LeasedOperation,
  stage: OperationStage,
  limit: number,
  deps: PageDeps,
): Promise<PageReport> {
  const lease = { operationId: operation.id, token: operation.token }
  await setStage(deps.db, { ...lease, stage })
  const items = await claimItems(deps.db, { ...lease, limit })
  if (items.length === 0) return { claimed: 0, sent: 0, ourFault: undefined }
  deps.onStep?.('claimed')
  const composed = await mapConcurrently(items, 16, (item) => compose(item, operation, deps))
  deps.onStep?.('composed')
  const messages = composed.flatMap((c) => (c.ok ? [c.message] : []))
  const outcomes = await sendReplays(messages, deps.send)
  deps.onStep?.('sent')
  const { results, backIds, fault } = sortOutcomes(composed, outcomes)
  await settleSends(deps.db, lease, results)
  await releaseItems(deps.db, lease, backIds)
  deps.onStep?.('settled')
  const sent = results.filter((r) => r.result === 'sent').length
  return {
    claimed: items.length,
    sent,
    ourFault: fault === undefined ? undefined : { code: fault, isPermanent: permanentFaults.has(fault) },
  }
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

function sortOutcomes(
  composed: readonly ComposedReplay[],
  outcomes: ReadonlyMap<string, SendOutcome>,
): { results: SendResult[]; backIds: string[]; fault: string | undefined } {
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
  editRevision: m.editRevision,
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
