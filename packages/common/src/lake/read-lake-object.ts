import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { parseS3Uri } from './parse-s3-uri.ts'

/** The bytes of an `s3://` object, or of a range of it (`bytes=0-99`). Throws UNAVAILABLE for a place that is not S3, and what S3 throws. */
export async function readLakeObject(
  s3: Pick<S3Client, 'send'>,
  url: string,
  range?: string,
): Promise<Buffer> {
  const { bucket, key } = parseS3Uri(url)
  const object = await s3.send(
    new GetObjectCommand({ Bucket: bucket, Key: key, ...(range === undefined ? {} : { Range: range }) }),
  )
  return Buffer.from((await object.Body?.transformToByteArray()) ?? [])
}
