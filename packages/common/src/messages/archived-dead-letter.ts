import { z } from 'zod'
import { TypedAttributes } from './message-attributes.ts'

/** One line of an archive object: everything that was known of a message when it failed. */
export const ArchivedDeadLetter = z.object({
  v: z.literal(1),
  topic: z.string(),
  messageId: z.string(),
  source: z.string(),
  archivedAt: z.string(),
  /** As the producer set them; binary values are base64. */
  attributes: TypedAttributes,
  /** Our own attribute as it came, signature included; null when the message carried none. */
  lineage: z.string().nullable(),
  /** What the source says beside the message: SQS's system attributes, Firehose's error fields. */
  system: z.record(z.string(), z.unknown()),
  /** Exact text, also when the queue carried only a claim check; absent when the bytes are not text or the body is gone. */
  body: z.string().optional(),
  bodyBase64: z.string().optional(),
})
export type ArchivedDeadLetter = z.infer<typeof ArchivedDeadLetter>

/** Lines of NDJSON and the byte range of each (without its line feed), in the order given. */
export function encodeArchive(letters: readonly ArchivedDeadLetter[]): {
  content: Buffer
  ranges: { offset: number; length: number }[]
} {
  const lines = letters.map((letter) => Buffer.from(`${JSON.stringify(letter)}\n`))
  let offset = 0
  const ranges = lines.map((line) => {
    const range = { offset, length: line.length - 1 }
    offset += line.length
    return range
  })
  return { content: Buffer.concat(lines), ranges }
}

/** One line → the body's exact bytes; undefined when it was gone already. Throws on a line that is none of ours. */
export function bodyOfArchivedLine(line: string): Buffer | undefined {
  const { body, bodyBase64 } = ArchivedDeadLetter.parse(JSON.parse(line))
  if (bodyBase64 !== undefined) return Buffer.from(bodyBase64, 'base64')
  return body === undefined ? undefined : Buffer.from(body)
}
