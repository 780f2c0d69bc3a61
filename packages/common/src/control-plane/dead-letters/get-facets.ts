import { sql } from 'drizzle-orm'
import type { DeadLetterFilter } from '../../contract/dead-letter-filter.ts'
import { type FacetName, type Facets, facetNames } from '../../contract/dead-letter-query.ts'
import type { Database } from '../connect.ts'
import { withTimeLimit } from '../with-time-limit.ts'
import { countedSource } from './counted-rows.ts'
import { filterToSql, type OwnerScope } from './filter-to-sql.ts'
import { queryAdvice, queryTimeoutMs } from './query-limits.ts'

const valuesMax = 100

/** What GROUPING(topic, owner, stage, code, status) says of the rows of one facet: a bit for each column that is not grouped by. */
const groupingOf = (name: FacetName): number =>
  facetNames.reduce((bits, other) => bits * 2 + (other === name ? 0 : 1), 0)

/**
 * Values one can filter by next, with their counts: each facet under all other parts of the filter, so that choosing a
 * second topic is possible after the first. Rows are read once for all facets. Throws UNPROCESSABLE after three seconds.
 */
export async function getFacets(
  db: Database,
  request: { filter: DeadLetterFilter; owners: OwnerScope },
): Promise<Facets> {
  const { filter, owners } = request
  const columns = sql.raw(facetNames.map((name) => `d.${name}`).join(', '))
  const perFacet = facetNames.map((name) => {
    const others = Object.fromEntries(
      facetNames.flatMap((other) =>
        other === name || filter[other] === undefined ? [] : [[other, filter[other]]],
      ),
    )
    return sql`WHEN ${sql.raw(String(groupingOf(name)))} THEN sum(letters) FILTER (WHERE ${filterToSql(others, '*', 'counts')})`
  })
  return withTimeLimit(db, queryTimeoutMs, queryAdvice, async (tx) => {
    const { rows } = await tx.execute<{ facet: number; value: string; n: string }>(sql`
      SELECT facet, value, n FROM (
        SELECT facet, value, n, row_number() OVER (PARTITION BY facet ORDER BY n DESC, value) AS rank FROM (
          SELECT GROUPING(${columns}) AS facet, coalesce(${columns}) AS value, CASE GROUPING(${columns}) ${sql.join(perFacet, sql` `)} END AS n
          FROM ${countedSource(filter, owners, facetNames)}
          GROUP BY GROUPING SETS (${sql.raw(facetNames.map((name) => `(d.${name})`).join(', '))})
        ) AS sums WHERE n IS NOT NULL
      ) AS ranked WHERE rank <= ${valuesMax} ORDER BY facet, rank`)
    const of = (name: FacetName) =>
      rows.filter((r) => r.facet === groupingOf(name)).map(({ value, n }) => ({ value, count: Number(n) }))
    return {
      topic: of('topic'),
      owner: of('owner'),
      stage: of('stage'),
      code: of('code'),
      status: of('status'),
    }
  })
}
