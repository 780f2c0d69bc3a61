import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'

/** How many of a run's topics in progress may go on to the semantic layer, and how many stop at curated for want of a schema. */
export async function countSchemas(
  db: Pick<Database, 'execute'>,
  execution: string,
): Promise<{ withSchema: number; withoutSchema: number }> {
  const { rows } = await db.execute<{ with_schema: number; without_schema: number }>(sql`
    SELECT (count(*) FILTER (WHERE has))::int AS with_schema, (count(*) FILTER (WHERE NOT has))::int AS without_schema
    FROM (SELECT EXISTS (SELECT 1 FROM contract_versions c WHERE c.topic = r.topic AND c.state IN ('active', 'ahead_of_git')
        AND jsonb_array_length(c.model->'columns') > 0) AS has
      FROM run_topics r WHERE r.execution = ${execution} AND r.outcome = 'IN_PROGRESS') AS t`)
  return { withSchema: rows[0]?.with_schema ?? 0, withoutSchema: rows[0]?.without_schema ?? 0 }
}
