import type { FailureCode } from '@lean-ops/common/contract/failure-code'
import { businessKeys, type Identity, identifyMessage } from '@lean-ops/common/messages/identify-message'
import { decodeLineage, type Lineage, lineageAttributeName } from '@lean-ops/common/messages/lineage'
import {
  type LambdaAttribute,
  type TypedAttributes,
  typedFromLambda,
} from '@lean-ops/common/messages/message-attributes'
import type { FindingCode } from '@lean-ops/common/messages/outcome-message'
import { formatMicros } from '@lean-ops/common/messages/parse-publish-time'
import { recogniseBody } from '@lean-ops/common/messages/recognise-body'
import type { RegisteredTopic } from '@lean-ops/common/topics/topic-registry'
import { encodeRawRecord } from './encode-raw-record.ts'
import type { DeadLetter } from './send-dead-letters.ts'
import type { SqsRecord } from './sqs-event.ts'

/** What stays with a message from arrival to its answer, whatever becomes of it. */
export type Arrival = {
  record: SqsRecord
  sentTimestampMs: number
  lineage: Lineage | undefined
  findings: FindingCode[]
}

export type Prepared =
  | { kind: 'record'; arrival: Arrival; messageId: string; data: Uint8Array }
  | { kind: 'dead-letter'; arrival: Arrival; messageId: string; code: FailureCode; letter: DeadLetter }

/** A message whose body and attributes are at hand (a claim check has been fetched). */
export type Content = { body: string; attributes: TypedAttributes }

/** First look at a message: the lineage, if it is ours. A forged one is a finding; the message is taken as a new one. */
export function readArrival(record: SqsRecord, secret: string, nowMs: number): Arrival {
  const sent = Number(record.attributes.SentTimestamp)
  const arrival: Arrival = {
    record,
    sentTimestampMs: Number.isSafeInteger(sent) && sent > 0 ? sent : nowMs,
    lineage: undefined,
    findings: [],
  }
  const attribute = own(record.messageAttributes, lineageAttributeName)
  if (!attribute) return arrival
  const decoded = decodeLineage(attribute.stringValue ?? '', secret)
  if (!decoded.ok) arrival.findings.push(decoded.reason === 'forged' ? 'LINEAGE_FORGED' : 'LINEAGE_MALFORMED')
  else if (decoded.lineage.originArn !== record.eventSourceARN) arrival.findings.push('LINEAGE_FOREIGN')
  else arrival.lineage = decoded.lineage
  return arrival
}

const own = (attributes: Record<string, LambdaAttribute>, name: string): LambdaAttribute | undefined =>
  Object.hasOwn(attributes, name) ? attributes[name] : undefined

/** The message as it lies in the queue. */
export const contentOf = (record: SqsRecord): Content => ({
  body: record.body,
  attributes: typedFromLambda(record.messageAttributes),
})

/** Message → Firehose record, or a dead letter with its reason. Pure but for compression; throws only on a defect of ours. */
export function prepareMessage(
  arrival: Arrival,
  content: Content,
  topic: RegisteredTopic,
  nowMs: number,
): Prepared {
  const { record, lineage } = arrival
  const recognised = recogniseBody(content.body)
  const sqs = { messageId: record.messageId, sentTimestampMs: arrival.sentTimestampMs }
  const identity = identifyMessage(recognised.producer, sqs, lineage)
  arrival.findings.push(...identity.findings)
  const { messageId } = identity
  const dead = (code: FailureCode, message: string, archiveAlways: boolean): Prepared => ({
    kind: 'dead-letter',
    arrival,
    messageId,
    code,
    letter: deadLetter(arrival, content, topic.topic, identity, { code, message }, archiveAlways),
  })
  if (!recognised.ok) return dead(recognised.fault.code, recognised.fault.message, false)
  const keys = businessKeys(recognised, topic.keyPath)
  const data = encodeRawRecord({
    topic: topic.topic,
    message_id: messageId,
    sqs_message_id: record.messageId,
    idempotency_key: keys.idempotencyKey,
    period_reference: keys.periodReference,
    correlation_id: keys.correlationId,
    publish_time: identity.publishTimeMicros,
    ingestion_ts: nowMs * 1000,
    edit_revision: identity.editRevision,
    replay_id: identity.replayId,
    origin_arn: lineage?.originArn ?? record.eventSourceARN,
    message_attributes: attributesText(content.attributes),
    payload_encoding: 'none',
    json_payload: content.body,
  })
  if (data) return { kind: 'record', arrival, messageId, data }
  return dead('TOO_LARGE', 'over 1,000 KiB as a Firehose record, even compressed', true)
}

/** Dead letter of a message whose archived body is gone: the claim check travels on. */
export function missingBody(arrival: Arrival, topic: string): Prepared {
  const sqs = { messageId: arrival.record.messageId, sentTimestampMs: arrival.sentTimestampMs }
  const identity = identifyMessage({ messageId: undefined, publishTime: undefined }, sqs, arrival.lineage)
  const code: FailureCode = 'CLAIM_CHECK_MISSING'
  const message = 'the archived body is gone or changed'
  const letter = deadLetter(arrival, contentOf(arrival.record), topic, identity, { code, message }, false)
  return { kind: 'dead-letter', arrival, messageId: identity.messageId, code, letter }
}

function deadLetter(
  { record, lineage, sentTimestampMs }: Arrival,
  content: Content,
  topic: string,
  identity: Identity,
  failure: { code: FailureCode; message: string },
  archiveAlways: boolean,
): DeadLetter {
  return {
    topic,
    sqsMessageId: record.messageId,
    body: content.body,
    attributes: content.attributes,
    archiveAlways,
    lineage: {
      messageId: identity.messageId,
      publishTime: formatMicros(identity.publishTimeMicros),
      firstReceived: lineage?.firstReceived ?? new Date(sentTimestampMs).toISOString(),
      editRevision: identity.editRevision,
      attempt: lineage?.attempt ?? 0,
      originArn: lineage?.originArn ?? record.eventSourceARN,
      ...(identity.replayId === null ? {} : { replayId: identity.replayId }),
      ...(lineage?.claimCheck ? { claimCheck: lineage.claimCheck } : {}),
      lastFailure: { stage: 'ingest', ...failure },
    },
  }
}

function attributesText(attributes: TypedAttributes): string | null {
  for (const _ in attributes) return JSON.stringify(attributes)
  return null
}
