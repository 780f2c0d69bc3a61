import { parse } from 'lossless-json'
import { z } from 'zod'
import { findMetadataLocation } from './find-metadata-location.ts'
import type { LakeDeps } from './lake-deps.ts'
import { readLakeObject } from './read-lake-object.ts'

/** Whole numbers that a JavaScript number holds exactly stay numbers; ids of 64 bits come as text. */
const exactNumber = (text: string): number | string => {
  const value = Number(text)
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? text : value
}
const Id = z.union([z.string(), z.number()]).transform(String)

const Snapshot = z.object({
  'snapshot-id': Id,
  'parent-snapshot-id': Id.optional(),
  'timestamp-ms': z.number(),
  'manifest-list': z.string(),
  summary: z.record(z.string(), z.string()).default({}),
})

const Metadata = z.object({
  location: z.string(),
  'current-snapshot-id': Id.nullish(),
  'current-schema-id': z.int().default(0),
  schemas: z
    .array(
      z.object({
        'schema-id': z.int(),
        fields: z.array(
          z.object({ id: z.int(), name: z.string(), type: z.unknown(), doc: z.string().optional() }),
        ),
      }),
    )
    .default([]),
  'partition-specs': z
    .array(
      z.object({
        'spec-id': z.int(),
        fields: z.array(z.object({ 'source-id': z.int(), transform: z.string(), name: z.string() })),
      }),
    )
    .default([]),
  snapshots: z.array(Snapshot).default([]),
})

export type TableSnapshot = {
  id: string
  parentId: string | null
  at: Date
  /** Iceberg's word: append, overwrite, replace, delete. */
  operation: string
  summary: Record<string, string>
  manifestList: string
}

export type LakeTable = {
  database: string
  table: string
  metadataLocation: string
  /** Null for a table without a commit. */
  head: TableSnapshot | null
  /** Those not yet expired, oldest first. */
  snapshots: TableSnapshot[]
  fields: { id: number; name: string; type: string; doc: string | null }[]
  /** Partition fields by spec id, in order. */
  specs: Map<number, { source: string; transform: string; name: string }[]>
}

/** The newest metadata of an Iceberg table, two small reads; undefined when there is no such table. Throws what Glue and S3 throw. */
export async function findTable(
  deps: LakeDeps,
  database: string,
  table: string,
): Promise<LakeTable | undefined> {
  const metadataLocation = await findMetadataLocation(deps.glue, database, table)
  if (metadataLocation === undefined || metadataLocation === null) return undefined
  const text = (await readLakeObject(deps.s3, metadataLocation)).toString('utf8')
  const metadata = Metadata.parse(parse(text, undefined, exactNumber))
  const snapshots = metadata.snapshots.map(toSnapshot)
  const head = String(metadata['current-snapshot-id'] ?? '')
  const schema = metadata.schemas.find((s) => s['schema-id'] === metadata['current-schema-id'])
  const names = new Map(metadata.schemas.flatMap((s) => s.fields).map((f) => [f.id, f.name]))
  return {
    database,
    table,
    metadataLocation,
    head: snapshots.find((s) => s.id === head) ?? null,
    snapshots,
    fields: (schema?.fields ?? []).map((f) => ({
      id: f.id,
      name: f.name,
      type: typeof f.type === 'string' ? f.type : JSON.stringify(f.type),
      doc: f.doc ?? null,
    })),
    specs: new Map(
      metadata['partition-specs'].map((spec) => [
        spec['spec-id'],
        spec.fields.map((f) => ({
          source: names.get(f['source-id']) ?? '',
          transform: f.transform,
          name: f.name,
        })),
      ]),
    ),
  }
}

const toSnapshot = (raw: z.infer<typeof Snapshot>): TableSnapshot => ({
  id: raw['snapshot-id'],
  parentId: raw['parent-snapshot-id'] ?? null,
  at: new Date(raw['timestamp-ms']),
  operation: raw.summary.operation ?? 'unknown',
  summary: raw.summary,
  manifestList: raw['manifest-list'],
})
