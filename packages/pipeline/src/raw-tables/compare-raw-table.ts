import { z } from 'zod'
import { type RawColumn, rawColumns, rawPartitionColumn } from './raw-columns.ts'

/** The parts of an Iceberg `metadata.json` (format v2) that say what a table's rows look like. */
export const TableMetadata = z.object({
  'format-version': z.int(),
  location: z.string(),
  'last-column-id': z.int(),
  'current-schema-id': z.int(),
  schemas: z.array(
    z.object({
      'schema-id': z.int(),
      fields: z.array(
        z.object({
          id: z.int(),
          name: z.string(),
          // Nested types are objects; none of ours is, so they can only ever be a difference.
          type: z.unknown(),
          required: z.boolean(),
        }),
      ),
    }),
  ),
  'default-spec-id': z.int(),
  'partition-specs': z.array(
    z.object({
      'spec-id': z.int(),
      fields: z.array(z.object({ 'source-id': z.int(), transform: z.string(), name: z.string() })),
    }),
  ),
})
export type TableMetadata = z.infer<typeof TableMetadata>

export type RawTableVerdict =
  | { kind: 'same' }
  /** Only columns are missing: they can be added, and every old row reads them as null. */
  | { kind: 'behind'; missing: RawColumn[] }
  /** Something differs that no added column cures: each fault names what is expected and what is there. */
  | { kind: 'incompatible'; faults: string[] }

/** Compares a table as it is with the columns and the partition this version writes. Columns beyond ours are left alone. */
export function compareRawTable(metadata: TableMetadata): RawTableVerdict {
  const schema = metadata.schemas.find((s) => s['schema-id'] === metadata['current-schema-id'])
  const spec = metadata['partition-specs'].find((s) => s['spec-id'] === metadata['default-spec-id'])
  if (schema === undefined || spec === undefined)
    return { kind: 'incompatible', faults: ['its metadata names a schema or partition spec that it lacks'] }
  const faults: string[] = []
  if (metadata['format-version'] !== 2)
    faults.push(`format version ${metadata['format-version']}, expected 2`)
  const missing: RawColumn[] = []
  for (const column of rawColumns) {
    const found = schema.fields.find((f) => f.name === column.name)
    if (found === undefined) missing.push(column)
    else if (found.type !== column.type)
      faults.push(`column ${column.name} is ${JSON.stringify(found.type)}, expected "${column.type}"`)
    else if (found.required)
      faults.push(`column ${column.name} is required: rows without it cannot be written`)
  }
  const partition = spec.fields.map((f) => {
    const source = schema.fields.find((c) => c.id === f['source-id'])
    return `${f.transform}(${source?.name ?? `column ${f['source-id']}`})`
  })
  const expected = `day(${rawPartitionColumn})`
  if (partition.join(', ') !== expected)
    faults.push(`partitioned by ${partition.join(', ') || 'nothing'}, expected ${expected}`)
  if (faults.length > 0) return { kind: 'incompatible', faults }
  return missing.length > 0 ? { kind: 'behind', missing } : { kind: 'same' }
}
