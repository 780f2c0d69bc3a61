import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'

/** An object, or a range of it (`bytes=0-99`), as UTF-8 text; undefined when it is gone. Throws what else S3 throws. */
export async function findObjectText(
  s3: Pick<S3Client, 'send'>,
  place: { Bucket: string; Key: string; Range?: string },
): Promise<string | undefined> {
  try {
    const object = await s3.send(new GetObjectCommand(place))
    return await object.Body?.transformToString('utf-8')
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return undefined
    throw error
  }
}
