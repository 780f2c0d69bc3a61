import type { OperationCause } from '@lean-ops/common/contract/operation'
import type { OperationFacts } from '@lean-ops/common/control-plane/operations/read-step-facts'

/** Days that the topics' queues keep a message. */
const queueDays = 14
const warnedShare = 0.8

/**
 * A warning to add when messages wait long: consumers count on the queue's 14 days, and a message that comes later may meet a period they have
 * closed. The message itself is kept in the archive however old it is.
 */
export const describeAge = (oldestDays: number | undefined): string =>
  oldestDays === undefined || oldestDays < queueDays * warnedShare
    ? ''
    : ` Warning: the oldest waiting message was first received ${Math.floor(oldestDays)} days ago; a queue keeps messages ${queueDays} days. It is not lost, but decide soon.`

/** One sentence for people: why the operation stands here and what comes next. */
export function describeWait(cause: OperationCause | 'verifying', facts: OperationFacts): string {
  const { counts } = facts
  const settled = counts.resolved + counts.returned + counts.unverified
  switch (cause) {
    case 'canary_settling':
      return `${settled} of ${settled + counts.verifying + counts.sending} sent messages have settled; the next stage starts at 95 %.`
    case 'return_rate':
      return `${counts.returned} of ${settled} settled messages came back: more than ${Math.round(facts.returnRateMax * 100)} %. Look at one before you resume.`
    case 'hold':
      return 'All operations are held; it goes on when the hold is lifted.'
    case 'breaker':
      return `${facts.blockedPending} messages wait for the breaker of their topic to close.`
    case 'topic_paused':
      return `${facts.blockedPending} messages wait for their paused topic.`
    case 'verifying':
      return `Everything is sent; ${counts.verifying} messages have not been seen past their stage yet.`
    case 'start_delay':
      return 'It starts in a few seconds; until then it can be undone.'
    case 'cap':
      return 'Other operations use the rate; it takes its turn.'
    case 'person':
      return 'A person paused it.'
    case 'error':
      return 'It met an error of our own; nothing was lost.'
  }
}
