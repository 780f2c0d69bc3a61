import { createHash } from 'node:crypto'
import * as z from 'zod'
import type { ClaimCheck } from './lineage.ts'
import { TypedAttributes } from './message-attributes.ts'

/** What the archive keeps for a message that does not fit a queue together with its lineage. */
const ArchivedMessage = z.object({ v: z.literal(1), attributes: TypedAttributes, body: z.string() })

/** Body of a claim-check message: deliberately not JSON, so that a consumer that ignores the lineage cannot take it for data. */
export const claimCheckBody =
  'lean-ops claim check: the body is in the archive object that the attribute names'

/** The archive object of one message, and its reference without the place. */
export function encodeArchivedMessage(message: { body: string; attributes: TypedAttributes }): {
  content: string
  size: number
  sha256: string
} {
  return {
    content: JSON.stringify({ v: 1, attributes: message.attributes, body: message.body }),
    size: Buffer.byteLength(message.body),
    sha256: createHash('sha256').update(message.body).digest('hex'),
  }
}

/** Undefined when the object is not what the claim check promised (other content, other version). */
export function decodeArchivedMessage(
  content: string,
  check: Pick<ClaimCheck, 'sha256'>,
): { body: string; attributes: TypedAttributes } | undefined {
  let value: unknown
  try {
    value = JSON.parse(content)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
  const parsed = ArchivedMessage.safeParse(value)
  if (!parsed.success) return undefined
  const { body, attributes } = parsed.data
  return createHash('sha256').update(body).digest('hex') === check.sha256 ? { body, attributes } : undefined
}

/** Deterministic: the same message archived twice (a crash in between) is the same object. */
export const claimCheckKey = (topic: string, sqsMessageId: string, sha256: string): string =>
  `claim-checks/${topic}/${sqsMessageId}-${sha256.slice(0, 16)}.json`
