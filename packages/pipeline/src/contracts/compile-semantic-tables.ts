import { formatColumnType } from '@lean-ops/common/odcs/column-type'
import type { ContractColumn, ContractModel } from '@lean-ops/common/odcs/contract-model'
import { semanticColumns } from '@lean-ops/common/odcs/reserved-columns'
import { tableName } from '@lean-ops/common/topics/topic-names'
import {
  appendedTableProperties,
  mergedTableProperties,
  mergeKeyBuckets,
  type TableColumn,
  type TableShape,
} from './table-shape.ts'

/**
 * The semantic tables of a contract: the typed table with protected values, `_restricted` with the clear ones when the
 * contract asks for it, and `__rejects` with a row per failing field. None while the contract has no columns (gate closed).
 */
export function compileSemanticTables(contract: ContractModel): TableShape[] {
  if (contract.columns.length === 0) return []
  const name = tableName(contract.topic)
  const partition = [{ column: 'merge_key', transform: `bucket[${mergeKeyBuckets}]` as const }]
  const properties = { ...mergedTableProperties, 'lean-ops.contract-version': contract.version }
  const shapes: TableShape[] = [
    {
      layer: 'semantic',
      name,
      doc: contract.purpose ?? `typed rows of ${contract.topic}`,
      columns: [...technical(contract), ...contract.columns.flatMap(storedColumn)],
      partition,
      properties,
    },
  ]
  if (contract.hasRestrictedTable)
    shapes.push({
      layer: 'semantic',
      name: `${name}_restricted`,
      doc: `clear values of classified columns of ${contract.topic}: grant per person`,
      columns: [...technical(contract), ...contract.columns.filter(isKeptInClear).map(clearColumn)],
      partition,
      properties,
    })
  shapes.push({
    layer: 'semantic',
    name: `${name}__rejects`,
    doc: 'one row per failing field of a message that the contract refused',
    columns: rejectColumns,
    partition: [{ column: 'rejected_at', transform: 'day' }],
    properties: appendedTableProperties,
  })
  return shapes
}

/** The stored event version lets a newcomer be compared with the row it meets, without a look at the history. */
const technical = ({ eventVersion }: ContractModel): TableColumn[] =>
  semanticColumns.map((column) =>
    column.name === 'event_version' && eventVersion !== null
      ? { ...column, type: formatColumnType(eventVersion.type) }
      : column,
  )

/** Every column may be null in Iceberg: what must be there is judged before the write, and relaxing it later alters nothing. */
function storedColumn(column: ContractColumn): TableColumn[] {
  switch (column.classification) {
    case 'drop':
      return []
    case 'hash':
      return [{ name: column.name, type: 'string', doc: docOf(column, 'HMAC-SHA-256, hex'), form: 'hash' }]
    case 'mask':
      return [{ name: column.name, type: 'string', doc: docOf(column, 'masked'), form: 'mask' }]
    case null:
      return [clearColumn(column)]
  }
}

const isKeptInClear = (column: ContractColumn): boolean =>
  column.classification === 'hash' || column.classification === 'mask'

const clearColumn = (column: ContractColumn): TableColumn => ({
  name: column.name,
  type: storedType(column),
  doc: docOf(
    column,
    column.type.kind === 'object' || column.type.kind === 'array' ? 'JSON as written' : null,
  ),
})

const storedType = (column: ContractColumn): string =>
  column.type.kind === 'object' || column.type.kind === 'array' ? 'string' : formatColumnType(column.type)

const docOf = (column: ContractColumn, form: string | null): string =>
  [column.description, column.path.join('.'), form].filter((part) => part !== null).join('; ')

const rejectColumns: readonly TableColumn[] = [
  {
    name: 'error_id',
    type: 'string',
    doc: 'hash of message id, revision, column and rule or code: written once',
  },
  { name: 'merge_key', type: 'string', doc: 'key of the refused version' },
  { name: 'message_id', type: 'string', doc: 'refused message' },
  { name: 'edit_revision', type: 'int', doc: '0, or the revision of an audited edit' },
  { name: 'publish_time', type: 'timestamp', doc: "the producer's time, else the time SQS took it" },
  { name: 'ingestion_ts', type: 'timestamp', doc: 'when it was handed to Firehose' },
  { name: 'code', type: 'string', doc: 'CDE_MISSING | TYPE_CAST | RULE' },
  { name: 'column_name', type: 'string', doc: 'failing column' },
  { name: 'path', type: 'string', doc: 'its path in the payload' },
  { name: 'rule', type: 'string', doc: 'broken rule, or null' },
  { name: 'detail', type: 'string', doc: 'what is wrong, without the value' },
  { name: 'contract_version', type: 'string', doc: 'version that refused it' },
  { name: 'pass_id', type: 'string', doc: 'pass that refused it' },
  { name: 'rejected_at', type: 'timestamp', doc: 'when' },
]
