import { sqsBatchEntriesMax, sqsMessageBytesMax } from '@lean-ops/common/messages/message-size'
import { batchBySize } from '../ingest/batch-by-size.ts'
import { type ClassifiedFault, classifyFault } from '../ingest/classify-fault.ts'
import { attemptsMax, pauseBeforeRetry, type RetryClock } from '../ingest/retry-policy.ts'
import type { SendBatch } from '../ingest/send-dead-letters.ts'
import type { OutgoingReplay } from './compose-replay.ts'
import { mapConcurrently } from './map-concurrently.ts'

export type SendOutcome =
  | { sent: true }
  /** `isOurs`: the queue could not be reached or refuses us: the item goes back and the operation waits, it does not fail. */
  | { sent: false; isOurs: boolean; code: string }

export type SendDeps = {
  queueOf: (topic: string) => SendBatch
  putArchive: (key: string, content: string, timeoutMs: number) => Promise<unknown>
  clock: RetryClock
  /** Batch calls under way at once, over all queues. */
  concurrency: number
}

/** Sends each message to its topic's queue; results by dead letter id. Retries just the entries that were refused. Never throws. */
export async function sendReplays(
  messages: readonly OutgoingReplay[],
  deps: SendDeps,
): Promise<Map<string, SendOutcome>> {
  const outcomes = new Map<string, SendOutcome>()
  const archived = await archiveFirst(messages, deps, outcomes)
  let pending = archived
  for (let attempt = 0; pending.length > 0; attempt += 1) {
    const retry = await sendRound(pending, deps, outcomes)
    if (retry.length === 0 || attempt + 1 >= attemptsMax) break
    if (!(await pauseBeforeRetry(attempt, deps.clock))) break
    pending = retry
  }
  return outcomes
}

async function archiveFirst(
  messages: readonly OutgoingReplay[],
  deps: SendDeps,
  outcomes: Map<string, SendOutcome>,
): Promise<OutgoingReplay[]> {
  const ready: OutgoingReplay[] = []
  await mapConcurrently(messages, 8, async (message) => {
    if (!message.archive) return void ready.push(message)
    try {
      await deps.putArchive(
        message.archive.key,
        message.archive.content,
        Math.max(1, deps.clock.remainingMs()),
      )
      ready.push(message)
    } catch (error) {
      outcomes.set(message.deadLetterId, { sent: false, isOurs: true, code: classifyFault(error).code })
    }
  })
  return ready
}

/** One try for every pending message; returns those worth another try. Outcomes hold the last word on each. */
async function sendRound(
  pending: readonly OutgoingReplay[],
  deps: SendDeps,
  outcomes: Map<string, SendOutcome>,
): Promise<OutgoingReplay[]> {
  const retry: OutgoingReplay[] = []
  const limits = { countMax: sqsBatchEntriesMax, bytesMax: sqsMessageBytesMax }
  const batches = [...Map.groupBy(pending, (m) => m.topic).values()].flatMap((ofTopic) =>
    batchBySize(ofTopic, (m) => m.bytes, limits),
  )
  await mapConcurrently(batches, deps.concurrency, async (batch) => {
    const faults = await sendBatch(batch, deps)
    for (const [n, message] of batch.entries()) {
      const fault = faults[n]
      if (fault === undefined) outcomes.set(message.deadLetterId, { sent: true })
      else {
        outcomes.set(message.deadLetterId, { sent: false, isOurs: fault.class !== 'data', code: fault.code })
        if (fault.isRetryable) retry.push(message)
      }
    }
  })
  return retry
}

async function sendBatch(
  batch: readonly OutgoingReplay[],
  deps: SendDeps,
): Promise<readonly (ClassifiedFault | undefined)[]> {
  const topic = batch[0]?.topic ?? ''
  const timeoutMs = deps.clock.remainingMs()
  if (timeoutMs <= 0) return batch.map(() => outOfTime)
  try {
    const answers = await deps.queueOf(topic)(batch, timeoutMs)
    return batch.map((_, n) => {
      const answer = answers[n]
      if (answer && answer.errorCode === undefined) return undefined
      return answer?.isSenderFault ? refusedMessage : refusedEntry
    })
  } catch (error) {
    const fault = classifyFault(error)
    return batch.map(() => fault)
  }
}

const outOfTime: ClassifiedFault = { code: 'OUT_OF_TIME', class: 'transient', isRetryable: false }
const refusedEntry: ClassifiedFault = { code: 'SINK_UNAVAILABLE', class: 'transient', isRetryable: true }
/** SQS says the message itself is wrong: sending it again cannot help. */
const refusedMessage: ClassifiedFault = { code: 'MALFORMED_PAYLOAD', class: 'data', isRetryable: false }
