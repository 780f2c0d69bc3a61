import { gzipSync } from 'node:zlib'
import { firehoseRecordBytesMax } from '@lean-ops/common/messages/message-size'

/** One row of the RAW table, in the order of its columns. Times are microseconds since 1970: Firehose misreads ISO texts. */
export type RawRow = {
  topic: string
  message_id: string
  sqs_message_id: string
  idempotency_key: string | null
  period_reference: string | null
  correlation_id: string | null
  publish_time: number
  ingestion_ts: number
  edit_revision: number
  replay_id: string | null
  origin_arn: string
  /** JSON of the producer's attributes with their types, or null without any. */
  message_attributes: string | null
  payload_encoding: 'none' | 'gzip+base64'
  /** The whole original body, byte for byte (encoded as payload_encoding says). */
  json_payload: string
}

/**
 * Row → bytes of one Firehose record, measured after encoding: a body of quotes doubles when it becomes JSON text.
 * Over 1,000 KiB the body is compressed; undefined when even that does not fit.
 * `topic` stays the first member: the transform routes by the first bytes.
 */
export function encodeRawRecord(row: RawRow): Buffer | undefined {
  const plain = Buffer.from(JSON.stringify(row))
  if (plain.length <= firehoseRecordBytesMax) return plain
  const packed = Buffer.from(
    JSON.stringify({
      ...row,
      payload_encoding: 'gzip+base64',
      json_payload: gzipSync(row.json_payload).toString('base64'),
    } satisfies RawRow),
  )
  return packed.length <= firehoseRecordBytesMax ? packed : undefined
}
