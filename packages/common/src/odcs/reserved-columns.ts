/** Columns every semantic table has besides those of its contract; no property may take their names. */
export const semanticColumns = [
  {
    name: 'merge_key',
    type: 'string',
    doc: 'k:<key> or m:<message id>; its HMAC when the key is classified',
  },
  { name: 'message_id', type: 'string', doc: 'message this row came from' },
  { name: 'edit_revision', type: 'int', doc: '0, or the revision of an audited edit' },
  { name: 'event_version', type: 'string', doc: 'orders the versions of a key; typed as its versionPath' },
  { name: 'publish_time', type: 'timestamp', doc: "the producer's time, else the time SQS took it" },
  { name: 'ingestion_ts', type: 'timestamp', doc: 'when it was handed to Firehose' },
  { name: 'pass_id', type: 'string', doc: 'pass that wrote the row' },
  { name: 'contract_version', type: 'string', doc: 'version of the contract it passed' },
  { name: 'first_seen_ts', type: 'timestamp', doc: 'when the key first came to this table; never changes' },
  { name: 'last_updated_ts', type: 'timestamp', doc: 'when this version of the row was written' },
] as const

export const isReservedColumn = (name: string): boolean => semanticColumns.some((c) => c.name === name)
