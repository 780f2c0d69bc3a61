import { GetTableCommand, type GlueClient } from '@aws-sdk/client-glue'
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { AppError } from '@lean-ops/common/errors/app-error'
import { type AsyncBuffer, parquetReadObjects } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { avroMetadata, avroRead } from 'icebird'
import { isLosslessNumber, parse } from 'lossless-json'
import { z } from 'zod'

export type RawReaderDeps = {
  glue: Pick<GlueClient, 'send'>
  s3: Pick<S3Client, 'send'>
  rawDatabase: string
}

/**
 * Rows that were appended to a RAW table at or after `since`, some columns only: read from the data files that the snapshots of that time
 * added, so the cost follows what is new and not the table's size. Pages of one data file each.
 */
export async function* readAppendedRows(
  deps: RawReaderDeps,
  request: { table: string; since: Date; columns: readonly string[] },
): AsyncGenerator<Record<string, unknown>[]> {
  const location = await metadataLocation(deps, request.table)
  if (location === undefined) return
  const metadata = Metadata.parse(parse((await readObject(deps.s3, location)).toString('utf8')))
  const recent = metadata.snapshots.filter((s) => Number(s['timestamp-ms']) >= request.since.getTime())
  for (const snapshot of recent) {
    for (const manifest of await readAvro(deps.s3, snapshot['manifest-list'])) {
      // A snapshot lists the manifests of its ancestors too; its own are those it added.
      if (
        String(manifest.added_snapshot_id) !== snapshot['snapshot-id'] ||
        Number(manifest.content ?? 0) !== 0
      )
        continue
      for (const entry of await readAvro(deps.s3, String(manifest.manifest_path))) {
        const file = DataFile.parse(entry.data_file)
        if (Number(entry.status) === added) yield readParquet(deps.s3, file, request.columns)
      }
    }
  }
}

/** Iceberg's word for "added by this snapshot" in a manifest entry. */
const added = 1

const ExactNumber = z.custom<{ value: string }>(isLosslessNumber).transform((n) => n.value)
const Metadata = z.object({
  snapshots: z
    .array(z.object({ 'snapshot-id': ExactNumber, 'timestamp-ms': ExactNumber, 'manifest-list': z.string() }))
    .default([]),
})
const DataFile = z.looseObject({
  file_path: z.string(),
  file_size_in_bytes: z.union([z.number(), z.bigint()]).transform(Number),
})

async function metadataLocation(deps: RawReaderDeps, table: string): Promise<string | undefined> {
  try {
    const answer = await deps.glue.send(new GetTableCommand({ DatabaseName: deps.rawDatabase, Name: table }))
    return answer.Table?.Parameters?.metadata_location
  } catch (error) {
    if (error instanceof Error && error.name === 'EntityNotFoundException') return undefined
    throw error
  }
}

async function readAvro(s3: Pick<S3Client, 'send'>, url: string): Promise<Record<string, unknown>[]> {
  const bytes = await readObject(s3, url)
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }
  const { metadata, syncMarker } = avroMetadata(reader)
  return await avroRead({ reader, metadata, syncMarker })
}

async function readParquet(
  s3: Pick<S3Client, 'send'>,
  file: z.infer<typeof DataFile>,
  columns: readonly string[],
): Promise<Record<string, unknown>[]> {
  // Footer and the wanted columns come as byte ranges; payloads stay where they are.
  const buffer: AsyncBuffer = {
    byteLength: file.file_size_in_bytes,
    slice: async (start, end = file.file_size_in_bytes) => {
      const bytes = await readObject(s3, file.file_path, `bytes=${start}-${end - 1}`)
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer
    },
  }
  return parquetReadObjects({ file: buffer, columns: [...columns], compressors })
}

async function readObject(s3: Pick<S3Client, 'send'>, url: string, range?: string): Promise<Buffer> {
  const [, bucket, key] = /^s3a?:\/\/([^/]+)\/(.+)$/.exec(url) ?? []
  if (bucket === undefined || key === undefined)
    throw new AppError('UNAVAILABLE', 'a table file does not lie in S3')
  const object = await s3.send(
    new GetObjectCommand({ Bucket: bucket, Key: key, ...(range === undefined ? {} : { Range: range }) }),
  )
  return Buffer.from((await object.Body?.transformToByteArray()) ?? [])
}
