import { tableName } from '@lean-ops/common/topics/topic-names'
import { compileRawTable } from '../raw-tables/compile-raw-table.ts'
import { rawColumns, rawPartitionColumn } from '../raw-tables/raw-columns.ts'
import type { TableShape } from './table-shape.ts'

/** The topic's RAW table: the same for every contract. It is made through Glue's Iceberg API (`raw-tables/`). */
export const compileRawShape = (topic: string): TableShape => ({
  layer: 'raw',
  name: tableName(topic),
  doc: 'every message as it came, append only',
  columns: rawColumns.map(({ name, type, doc }) => ({ name, type, doc })),
  partition: [{ column: rawPartitionColumn, transform: 'day' }],
  properties: { ...compileProperties(topic), 'format-version': '2' },
})

/** The very properties the migration asks Glue for. */
const compileProperties = (topic: string): Record<string, string> =>
  compileRawTable('', tableName(topic), '').OpenTableFormatInput?.IcebergInput?.CreateIcebergTableInput
    ?.Properties ?? {}
