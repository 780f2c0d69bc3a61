import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'

/**
 * Snapshots, as text, from which somebody goes on: checkpoints of both layers, passes that are open or held, and what
 * Snowflake shows or should show. Expiry leaves them and everything after them, whichever table of the topic they are of.
 */
export async function listNeededSnapshots(
  db: Pick<Database, 'execute'>,
  topics: readonly string[],
): Promise<Map<string, string[]>> {
  const names = sql`${sql.param([...topics])}::text[]`
  const { rows } = await db.execute<{ topic: string; ids: string[] }>(sql`
    SELECT topic, array_agg(DISTINCT id::text ORDER BY id::text) AS ids FROM (
      SELECT topic, unnest(ARRAY[source_snapshot_id, head_snapshot_id]) AS id FROM checkpoints WHERE topic = ANY (${names})
      UNION ALL
      SELECT topic, unnest(ARRAY[from_snapshot_id, to_snapshot_id, source_snapshot_id]) FROM run_passes
      WHERE topic = ANY (${names}) AND state NOT IN ('SUCCEEDED', 'DISCARDED')
      UNION ALL
      SELECT topic, unnest(ARRAY[expected_snapshot_id, seen_snapshot_id]) FROM snowflake_tables WHERE topic = ANY (${names})
    ) AS needed WHERE id IS NOT NULL GROUP BY topic`)
  return new Map(rows.map((r) => [r.topic, r.ids]))
}
