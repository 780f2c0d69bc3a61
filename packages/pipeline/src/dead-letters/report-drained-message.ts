import type { FailureReport } from '@lean-ops/common/control-plane/dead-letters/failure-report'
import { businessKeys, identifyMessage } from '@lean-ops/common/messages/identify-message'
import { formatMicros } from '@lean-ops/common/messages/parse-publish-time'
import { recogniseBody } from '@lean-ops/common/messages/recognise-body'
import { type Content, prepareMessage } from '../ingest/prepare-message.ts'
import type { RecordedAttempts } from './find-recorded-attempts.ts'
import type { DrainedMessage } from './read-drained-message.ts'

/** Messages nobody's queue can be found for are kept under this name: no topic name begins like it. */
export const unknownTopic = '_unknown'

type Reason = Pick<FailureReport, 'stage' | 'code' | 'message'>

/**
 * Drained message → failure report. Pure. The reason is the one our processor wrote; a message that SQS moved by itself
 * carries none, so today's code looks at it again.
 * `content` undefined = the body that a claim check promised is gone.
 */
export function reportDrainedMessage(
  drained: DrainedMessage,
  content: Content | undefined,
  recorded: RecordedAttempts | undefined,
  nowMs: number,
): FailureReport {
  const { record, topic, lineage, originArn } = drained
  const recognised = recogniseBody(content?.body ?? '')
  const sentMs = Number(record.attributes.SentTimestamp)
  const sentTimestampMs = Number.isSafeInteger(sentMs) && sentMs > 0 ? sentMs : nowMs
  const sqs = { messageId: record.messageId, sentTimestampMs }
  const identity = identifyMessage(recognised.producer, sqs, lineage)
  const reason = reasonOf(drained, content, recorded, sentTimestampMs, nowMs)
  const keys = recognised.ok ? businessKeys(recognised, topic?.keyPath ?? null) : undefined
  return {
    ...reason,
    topic: topic?.topic ?? unknownTopic,
    messageId: identity.messageId,
    // Our processor sent it at the moment it failed; when SQS moved it, that moment is not recorded.
    occurredAt: new Date(lineage?.lastFailure ? sentTimestampMs : nowMs),
    source: `sqs:${record.messageId}`,
    attempt: lineage?.attempt ?? 0,
    replayId: identity.replayId,
    editRevision: identity.editRevision,
    publishTime: formatMicros(identity.publishTimeMicros),
    firstReceivedAt: lineage ? new Date(lineage.firstReceived) : new Date(sentTimestampMs),
    originArn,
    idempotencyKey: keys?.idempotencyKey ?? null,
    attributes: content?.attributes ?? {},
    lineage: lineage ?? null,
    body: content === undefined ? undefined : Buffer.from(content.body),
    archive: null,
  }
}

function reasonOf(
  drained: DrainedMessage,
  content: Content | undefined,
  recorded: RecordedAttempts | undefined,
  sentTimestampMs: number,
  nowMs: number,
): Reason {
  const { lineage, topic, originArn } = drained
  if (lineage?.lastFailure) return lineage.lastFailure
  if (content === undefined)
    return { stage: 'ingest', code: 'CLAIM_CHECK_MISSING', message: 'the archived body is gone or changed' }
  if (topic === undefined || originArn === null)
    return { stage: 'ingest', code: 'NEVER_PROCESSED', message: 'no queue of a known topic sent it here' }
  const arrival = {
    record: { ...drained.record, eventSourceARN: originArn },
    sentTimestampMs,
    lineage,
    findings: [],
  }
  const prepared = prepareMessage(arrival, content, topic, nowMs)
  const failure = prepared.kind === 'dead-letter' ? prepared.letter.lineage.lastFailure : undefined
  if (failure) return failure
  if (!recorded || recorded.attempts === 0)
    return {
      stage: 'ingest',
      code: 'NEVER_PROCESSED',
      message: 'no processor reported an attempt on this topic',
    }
  const because =
    recorded.mostFrequentCode === null ? '' : `; this topic failed most with ${recorded.mostFrequentCode}`
  return {
    stage: 'ingest',
    code: 'RETRIES_EXHAUSTED',
    message: `received as often as the queue allows${because}`,
  }
}
