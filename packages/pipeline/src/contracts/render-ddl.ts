import { databaseName } from '@lean-ops/common/topics/topic-names'
import type { TableColumn, TableShape } from './table-shape.ts'

/** Where the tables of a stage are. `lake` = bucket, without scheme or slash. */
export type TablePlace = { stage: string; lake: string }

/** Spark SQL that makes the table, ending in a semicolon. Names are quoted, texts escaped. */
export function renderCreate(shape: TableShape, place: TablePlace): string {
  const columns = shape.columns.map((c) => `  ${columnDdl(c)}`).join(',\n')
  const properties = Object.entries(shape.properties)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `  ${text(key)} = ${text(value)}`)
    .join(',\n')
  return [
    `CREATE TABLE IF NOT EXISTS ${renderTableName(shape, place)} (\n${columns}\n)`,
    'USING iceberg',
    `PARTITIONED BY (${shape.partition.map(partitionDdl).join(', ')})`,
    `LOCATION ${text(`s3://${place.lake}/${shape.layer}/${shape.name}`)}`,
    `COMMENT ${text(shape.doc)}`,
    `TBLPROPERTIES (\n${properties}\n);`,
  ].join('\n')
}

/** The Spark catalog that the jobs register Glue under. */
const catalog = 'glue_catalog'

export const renderTableName = (shape: TableShape, { stage }: TablePlace): string =>
  `${catalog}.${quoteName(databaseName(stage, shape.layer))}.${quoteName(shape.name)}`

/** `name TYPE COMMENT '…'` */
export const columnDdl = (column: TableColumn): string =>
  `${quoteName(column.name)} ${sparkType(column.type)} COMMENT ${text(column.doc)}`

export const quoteName = (name: string): string => `\`${name.replaceAll('`', '``')}\``

const text = (value: string): string =>
  `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', ' ')}'`

function partitionDdl({ column, transform }: TableShape['partition'][number]): string {
  if (transform === 'day') return `days(${quoteName(column)})`
  return `bucket(${transform.slice('bucket['.length, -1)}, ${quoteName(column)})`
}

/** Iceberg's `timestamp` has no zone; Spark's TIMESTAMP has one and would make another type. */
export function sparkType(type: string): string {
  if (type === 'timestamp') return 'TIMESTAMP_NTZ'
  if (type === 'long') return 'BIGINT'
  return type.toUpperCase()
}
