export type RawColumn = { id: number; name: string; type: 'string' | 'timestamp' | 'int'; doc: string }

/**
 * The columns of every RAW table, in order. Ids are Iceberg field ids: a new column takes the next id at the end, and none
 * is ever changed or taken out, because rows that are already written keep theirs. All are optional for the same reason.
 * `timestamp` is without zone, in UTC microseconds.
 */
export const rawColumns: readonly RawColumn[] = [
  { id: 1, name: 'topic', type: 'string', doc: 'topic the message was received for' },
  { id: 2, name: 'message_id', type: 'string', doc: "the producer's id, else the first SQS message id" },
  { id: 3, name: 'sqs_message_id', type: 'string', doc: 'SQS message id of this receive' },
  { id: 4, name: 'idempotency_key', type: 'string', doc: 'business key, or null' },
  { id: 5, name: 'period_reference', type: 'string', doc: 'business period, or null' },
  { id: 6, name: 'correlation_id', type: 'string', doc: "the producer's correlation id, or null" },
  { id: 7, name: 'publish_time', type: 'timestamp', doc: "the producer's time, else the time SQS took it" },
  { id: 8, name: 'ingestion_ts', type: 'timestamp', doc: 'when it was handed to Firehose' },
  { id: 9, name: 'edit_revision', type: 'int', doc: '0, or the revision of an audited edit' },
  { id: 10, name: 'replay_id', type: 'string', doc: 'replay that sent it, or null' },
  { id: 11, name: 'origin_arn', type: 'string', doc: 'queue it came from' },
  { id: 12, name: 'message_attributes', type: 'string', doc: 'SQS message attributes as typed JSON' },
  { id: 13, name: 'payload_encoding', type: 'string', doc: 'none | gzip+base64' },
  { id: 14, name: 'json_payload', type: 'string', doc: 'the whole original body' },
]

/** Column whose day partitions the table. */
export const rawPartitionColumn = 'ingestion_ts'
