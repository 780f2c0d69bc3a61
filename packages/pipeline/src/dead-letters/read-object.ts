import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'

export type StoredObject = { etag: string; writtenAt: Date; body: AsyncIterable<Uint8Array> }

/** An object as a stream of bytes, or undefined when it is gone. Throws what else S3 throws. */
export async function getObject(
  { bucket, key }: { bucket: string; key: string },
  deps: { s3: Pick<S3Client, 'send'>; now: () => number },
): Promise<StoredObject | undefined> {
  try {
    const answer = await deps.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
    if (answer.Body === undefined) return undefined
    return {
      etag: answer.ETag ?? '',
      writtenAt: answer.LastModified ?? new Date(deps.now()),
      // In Node the SDK's body is a readable stream of bytes.
      body: answer.Body as unknown as AsyncIterable<Uint8Array>,
    }
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return undefined
    throw error
  }
}
