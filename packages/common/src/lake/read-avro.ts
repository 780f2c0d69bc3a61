import type { S3Client } from '@aws-sdk/client-s3'
import { avroMetadata, avroRead } from 'icebird'
import { readLakeObject } from './read-lake-object.ts'

/** Every record of an Avro file: manifest lists and manifests are small. */
export async function readAvro(s3: Pick<S3Client, 'send'>, url: string): Promise<Record<string, unknown>[]> {
  const bytes = await readLakeObject(s3, url)
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 }
  const { metadata, syncMarker } = avroMetadata(reader)
  return await avroRead({ reader, metadata, syncMarker })
}
