import type { Logger } from '@aws-lambda-powertools/logger'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { settleReplays } from '@lean-ops/common/control-plane/dead-letters/settle-replays'
import { recordOutcomes } from '@lean-ops/common/control-plane/outcomes/record-outcomes'
import { OutcomeMessage } from '@lean-ops/common/messages/outcome-message'

export type OutcomeDeps = { db: Database; logger: Pick<Logger, 'info' | 'error'> }

type Delivery = { messageId: string; body: string }

/**
 * Outcome messages → confirmed replays resolved, then rates counted; returns the ids that must stay in the queue.
 * Resolving comes first: it can be repeated, while a counted outcome is never looked at again.
 */
export async function processOutcomes(deliveries: readonly Delivery[], deps: OutcomeDeps): Promise<string[]> {
  const read = deliveries.map(({ messageId, body }) => ({ messageId, outcome: readOutcome(body) }))
  const unreadable = read.filter((r) => r.outcome === undefined).map((r) => r.messageId)
  if (unreadable.length > 0) deps.logger.error('not outcome messages', { messages: unreadable.length })
  const outcomes = read.flatMap((r) => r.outcome ?? [])
  try {
    const confirmations = outcomes.flatMap(({ topic, confirmations: of }) =>
      topic === null ? [] : of.map((c) => ({ topic, ...c })),
    )
    // "Accepted by Firehose" proves the ingest stage; later stages have their own proof.
    const resolved = await settleReplays(deps.db, 'ingest', confirmations)
    const counted = await recordOutcomes(deps.db, outcomes)
    deps.logger.info('outcomes', { messages: deliveries.length, counted, resolved })
    return unreadable
  } catch (error) {
    deps.logger.error('outcomes could not be recorded', {
      messages: deliveries.length,
      errorName: error instanceof Error ? error.name : typeof error,
    })
    return deliveries.map((d) => d.messageId)
  }
}

function readOutcome(body: string): OutcomeMessage | undefined {
  try {
    const parsed = OutcomeMessage.safeParse(JSON.parse(body))
    return parsed.success ? parsed.data : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
