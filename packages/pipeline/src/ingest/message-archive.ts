import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { decodeArchivedMessage } from '@lean-ops/common/messages/claim-check'
import type { ClaimCheck } from '@lean-ops/common/messages/lineage'
import type { TypedAttributes } from '@lean-ops/common/messages/message-attributes'
import type { PutArchive } from './send-dead-letters.ts'

/** The archived message, or undefined when the object is gone or not what was promised. Throws what the client throws otherwise. */
export type ReadArchive = (
  check: ClaimCheck,
  timeoutMs: number,
) => Promise<{ body: string; attributes: TypedAttributes } | undefined>

export function messageArchive(
  client: Pick<S3Client, 'send'>,
  bucket: string,
): { put: PutArchive; read: ReadArchive } {
  return {
    put: async (key, content, timeoutMs) => {
      await client.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: content, ContentType: 'application/json' }),
        { abortSignal: AbortSignal.timeout(timeoutMs) },
      )
      return { bucket }
    },
    read: async (check, timeoutMs) => {
      try {
        const object = await client.send(new GetObjectCommand({ Bucket: check.bucket, Key: check.key }), {
          abortSignal: AbortSignal.timeout(timeoutMs),
        })
        return decodeArchivedMessage((await object.Body?.transformToString()) ?? '', check)
      } catch (error) {
        if (error instanceof Error && error.name === 'NoSuchKey') return undefined
        throw error
      }
    },
  }
}
