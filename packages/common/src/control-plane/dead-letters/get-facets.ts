import { sql } from 'drizzle-orm'
import type { DeadLetterFilter } from '../../contract/dead-letter-filter.ts'
import { type FacetName, type Facets, facetNames } from '../../contract/dead-letter-query.ts'
import type { Database } from '../connect.ts'
import { withTimeLimit } from '../with-time-limit.ts'
import { countedRows } from './counted-rows.ts'
import { filterToSql, type OwnerScope } from './filter-to-sql.ts'
import { queryAdvice, queryTimeoutMs } from './query-limits.ts'

const valuesMax = 100

/**
 * Values one can filter by next, with their counts: each facet under all other parts of the filter, so that choosing a
 * second topic is possible after the first. Rows are counted once for all facets. Throws UNPROCESSABLE after three seconds.
 */
export async function getFacets(
  db: Database,
  request: { filter: DeadLetterFilter; owners: OwnerScope },
): Promise<Facets> {
  const { filter, owners } = request
  const perFacet = facetNames.map((name) => {
    const others = Object.fromEntries(
      facetNames.flatMap((other) =>
        other === name || filter[other] === undefined ? [] : [[other, filter[other]]],
      ),
    )
    return sql`(SELECT ${name}::text AS facet, ${sql.raw(name)} AS value, sum(letters) AS n FROM counted d
      WHERE ${filterToSql(others, '*')} GROUP BY 2 ORDER BY 3 DESC, 2 LIMIT ${valuesMax})`
  })
  return withTimeLimit(db, queryTimeoutMs, queryAdvice, async (tx) => {
    const { rows } = await tx.execute<{ facet: FacetName; value: string; n: string }>(sql`
      WITH counted AS MATERIALIZED (${countedRows(filter, owners, facetNames, facetNames)}) ${sql.join(perFacet, sql` UNION ALL `)}`)
    const of = (name: FacetName) =>
      rows.filter((r) => r.facet === name).map(({ value, n }) => ({ value, count: Number(n) }))
    return {
      topic: of('topic'),
      owner: of('owner'),
      stage: of('stage'),
      code: of('code'),
      status: of('status'),
    }
  })
}
