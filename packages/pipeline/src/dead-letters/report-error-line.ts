import { gunzipSync } from 'node:zlib'
import type { FailureCode } from '@lean-ops/common/contract/failure-code'
import type { FailureReport } from '@lean-ops/common/control-plane/dead-letters/failure-report'
import { TypedAttributes } from '@lean-ops/common/messages/message-attributes'
import { formatMicros } from '@lean-ops/common/messages/parse-publish-time'
import { isTopicName } from '@lean-ops/common/topics/topic-names'
import type { TopicRegistry } from '@lean-ops/common/topics/topic-registry'
import { z } from 'zod'
import { unknownTopic } from './report-drained-message.ts'

/** Firehose's own words differ by kind of failure: `errorCode`, `ErrorCode`, `lastErrorCode`. */
const ErrorLine = z.looseObject({ rawData: z.string() })

/** The part of our RAW record that gives a dead letter its identity. */
const RawRecord = z.looseObject({
  topic: z.string(),
  message_id: z.string(),
  json_payload: z.string(),
  payload_encoding: z.enum(['none', 'gzip+base64']).default('none'),
  idempotency_key: z.string().nullish(),
  publish_time: z.number().nullish(),
  ingestion_ts: z.number().nullish(),
  edit_revision: z.int().nullish(),
  replay_id: z.string().nullish(),
  origin_arn: z.string().nullish(),
  message_attributes: z.string().nullish(),
})
type RawRecord = z.infer<typeof RawRecord>

export type ErrorLinePlace = { bucket: string; key: string; number: number }

export type ReportedLine = { report: FailureReport; system: Record<string, unknown> }

/**
 * One line of a Firehose error object → failure report of stage `delivery`. Pure, never throws: what cannot be decoded is
 * a dead letter with the line as its body. `attempt` is 0 here; replays get theirs from the index.
 */
export function reportErrorLine(
  line: Buffer,
  place: ErrorLinePlace,
  registry: TopicRegistry,
  nowMs: number,
): ReportedLine {
  const text = line.toString('utf8')
  const parsed = ErrorLine.safeParse(parse(text))
  if (!parsed.success) return undecodable(line, place, {}, nowMs)
  const { rawData, ...system } = parsed.data
  const bytes = Buffer.from(rawData, 'base64')
  const record = RawRecord.safeParse(parse(bytes.toString('utf8')))
  if (!record.success) return undecodable(bytes, place, system, nowMs)
  const row = record.data
  const isKnown = registry.findByTopic(row.topic) !== undefined
  const [errorCode, errorMessage] = [field(system, 'ErrorCode'), field(system, 'ErrorMessage')]
  const ingested = row.ingestion_ts ?? null
  return {
    system,
    report: {
      topic: isKnown || isTopicName(row.topic) ? row.topic : unknownTopic,
      messageId: row.message_id,
      stage: 'delivery',
      code: isKnown ? codeOf(errorCode, place.key) : 'UNKNOWN_TOPIC',
      message: [errorCode, errorMessage].filter((t) => t !== '').join(': ') || 'Firehose gave no reason',
      occurredAt: new Date(timeOf(system) ?? nowMs),
      source: sourceOf(place),
      attempt: 0,
      replayId: row.replay_id ?? null,
      editRevision: row.edit_revision ?? 0,
      publishTime: row.publish_time == null ? null : formatMicros(row.publish_time),
      firstReceivedAt: ingested === null ? null : new Date(ingested / 1000),
      originArn: row.origin_arn ?? null,
      idempotencyKey: row.idempotency_key ?? null,
      attributes: attributesOf(row.message_attributes ?? null),
      lineage: null,
      body: bodyOf(row),
      archive: null,
    },
  }
}

function undecodable(
  body: Buffer,
  place: ErrorLinePlace,
  system: Record<string, unknown>,
  nowMs: number,
): ReportedLine {
  const detail = [field(system, 'ErrorCode'), field(system, 'ErrorMessage')]
    .filter((t) => t !== '')
    .join(': ')
  return {
    system,
    report: {
      topic: unknownTopic,
      messageId: sourceOf(place),
      stage: 'delivery',
      code: 'UNKNOWN_TOPIC',
      message: `not a record of ours${detail === '' ? '' : `; ${detail}`}`,
      occurredAt: new Date(timeOf(system) ?? nowMs),
      source: sourceOf(place),
      attempt: 0,
      replayId: null,
      editRevision: 0,
      publishTime: null,
      firstReceivedAt: null,
      originArn: null,
      idempotencyKey: null,
      attributes: {},
      lineage: null,
      body,
      archive: null,
    },
  }
}

const sourceOf = ({ bucket, key, number }: ErrorLinePlace): string => `s3:${bucket}/${key}#${number}`

/** By Firehose's typed code and the kind in the object's key; its message is for people. */
function codeOf(errorCode: string, key: string): FailureCode {
  if (errorCode.startsWith('Lambda.') || key.includes('/processing-failed/'))
    return 'FIREHOSE_TRANSFORM_FAILED'
  if (/AccessDenied|Forbidden|Unauthorized|NotAuthorized/i.test(errorCode)) return 'FIREHOSE_ACCESS_DENIED'
  if (/NoSuchTable|TableNotFound|EntityNotFound|NoSuchNamespace|DatabaseNotFound/i.test(errorCode))
    return 'FIREHOSE_TABLE_NOT_FOUND'
  if (/Column|Schema|Type|Field|Json|Parse/i.test(errorCode)) return 'FIREHOSE_SCHEMA_MISMATCH'
  return 'FIREHOSE_DELIVERY_FAILED'
}

/** A field under any of the names that Firehose gives it. */
function field(system: Record<string, unknown>, name: string): string {
  const names = [name.charAt(0).toLowerCase() + name.slice(1), name, `last${name}`]
  const value = names.map((n) => system[n]).find((v) => v !== undefined && v !== null)
  return value === undefined ? '' : String(value)
}

/** Milliseconds since 1970, when Firehose gave up or else when it took the record. */
function timeOf(system: Record<string, unknown>): number | undefined {
  return [system.attemptEndingTimestamp, system.arrivalTimestamp]
    .map(Number)
    .find((ms) => Number.isSafeInteger(ms) && ms > 0)
}

const bodyOf = (row: RawRecord): Buffer =>
  row.payload_encoding === 'none' ? Buffer.from(row.json_payload) : gunzip(row.json_payload)

/** Packed by our processor; if it is not what it says, the packed text is all there is. */
function gunzip(text: string): Buffer {
  try {
    return gunzipSync(Buffer.from(text, 'base64'))
  } catch (error) {
    if (error instanceof Error && 'code' in error) return Buffer.from(text)
    throw error
  }
}

function attributesOf(text: string | null): TypedAttributes {
  const parsed = TypedAttributes.safeParse(text === null ? {} : parse(text))
  return parsed.success ? parsed.data : {}
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
