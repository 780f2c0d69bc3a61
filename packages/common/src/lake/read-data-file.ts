import type { S3Client } from '@aws-sdk/client-s3'
import { type AsyncBuffer, parquetMetadataAsync, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { readLakeObject } from './read-lake-object.ts'

type File = { url: string; bytes: number }
export type FileRow = Record<string, unknown>

/** Rows and decoded bytes in memory at once. */
const chunkRowsMax = 5_000
const chunkBytes = 16 * 1_048_576

/**
 * Rows of one Parquet file in chunks, each with the position of its first row. Only the footer and the wanted columns are
 * fetched, as byte ranges. `within`: some rows only (first inclusive, end exclusive).
 */
export async function* readDataFile(
  s3: Pick<S3Client, 'send'>,
  file: File,
  columns: readonly string[],
  within: { from: number; to: number } = { from: 0, to: Number.MAX_SAFE_INTEGER },
): AsyncGenerator<{ first: number; rows: FileRow[] }> {
  const buffer = rangesOf(s3, file)
  const metadata = await parquetMetadataAsync(buffer)
  const there = new Set(metadata.schema.map((s) => s.name))
  const wanted = columns.filter((c) => there.has(c))
  let groupStart = 0
  // Chunks end with their row group: one that spans two would decode both.
  for (const group of metadata.row_groups) {
    const groupEnd = groupStart + Number(group.num_rows)
    const last = Math.min(groupEnd, within.to)
    const wantedBytes = group.columns.reduce(
      (sum, { meta_data: meta }) =>
        meta !== undefined && wanted.includes(meta.path_in_schema[0] ?? '')
          ? sum + Number(meta.total_uncompressed_size)
          : sum,
      1,
    )
    const chunkRows = Math.max(
      1,
      Math.min(chunkRowsMax, Math.floor((chunkBytes * Number(group.num_rows)) / wantedBytes)),
    )
    for (let first = Math.max(groupStart, within.from); first < last; first += chunkRows) {
      const rows = await parquetReadObjects({
        file: buffer,
        metadata,
        columns: wanted,
        compressors,
        rowStart: first,
        rowEnd: Math.min(first + chunkRows, last),
      })
      yield { first, rows }
    }
    groupStart = groupEnd
  }
}

/** The file as byte ranges; a range that was just read is not fetched again, because chunks of a row group share its pages. */
function rangesOf(s3: Pick<S3Client, 'send'>, { url, bytes }: File): AsyncBuffer {
  let known: { key: string; slice: Promise<ArrayBuffer> }[] = []
  return {
    byteLength: bytes,
    slice: (start, end = bytes) => {
      const key = `${start}-${end}`
      const found = known.find((k) => k.key === key)
      if (found) return found.slice
      const slice = readLakeObject(s3, url, `bytes=${start}-${end - 1}`).then((part) => {
        const copy = new ArrayBuffer(part.byteLength)
        new Uint8Array(copy).set(part)
        return copy
      })
      known = [...known.slice(-7), { key, slice }]
      return slice
    },
  }
}
