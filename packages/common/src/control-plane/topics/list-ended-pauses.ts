import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'

/** Pauses whose end has passed, with the version that has to be the present one when they are lifted. */
export async function listEndedPauses(
  db: Pick<Database, 'execute'>,
  now: Date,
): Promise<{ topic: string; version: number }[]> {
  const { rows } = await db.execute<{ topic: string; version: number }>(sql`
    SELECT topic, pause_version AS version FROM topics
    WHERE (is_ingest_paused OR is_processing_paused) AND pause_until <= ${now.toISOString()}::timestamptz ORDER BY topic`)
  return rows
}
