import { formatColumnType } from '@lean-ops/common/odcs/column-type'
import type { ContractModel } from '@lean-ops/common/odcs/contract-model'
import { tableName } from '@lean-ops/common/topics/topic-names'
import {
  appendedTableProperties,
  mergedTableProperties,
  mergeKeyBuckets,
  type TableColumn,
  type TableShape,
} from './table-shape.ts'

/**
 * The curated tables of a topic: `__versions` (one row per parsed revision, append only), the current row per key, and what
 * could not be parsed. Payload columns are not among them: the curated job adds one string column per leaf as it appears and
 * keeps the registry column ↔ path.
 */
export function compileCuratedTables(contract: ContractModel): TableShape[] {
  const name = tableName(contract.topic)
  const columns = versionColumns(contract)
  return [
    {
      layer: 'curated',
      name: `${name}__versions`,
      doc: 'every parsed revision of every message, append only',
      columns,
      partition: [{ column: 'ingestion_ts', transform: 'day' }],
      properties: appendedTableProperties,
    },
    {
      layer: 'curated',
      name,
      doc: 'the newest revision per key, merged from __versions',
      columns,
      partition: [{ column: 'merge_key', transform: `bucket[${mergeKeyBuckets}]` }],
      properties: mergedTableProperties,
    },
    {
      layer: 'curated',
      name: `${name}__parse_errors`,
      doc: 'messages that could not be parsed',
      columns: [
        { name: 'error_id', type: 'string', doc: 'hash of message id and revision: written once' },
        ...identity,
        { name: 'code', type: 'string', doc: 'failure code' },
        { name: 'detail', type: 'string', doc: 'what is wrong, without text of the body' },
        { name: 'raw_payload', type: 'string', doc: 'the whole original body' },
        ...origin,
      ],
      partition: [{ column: 'ingestion_ts', transform: 'day' }],
      properties: appendedTableProperties,
    },
  ]
}

const identity: readonly TableColumn[] = [
  { name: 'message_id', type: 'string', doc: "the producer's id, else the first SQS message id" },
  { name: 'edit_revision', type: 'int', doc: '0, or the revision of an audited edit' },
  { name: 'replay_id', type: 'string', doc: 'replay that sent it, or null' },
  { name: 'publish_time', type: 'timestamp', doc: "the producer's time, else the time SQS took it" },
  { name: 'ingestion_ts', type: 'timestamp', doc: 'when it was handed to Firehose' },
]

const origin: readonly TableColumn[] = [
  { name: 'pass_id', type: 'string', doc: 'pass that wrote the row' },
  { name: 'pass_seq', type: 'long', doc: 'number of that pass for the topic, rising: consumers read (a, b]' },
  { name: 'curated_at', type: 'timestamp', doc: 'when the row was written' },
]

function versionColumns(contract: ContractModel): TableColumn[] {
  const version = contract.eventVersion
  return [
    { name: 'merge_key', type: 'string', doc: 'k:<idempotency_key>, else m:<message_id>' },
    { name: 'idempotency_key', type: 'string', doc: keyDoc(contract) },
    ...identity,
    {
      name: 'event_version',
      type: version === null ? 'string' : formatColumnType(version.type),
      doc:
        version === null ? 'no versionPath: always null' : `typed ${version.path.join('.')}; null is lowest`,
    },
    { name: 'period_reference', type: 'string', doc: 'business period, or null' },
    { name: 'correlation_id', type: 'string', doc: "the producer's correlation id, or null" },
    { name: 'origin_arn', type: 'string', doc: 'queue it came from' },
    {
      name: 'body_sha256',
      type: 'string',
      doc: 'hash of the body: the same id with another body is a conflict',
    },
    ...origin,
    {
      name: 'quoted',
      type: 'string',
      doc: 'JSON list of the paths whose text would read as JSON but was a string; null = none',
    },
    {
      name: 'overflow',
      type: 'map<string, string>',
      doc: 'path → exact text of leaves beyond the column limit',
    },
  ]
}

const keyDoc = (contract: ContractModel): string =>
  contract.keyPath === null
    ? 'business key by its usual names, or null'
    : `text of ${contract.keyPath.join('.')}, or null`
