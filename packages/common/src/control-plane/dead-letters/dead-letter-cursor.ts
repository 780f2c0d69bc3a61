import { z } from 'zod'
import { DeadLetterId } from '../../contract/dead-letter.ts'
import { DeadLetterSort } from '../../contract/dead-letter-query.ts'
import { AppError } from '../../errors/app-error.ts'

const Cursor = z.strictObject({
  sort: DeadLetterSort,
  direction: z.enum(['desc', 'asc']),
  value: z.union([z.iso.datetime(), z.int()]),
  id: DeadLetterId,
})
/** Where a page ended: the sort column's value and the id that breaks ties. */
export type DeadLetterCursor = z.infer<typeof Cursor>

export const encodeDeadLetterCursor = (cursor: DeadLetterCursor): string =>
  Buffer.from(JSON.stringify(cursor)).toString('base64url')

/** Throws INVALID_INPUT when it is none of ours, or of a list in another order. */
export function decodeDeadLetterCursor(
  text: string,
  sort: DeadLetterSort,
  direction: 'desc' | 'asc',
): DeadLetterCursor {
  const parsed = Cursor.safeParse(parse(text))
  if (!parsed.success || parsed.data.sort !== sort || parsed.data.direction !== direction)
    throw new AppError(
      'INVALID_INPUT',
      'This cursor does not belong to this list: start from the first page.',
    )
  return parsed.data
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
