import { type SQL, sql } from 'drizzle-orm'
import type { DeadLetterRow } from '../../contract/dead-letter.ts'
import type { DeadLetterFilter } from '../../contract/dead-letter-filter.ts'
import type { DeadLetterPage, DeadLetterSort } from '../../contract/dead-letter-query.ts'
import type { Database } from '../connect.ts'
import { encodeCursor } from '../cursor.ts'
import { withTimeLimit } from '../with-time-limit.ts'
import { countDeadLetters } from './count-dead-letters.ts'
import { decodeDeadLetterCursor } from './dead-letter-cursor.ts'
import { filterToSql, type OwnerScope } from './filter-to-sql.ts'
import { queryAdvice, queryTimeoutMs } from './query-limits.ts'

export type ListRequest = {
  /** With absolute times (`resolveFilter`). */
  filter: DeadLetterFilter
  owners: OwnerScope
  sort?: DeadLetterSort
  direction?: 'desc' | 'asc'
  /** Of the page before; it belongs to the sort it was made with. */
  cursor?: string
  limit: number
}

const columns: Record<
  DeadLetterSort,
  { column: SQL; type: SQL; of: (row: DeadLetterRow) => string | number }
> = {
  lastFailedAt: { column: sql`d.last_failed_at`, type: sql`timestamptz`, of: (r) => r.lastFailedAt },
  firstFailedAt: { column: sql`d.first_failed_at`, type: sql`timestamptz`, of: (r) => r.firstFailedAt },
  sizeBytes: { column: sql`d.size_bytes`, type: sql`int`, of: (r) => r.sizeBytes },
  attempt: { column: sql`d.attempt`, type: sql`int`, of: (r) => r.attempt },
}

/**
 * A page of rows after a keyset position: what arrives meanwhile shifts nothing and is repeated nowhere. Rows carry no
 * payload. Throws INVALID_INPUT for a foreign cursor, UNPROCESSABLE when the search takes more than three seconds.
 */
export async function listDeadLetters(db: Database, request: ListRequest): Promise<DeadLetterPage> {
  const { filter, owners, sort = 'lastFailedAt', direction = 'desc', limit } = request
  const { column, type, of } = columns[sort]
  const after =
    request.cursor === undefined ? undefined : decodeDeadLetterCursor(request.cursor, { sort, direction })
  const compare = direction === 'desc' ? sql`<` : sql`>`
  const order = direction === 'desc' ? sql`DESC` : sql`ASC`
  const position = after && sql` AND (${column}, d.id) ${compare} (${after.value}::${type}, ${after.id})`
  const rows = await withTimeLimit(db, queryTimeoutMs, queryAdvice, async (tx) => {
    const result = await tx.execute<Row>(sql`
      SELECT ${rowColumns} FROM dead_letters d WHERE ${filterToSql(filter, owners)}${position ?? sql``}
      ORDER BY ${column} ${order}, d.id ${order} LIMIT ${limit + 1}`)
    return result.rows.map(toDeadLetterRow)
  })
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  const next = rows.length > limit && last ? { sort, direction, value: of(last), id: last.id } : undefined
  return {
    items,
    nextCursor: next ? encodeCursor(next) : null,
    total: await countDeadLetters(db, { filter, owners, atLeast: items.length }),
    filter,
  }
}

/** Instants leave the database as ISO text in milliseconds, exactly as the cursor compares them. */
const iso = (column: string): SQL =>
  sql`to_char(${sql.raw(column)} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

export const rowColumns: SQL = sql`d.id, d.topic, d.owner, d.message_id AS "messageId", d.status,
  ${iso('d.status_changed_at')} AS "statusChangedAt", d.attempt, d.failures, d.stage, d.code, d.class, d.fingerprint,
  d.error_message AS "errorMessage", ${iso('d.first_failed_at')} AS "firstFailedAt",
  ${iso('d.last_failed_at')} AS "lastFailedAt", d.size_bytes AS "sizeBytes", d.preview, d.operation_id AS "operationId"`

type Row = { [K in keyof DeadLetterRow]: DeadLetterRow[K] }

const toDeadLetterRow = (row: Row): DeadLetterRow => row
