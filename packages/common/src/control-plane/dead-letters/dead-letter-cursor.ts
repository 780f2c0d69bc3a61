import { z } from 'zod'
import { DeadLetterId } from '../../contract/dead-letter.ts'
import type { DeadLetterSort } from '../../contract/dead-letter-query.ts'
import { decodeCursor } from '../cursor.ts'

const Position = z.strictObject({
  value: z.union([z.iso.datetime(), z.int()]),
  id: DeadLetterId,
})
type DeadLetterPosition = z.infer<typeof Position>

type DeadLetterOrder = { readonly sort: DeadLetterSort; readonly direction: 'desc' | 'asc' }

/** Where a page ended: the sort column's value and the id that breaks ties. Throws INVALID_INPUT when it is none of ours, or of a list in another order. */
export const decodeDeadLetterCursor = (
  text: string,
  { sort, direction }: DeadLetterOrder,
): DeadLetterPosition =>
  decodeCursor(Position.extend({ sort: z.literal(sort), direction: z.literal(direction) }), text)
