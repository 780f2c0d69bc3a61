import type { ClaimedItem } from '@lean-ops/common/control-plane/operations/claim-items'
import type { LeasedOperation } from '@lean-ops/common/control-plane/operations/lease-operation'
import type { SendResult } from '@lean-ops/common/control-plane/operations/settle-sends'
import type { TopicRegistry } from '@lean-ops/common/topics/topic-registry'
import { type ComposedReplay, composeReplay, type OutgoingReplay } from './compose-replay.ts'
import type { LoadBody } from './load-body.ts'
import { mapConcurrently } from './map-concurrently.ts'
import { type SendDeps, type SendOutcome, sendReplays } from './send-replays.ts'

export type SendClaimedDeps = {
  registry: TopicRegistry
  archiveBucket: string
  lineageSecret: string
  loadBody: LoadBody
  send: SendDeps
  now: () => Date
  onStep?: (step: 'composed' | 'sent') => void
}

/** What became of claimed items: each is in `results` or goes back. `fault`: the queue could not be reached, or refuses *us*. */
export type Sent = { results: SendResult[]; backIds: string[]; fault: string | undefined }

/** Loads, composes and sends claimed items. Throws what loading a body throws. */
export async function sendClaimed(
  items: readonly ClaimedItem[],
  operation: LeasedOperation,
  deps: SendClaimedDeps,
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
  deps: SendClaimedDeps,
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
