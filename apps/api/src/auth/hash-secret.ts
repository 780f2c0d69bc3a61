import { createHash } from 'node:crypto'

/** What is stored of an unguessable value. Plain SHA-256 is enough: the value has 256 random bits, there is nothing to guess. */
export const hashSecret = (value: string): string => createHash('sha256').update(value).digest('hex')
