import { z } from 'zod'
import type { LakeTable } from './find-table.ts'
import type { LakeDeps } from './lake-deps.ts'
import { readAvro } from './read-avro.ts'

export type DataFile = {
  url: string
  bytes: number
  rows: number
  /** Value per partition field name: days as `YYYY-MM-DD`, buckets as numbers. */
  partition: Record<string, string | number | null>
}

export type PartitionFilter = {
  /** First and last day (UTC, `YYYY-MM-DD`, inclusive) of a `day(…)` partition. */
  days?: { from: string; to: string }
  bucket?: number
}

const PartitionSummary = z.object({
  lower_bound: z.instanceof(Uint8Array).nullish(),
  upper_bound: z.instanceof(Uint8Array).nullish(),
})
const Manifest = z.looseObject({
  manifest_path: z.string(),
  content: z.union([z.number(), z.bigint()]).transform(Number).nullish(),
  partition_spec_id: z.union([z.number(), z.bigint()]).transform(Number).nullish(),
  partitions: z.array(PartitionSummary).nullish(),
})
const Count = z.union([z.number(), z.bigint()]).transform(Number)
const Entry = z.looseObject({
  status: Count,
  data_file: z.looseObject({
    file_path: z.string(),
    file_size_in_bytes: Count,
    record_count: Count,
    partition: z.record(z.string(), z.unknown()).nullish(),
  }),
})

/** Iceberg's word for an entry whose file is no longer part of the table. */
const deleted = 2

/**
 * Files of a table's newest snapshot (`content`: the rows, or which of them were deleted since), narrowed by partition: a
 * manifest whose bounds lie outside is not even read. Newest day first within what one manifest list gives.
 */
export async function listDataFiles(
  deps: Pick<LakeDeps, 's3'>,
  table: LakeTable,
  filter: PartitionFilter = {},
  content: 'data' | 'deletes' = 'data',
): Promise<DataFile[]> {
  if (table.head === null) return []
  const files: DataFile[] = []
  for (const raw of await readAvro(deps.s3, table.head.manifestList)) {
    const manifest = Manifest.parse(raw)
    const isDeletes = (manifest.content ?? 0) === 1
    const fields = table.specs.get(manifest.partition_spec_id ?? 0) ?? []
    if (isDeletes !== (content === 'deletes') || !mayHold(manifest.partitions ?? [], fields, filter)) continue
    for (const record of await readAvro(deps.s3, manifest.manifest_path)) {
      const { status, data_file: file } = Entry.parse(record)
      if (status === deleted) continue
      const partition = Object.fromEntries(
        Object.entries(file.partition ?? {}).map(([name, value]) => [name, toPlain(value)]),
      )
      if (isWanted(partition, fields, filter))
        files.push({
          url: file.file_path,
          bytes: file.file_size_in_bytes,
          rows: file.record_count,
          partition,
        })
    }
  }
  const dayName = dayField(table)
  return files.sort((a, b) => String(b.partition[dayName]).localeCompare(String(a.partition[dayName])))
}

type Fields = readonly { source: string; transform: string; name: string }[]

const isDay = (transform: string): boolean => transform === 'day' || transform === 'days'
const isBucket = (transform: string): boolean => transform.startsWith('bucket')

const dayField = (table: LakeTable): string =>
  [...table.specs.values()].flat().find((f) => isDay(f.transform))?.name ?? ''

/** Bounds are Iceberg's single-value bytes: an int, little-endian, for days and buckets. */
function mayHold(
  summaries: readonly z.infer<typeof PartitionSummary>[],
  fields: Fields,
  filter: PartitionFilter,
): boolean {
  return fields.every((field, n) => {
    const lower = readInt(summaries[n]?.lower_bound)
    const upper = readInt(summaries[n]?.upper_bound)
    if (lower === undefined || upper === undefined) return true
    if (isDay(field.transform) && filter.days)
      return dayText(lower) <= filter.days.to && dayText(upper) >= filter.days.from
    if (isBucket(field.transform) && filter.bucket !== undefined)
      return lower <= filter.bucket && upper >= filter.bucket
    return true
  })
}

/** A file without a value for the field (another partition spec) is kept: leaving it out could hide a row. */
function isWanted(partition: DataFile['partition'], fields: Fields, filter: PartitionFilter): boolean {
  return fields.every((field) => {
    const value = partition[field.name]
    if (value === undefined || value === null) return true
    if (isDay(field.transform) && filter.days)
      return String(value) >= filter.days.from && String(value) <= filter.days.to
    if (isBucket(field.transform) && filter.bucket !== undefined) return value === filter.bucket
    return true
  })
}

function toPlain(value: unknown): string | number | null {
  if (value instanceof Date) return value.toISOString().slice(0, 10)
  if (typeof value === 'bigint') return Number(value)
  return typeof value === 'number' || typeof value === 'string' ? value : null
}

const dayText = (days: number): string => new Date(days * 86_400_000).toISOString().slice(0, 10)

function readInt(bytes: Uint8Array | null | undefined): number | undefined {
  if (!bytes || bytes.byteLength < 4) return undefined
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getInt32(0, true)
}
