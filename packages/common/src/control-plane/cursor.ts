import type { z } from 'zod'
import { AppError } from '../errors/app-error.ts'

/** Keyset position → opaque text. Not signed: it holds nothing secret and is validated when it comes back. */
export const encodeCursor = (position: unknown): string =>
  Buffer.from(JSON.stringify(position)).toString('base64url')

/** Throws INVALID_INPUT for a cursor that is none of ours. */
export function decodeCursor<S extends z.ZodType>(schema: S, cursor: string): z.infer<S> {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
  } catch (error) {
    throw new AppError('INVALID_INPUT', 'This cursor is not one of ours: start from the first page.', {
      cause: error,
      context: { faults: [{ in: 'query', path: 'cursor', message: 'is not a cursor of this list' }] },
    })
  }
}
