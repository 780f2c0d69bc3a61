import { TableMetadata } from '../compare-raw-table.ts'
import { rawColumns } from '../raw-columns.ts'

type Field = TableMetadata['schemas'][number]['fields'][number]

type Differences = {
  without?: string[]
  retype?: Record<string, unknown>
  required?: string[]
  extra?: Field[]
  partition?: { transform: string; column: string } | null
  format?: number
}

/** Iceberg metadata of a RAW table, with the named differences from what this version makes. */
export function metadataOf(d: Differences = {}): TableMetadata {
  const fields = [
    ...rawColumns
      .filter((c) => !d.without?.includes(c.name))
      .map((c) => ({
        id: c.id,
        name: c.name,
        type: d.retype?.[c.name] ?? c.type,
        required: d.required?.includes(c.name) ?? false,
      })),
    ...(d.extra ?? []),
  ]
  const partition = d.partition === undefined ? { transform: 'day', column: 'ingestion_ts' } : d.partition
  return TableMetadata.parse({
    'format-version': d.format ?? 2,
    location: 's3://lake/raw/orders',
    'last-column-id': Math.max(...fields.map((f) => f.id)),
    'current-schema-id': 0,
    schemas: [{ 'schema-id': 0, fields }],
    'default-spec-id': 0,
    'partition-specs': [
      {
        'spec-id': 0,
        fields:
          partition === null
            ? []
            : [
                {
                  'source-id': fields.find((f) => f.name === partition.column)?.id ?? 0,
                  transform: partition.transform,
                  name: `${partition.column}_${partition.transform}`,
                },
              ],
      },
    ],
  })
}
