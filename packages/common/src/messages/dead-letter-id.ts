import { createHash } from 'node:crypto'

/** A dead letter is its message: a repeated failure of the same message is the same row. */
export const deadLetterId = (topic: string, messageId: string): string =>
  createHash('sha256').update(`${topic}\n${messageId}`).digest('hex').slice(0, 32)
