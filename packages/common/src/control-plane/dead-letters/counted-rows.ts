import { type SQL, sql } from 'drizzle-orm'
import type { DeadLetterFilter } from '../../contract/dead-letter-filter.ts'
import { filterToSql, type OwnerScope } from './filter-to-sql.ts'

/** What `dead_letter_counts` can tell apart. */
export const dimensions = ['topic', 'owner', 'stage', 'code', 'fingerprint', 'status'] as const
export type Dimension = (typeof dimensions)[number]

/** True when every part of the filter is a dimension: the answer is in the pre-counted table, exact at any volume. */
export const isPreCounted = (filter: DeadLetterFilter): boolean =>
  Object.entries(filter).every(
    ([key, value]) => value === undefined || (dimensions as readonly string[]).includes(key),
  )

/**
 * Matching messages per combination of some dimensions (`…columns, letters`) as a query: from the pre-counted table, or
 * counted from the rows when the filter asks for more.
 */
export function countedRows(
  filter: DeadLetterFilter,
  owners: OwnerScope,
  columns: readonly Dimension[],
): SQL {
  const by = sql.raw(columns.map((c) => `d.${c}`).join(', '))
  const from = countedSource(filter, owners)
  return sql`SELECT ${by}, sum(letters) AS letters FROM ${from} GROUP BY ${by}`
}

/**
 * What to count, as `… d` with all dimensions and `letters` (messages that a row stands for). `without` leaves out dimensions of the filter; it does
 * not change which table is asked.
 */
export function countedSource(
  filter: DeadLetterFilter,
  owners: OwnerScope,
  without: readonly Dimension[] = [],
): SQL {
  const kept: DeadLetterFilter = { ...filter }
  for (const dimension of without) delete kept[dimension]
  const condition = filterToSql(kept, owners, isPreCounted(filter) ? 'counts' : 'letters')
  return isPreCounted(filter)
    ? sql`(SELECT * FROM dead_letter_counts d WHERE ${condition} AND letters > 0) AS d`
    : sql`(SELECT ${sql.raw(dimensions.map((c) => `d.${c}`).join(', '))}, 1 AS letters FROM dead_letters d WHERE ${condition}) AS d`
}
