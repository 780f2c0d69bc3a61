import { sql } from 'drizzle-orm'
import type { DeadLetterFilter } from '../../contract/dead-letter-filter.ts'
import type { MatchCount } from '../../contract/dead-letter-query.ts'
import type { Database } from '../connect.ts'
import { isTimeout, withTimeLimit } from '../with-time-limit.ts'
import { countedRows, isPreCounted } from './counted-rows.ts'
import { filterToSql, type OwnerScope } from './filter-to-sql.ts'
import { isSearch } from './query-limits.ts'

/** Beyond this a number in a header tells nobody more; a plan counts exactly. */
const countMax = 10_000
/** Searches, and attempts: a send changes them, so no index knows them and each row is looked at. */
const searchCountMax = 1_000
const timeoutMs = 1_500

type Request = {
  filter: DeadLetterFilter
  owners: OwnerScope
  /** What is known already, for the case that counting takes too long. */
  atLeast: number
}

/** How many match. Exact for indexed filters; "at least" beyond 10,000 rows of other filters, or 1,000 of a search or of attempts. Never throws for being slow. */
export async function countDeadLetters(db: Database, request: Request): Promise<MatchCount> {
  const { filter, owners, atLeast } = request
  if (isPreCounted(filter)) {
    const { rows } = await db.execute<{ n: string }>(
      sql`SELECT coalesce(sum(letters), 0) AS n FROM (${countedRows(filter, owners, ['status'])}) AS c`,
    )
    return { value: Number(rows[0]?.n ?? 0), isExact: true }
  }
  const max = isSearch(filter) || filter.attemptsMin !== undefined ? searchCountMax : countMax
  try {
    const value = await withTimeLimit(db, timeoutMs, '', async (tx) => {
      const { rows } = await tx.execute<{ n: string }>(sql`
        SELECT count(*) AS n FROM (SELECT 1 FROM dead_letters d WHERE ${filterToSql(filter, owners)} LIMIT ${max + 1}) AS c`)
      return Number(rows[0]?.n ?? 0)
    })
    return { value: Math.min(value, max), isExact: value <= max }
  } catch (error) {
    if (!isTimeout(error)) throw error
    return { value: atLeast, isExact: false }
  }
}
