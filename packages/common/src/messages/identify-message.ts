import type { Lineage } from './lineage.ts'
import type { FindingCode } from './outcome-message.ts'
import { parsePublishTime } from './parse-publish-time.ts'
import { isObject, own, type Producer, type Recognised, scalarText } from './recognise-body.ts'

/** What SQS knows of a message. */
export type SqsFacts = { messageId: string; sentTimestampMs: number }

export type Identity = {
  messageId: string
  publishTimeMicros: number
  editRevision: number
  replayId: string | null
  findings: FindingCode[]
}

export type BusinessKeys = {
  idempotencyKey: string | null
  periodReference: string | null
  correlationId: string | null
}

/** Longer ids are not ids but accidents; they would not fit beside a body in a queue. In UTF-16 units. */
export const messageIdLengthMax = 1024
const earliestMicros = Date.UTC(2000, 0, 1) * 1000
const dayMicros = 86_400_000_000

/** Id and time: lineage of a replay, else the producer's, else SQS's own (stable over redeliveries, so that duplicates are recognised). */
export function identifyMessage(producer: Producer, sqs: SqsFacts, lineage: Lineage | undefined): Identity {
  const replayed = lineage && parsePublishTime(lineage.publishTime)
  if (lineage && replayed !== undefined)
    return {
      messageId: lineage.messageId,
      publishTimeMicros: replayed,
      editRevision: lineage.editRevision,
      replayId: lineage.replayId ?? null,
      findings: [],
    }
  const findings: FindingCode[] = []
  let messageId = producer.messageId ?? sqs.messageId
  if (messageId.length > messageIdLengthMax) {
    findings.push('MESSAGE_ID_TOO_LONG')
    messageId = sqs.messageId
  }
  const publishTimeMicros = publishTime(producer.publishTime, sqs.sentTimestampMs * 1000, findings)
  return { messageId, publishTimeMicros, editRevision: 0, replayId: null, findings }
}

/** Compared with SentTimestamp, not with now: the same message must get the same answer at each receive. */
function publishTime(text: string | undefined, sentMicros: number, findings: FindingCode[]): number {
  if (text === undefined) return sentMicros
  const micros = parsePublishTime(text)
  if (micros === undefined) findings.push('PUBLISH_TIME_UNPARSEABLE')
  else if (micros < earliestMicros || micros > sentMicros + dayMicros) findings.push('PUBLISH_TIME_ABSURD')
  else return micros
  return sentMicros
}

/** Names tried in order for topics whose contract has no key path (drafts). */
const idempotencyPaths = [
  ['_metadata', 'idempotencyKeyResource'],
  ['_metadata', 'idempotency_key'],
  ['idempotencyKeyResource'],
  ['idempotency_key'],
]
const periodPaths = [['_metadata', 'periodReference'], ['periodReference'], ['period_reference']]
const correlationPaths = [['_metadata', 'correlationId'], ['correlationId'], ['correlation_id']]

/** Keys as their exact text. null, "", objects and arrays are no key; nothing is trimmed or folded. */
export function businessKeys(body: Recognised, keyPath: readonly string[] | null): BusinessKeys {
  return {
    idempotencyKey: firstText(body, keyPath ? [keyPath] : idempotencyPaths),
    periodReference: firstText(body, periodPaths),
    correlationId: firstText(body, correlationPaths),
  }
}

function firstText(body: Recognised, paths: readonly (readonly string[])[]): string | null {
  for (const path of paths) {
    const text = textAt(body, path)
    if (text !== undefined) return text
  }
  return null
}

function textAt({ payload, source }: Recognised, path: readonly string[]): string | undefined {
  let value: unknown = payload
  for (const name of path) {
    if (!isObject(value)) return undefined
    value = own(value, name)
  }
  return scalarText(value, source.text, typeof value === 'number' ? [...source.path, ...path] : path)
}
