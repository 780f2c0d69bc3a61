import type { S3Client } from '@aws-sdk/client-s3'
import { findObjectText } from '@lean-ops/common/aws/find-object-text'
import type { BodyPlace } from '@lean-ops/common/control-plane/operations/claim-items'
import { sha256Hex } from '@lean-ops/common/edits/apply-edit'
import { z } from 'zod'

/** Gives a dead letter's exact body text, or undefined when it is gone or is not what was indexed. Throws what S3 throws otherwise. */
export type LoadBody = (place: BodyPlace) => Promise<string | undefined>

/** The line of an archive object that holds one drained message. */
const ArchivedLine = z.looseObject({ body: z.string() })

export const loadBodyFrom =
  (s3: Pick<S3Client, 'send'>): LoadBody =>
  async (place) => {
    const text = await textOf(s3, place)
    return text !== undefined && sha256Hex(text) === place.sha256 ? text : undefined
  }

async function textOf(s3: Pick<S3Client, 'send'>, place: BodyPlace): Promise<string | undefined> {
  if (place.inline) return place.inline.toString('utf8')
  const { bucket, key, offset, length, objectKey } = place
  if (bucket === undefined) return undefined
  if (objectKey !== undefined) return findObjectText(s3, { Bucket: bucket, Key: objectKey })
  if (key === undefined || offset === undefined || length === undefined) return undefined
  const line = await findObjectText(s3, {
    Bucket: bucket,
    Key: key,
    Range: `bytes=${offset}-${offset + length - 1}`,
  })
  if (line === undefined) return undefined
  const parsed = ArchivedLine.safeParse(JSON.parse(line))
  return parsed.success ? parsed.data.body : undefined
}
