import { Readable } from 'node:stream'
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'

/** An S3 that can be switched off: faults are what these tests are about; the real one is in the cloud tests. */
export type MemoryBucket = Pick<S3Client, 'send'> & { objects: Map<string, Buffer>; isDown: boolean }

export function memoryBucket(): MemoryBucket {
  const bucket = { objects: new Map<string, Buffer>(), isDown: false, send }
  async function send(command: unknown): Promise<unknown> {
    if (bucket.isDown) throw Object.assign(new Error('S3 is down'), { name: 'ServiceUnavailable' })
    if (command instanceof PutObjectCommand) {
      bucket.objects.set(command.input.Key ?? '', Buffer.from(command.input.Body as Uint8Array | string))
      return {}
    }
    if (command instanceof GetObjectCommand) {
      const content = bucket.objects.get(command.input.Key ?? '')
      if (!content) throw Object.assign(new Error('no such key'), { name: 'NoSuchKey' })
      const body = Object.assign(Readable.from(slices(content)), {
        transformToString: async () => content.toString('utf8'),
      })
      return { Body: body, ETag: `"${content.length}"` }
    }
    if (command instanceof ListObjectsV2Command)
      return {
        Contents: [...bucket.objects.keys()]
          .filter((key) => key.startsWith(command.input.Prefix ?? ''))
          .map((Key) => ({ Key, LastModified: new Date(0) })),
      }
    throw new Error('not a call that these tests make')
  }
  // The client's `send` is overloaded for every command; these tests use the three above.
  return bucket as unknown as MemoryBucket
}

/** Cut at odd places, so that lines and characters cross chunk borders. */
function* slices(content: Buffer): Generator<Buffer> {
  for (let at = 0; at < content.length; at += 37) yield content.subarray(at, at + 37)
}
