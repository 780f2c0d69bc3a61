import type { FailureCode } from '@lean-ops/common/contract/failure-code'
import type { OutcomeMessage } from '@lean-ops/common/messages/outcome-message'
import type { RegisteredTopic, TopicRegistry } from '@lean-ops/common/topics/topic-registry'
import { buildOutcome, type Disposition } from './build-outcome.ts'
import { classifyFault } from './classify-fault.ts'
import type { ReadArchive } from './message-archive.ts'
import {
  type Arrival,
  contentOf,
  missingBody,
  type Prepared,
  prepareMessage,
  readArrival,
} from './prepare-message.ts'
import { type PutBatch, putRecords, type SinkStats } from './put-records.ts'
import { type DeadLetterDeps, sendDeadLetters } from './send-dead-letters.ts'
import type { SqsRecord } from './sqs-event.ts'

export type IngestDeps = DeadLetterDeps & {
  stage: string
  /** Name of the deployed code, for outcome messages. */
  codeVersion: string
  registry: TopicRegistry
  /** Streams are `<prefix><n>`. */
  streamPrefix: string
  putBatch: PutBatch
  readArchive: ReadArchive
  now(): number
  /** Unexpected errors, for the log; ids and codes only. */
  onDefect(error: unknown, sqsMessageId: string): void
}

export type IngestResult = {
  /** SQS message ids that must come again. Every other message of the event has a durable copy. */
  failedIds: string[]
  outcomes: OutcomeMessage[]
}

/** Sorted out, not yet sent. */
type Sorted = Prepared | { kind: 'failed'; arrival: Arrival; messageId: string; code: FailureCode }

const noSinkUse = (): SinkStats => ({ calls: 0, failedCalls: 0, refusedEntries: 0, retriedEntries: 0 })

/**
 * One invocation: each message ends as exactly one of stored in the sink, sent to the dead-letter queue, or reported
 * failed. Never throws once the first record may have been put; a thrown error would bring stored messages again.
 */
export async function ingestBatch(
  records: readonly SqsRecord[],
  requestId: string,
  deps: IngestDeps,
): Promise<IngestResult> {
  const failedIds = new Set<string>()
  const outcomes: OutcomeMessage[] = []
  for (const [arn, ofQueue] of Map.groupBy(records, (r) => r.eventSourceARN)) {
    const startedMs = deps.now()
    const topic = deps.registry.findByQueueArn(arn)
    const { dispositions, stats, stream } = topic
      ? await ingestTopic(ofQueue, topic, deps)
      : { dispositions: refuseAll(ofQueue, deps), stats: noSinkUse(), stream: null }
    for (const d of dispositions) if (d.kind === 'failed') failedIds.add(d.arrival.record.messageId)
    outcomes.push(
      buildOutcome(dispositions, {
        requestId,
        stage: deps.stage,
        codeVersion: deps.codeVersion,
        topic: topic?.topic ?? null,
        originArn: arn,
        startedMs,
        endedMs: deps.now(),
        stream,
        stats,
      }),
    )
  }
  return { failedIds: [...failedIds], outcomes }
}

/** A queue without contract: nothing is guessed from its name, everything stays where it is. */
const refuseAll = (records: readonly SqsRecord[], deps: IngestDeps): Disposition[] =>
  records.map((record) => ({
    kind: 'failed',
    arrival: readArrival(record, deps.lineageSecret, deps.now()),
    messageId: record.messageId,
    code: 'UNKNOWN_TOPIC',
  }))

async function ingestTopic(
  records: readonly SqsRecord[],
  topic: RegisteredTopic,
  deps: IngestDeps,
): Promise<{ dispositions: Disposition[]; stats: SinkStats; stream: string }> {
  const sorted: Sorted[] = []
  for (const record of records) sorted.push(await sortOut(record, topic, deps))

  const stream = `${deps.streamPrefix}${topic.stream}`
  const toSink = sorted.filter((s) => s.kind === 'record')
  const { failed, stats } = await putRecords(stream, toSink, deps.putBatch, deps.clock)

  const toQueue = sorted.filter((s) => s.kind === 'dead-letter')
  const unsent = await sendDeadLetters(
    toQueue.map((s) => s.letter),
    deps,
  )

  const endedMs = deps.now()
  const dispositions = sorted.map((s): Disposition => {
    const { arrival, messageId } = s
    if (s.kind === 'failed') return s
    if (s.kind === 'record') {
      const code = failed.get(s)
      if (code) return { kind: 'failed', arrival, messageId, code }
      const latencyMs = endedMs - arrival.sentTimestampMs
      return { kind: 'accepted', arrival, messageId, latencyMs, bytesSent: s.data.length }
    }
    const code = unsent.get(s.letter)
    if (code) return { kind: 'failed', arrival, messageId, code }
    return { kind: 'dead-lettered', arrival, messageId, code: s.code }
  })
  return { dispositions, stats, stream }
}

async function sortOut(record: SqsRecord, topic: RegisteredTopic, deps: IngestDeps): Promise<Sorted> {
  const nowMs = deps.now()
  const arrival = readArrival(record, deps.lineageSecret, nowMs)
  const fail = (code: FailureCode): Sorted => ({
    kind: 'failed',
    arrival,
    messageId: arrival.lineage?.messageId ?? record.messageId,
    code,
  })
  const check = arrival.lineage?.claimCheck
  let content = contentOf(record)
  if (check) {
    const timeoutMs = deps.clock.remainingMs()
    if (timeoutMs <= 0) return fail('OUT_OF_TIME')
    try {
      const archived = await deps.readArchive(check, timeoutMs)
      if (!archived) return missingBody(arrival, topic.topic)
      content = archived
    } catch (error) {
      return fail(classifyFault(error).class === 'config' ? 'ACCESS_DENIED' : 'ARCHIVE_UNAVAILABLE')
    }
  }
  try {
    return prepareMessage(arrival, content, topic, nowMs)
  } catch (error) {
    deps.onDefect(error, record.messageId)
    return fail('INTERNAL_FAILURE')
  }
}
