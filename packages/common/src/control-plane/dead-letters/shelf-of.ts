import { type SQL, sql } from 'drizzle-orm'
import type { DeadLetterStatus } from '../../contract/dead-letter.ts'

/**
 * The column `shelf`, which indexes name in place of the status: a send and its return change the status and no shelf, so neither is written
 * into an index (migration 0019).
 */
const shelfOf = (status: DeadLetterStatus): string =>
  status === 'in_operation' || status === 'verifying' ? 'open' : status

const openShelf: readonly DeadLetterStatus[] = ['open', 'in_operation', 'verifying']

/** A condition over `dead_letters d`: one of these statuses, by way of its shelf. Undefined = any. */
export function statusOnShelf(statuses: readonly DeadLetterStatus[] | undefined): SQL | undefined {
  if (statuses === undefined) return undefined
  const shelves = [...new Set(statuses.map(shelfOf))]
  const [only] = shelves
  const onShelf =
    shelves.length === 1 && only !== undefined
      ? sql`d.shelf = ${only}`
      : sql`d.shelf = ANY (${sql.param(shelves)}::text[])`
  if (!shelves.includes('open') || openShelf.every((s) => statuses.includes(s))) return onShelf
  const exactly = sql`${onShelf} AND d.status = ANY (${sql.param([...statuses])}::text[])`
  if (statuses.includes('open') || shelves.length > 1) return exactly
  // Few among very many: those under way have an item that says so.
  return sql`${exactly} AND d.id IN (SELECT dead_letter_id FROM operation_items WHERE outcome IS NULL)`
}
