import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'

/** A mapping that still reads this long after AWS accepted to disable it was enabled by something else (a deploy, a person). */
const settledSeconds = 120

/** Topics whose event source mapping does not do yet what the pause says; those the sampler never saw have no mapping to change. */
export async function listMappingChanges(db: Pick<Database, 'execute'>): Promise<string[]> {
  const { rows } = await db.execute<{ topic: string }>(sql`
    SELECT t.topic FROM topics t JOIN topic_status s USING (topic)
    WHERE t.is_mapping_ours AND t.removed_at IS NULL AND s.mapping_id IS NOT NULL
      AND (t.mapping_applied_at IS NULL OR NOT t.is_ingest_paused
        OR (s.mapping_state = 'Enabled' AND s.mapping_collected_at > t.mapping_applied_at + make_interval(secs => ${settledSeconds})))
    ORDER BY t.pause_changed_at, t.topic`)
  return rows.map((row) => row.topic)
}
