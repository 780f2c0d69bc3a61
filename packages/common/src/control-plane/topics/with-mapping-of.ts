import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'

/**
 * Has `apply` make a topic's mapping read or not, and notes that AWS accepted it. The topic's row stays locked meanwhile:
 * a pause and a resume that follow each other closely reach AWS in that order. Returns false when another worker is at it.
 * When `apply` throws nothing is noted, and it is due again.
 */
export async function withMappingOf(
  db: Database,
  topic: string,
  now: Date,
  apply: (mapping: { id: string; isEnabled: boolean }) => Promise<unknown>,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const { rows } = await tx.execute<{ id: string; isEnabled: boolean }>(sql`
      SELECT s.mapping_id AS id, NOT t.is_ingest_paused AS "isEnabled" FROM topics t JOIN topic_status s USING (topic)
      WHERE t.topic = ${topic} AND t.is_mapping_ours AND s.mapping_id IS NOT NULL FOR UPDATE OF t SKIP LOCKED`)
    const [mapping] = rows
    if (mapping === undefined) return false
    await apply(mapping)
    await tx.execute(sql`
      UPDATE topics SET is_mapping_ours = is_ingest_paused, mapping_applied_at = ${now.toISOString()}::timestamptz WHERE topic = ${topic}`)
    return true
  })
}
