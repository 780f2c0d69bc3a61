/** A table as the contract means it, before it has a database and a place. Types in Iceberg's words. */
export type TableShape = {
  layer: 'raw' | 'curated' | 'semantic'
  name: string
  doc: string
  columns: readonly TableColumn[]
  partition: readonly { column: string; transform: 'day' | `bucket[${number}]` }[]
  properties: Readonly<Record<string, string>>
}

/** `form`: how a classified value is stored; absent = in clear. */
export type TableColumn = { name: string; type: string; doc: string; form?: 'hash' | 'mask' }

/** For tables that are merged into: small, frequent updates should not rewrite files. */
export const mergedTableProperties = {
  'format-version': '2',
  'write.delete.mode': 'merge-on-read',
  'write.merge.mode': 'merge-on-read',
  'write.parquet.compression-codec': 'zstd',
  'write.update.mode': 'merge-on-read',
} as const

export const appendedTableProperties = {
  'format-version': '2',
  'write.parquet.compression-codec': 'zstd',
} as const

/** Merges match on the key alone, so one key must always be in one bucket. */
export const mergeKeyBuckets = 16
