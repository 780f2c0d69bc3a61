import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'

/** Topics of a run that are still behind their backlog threshold: its successor's. */
export async function listBehindTopics(db: Pick<Database, 'execute'>, execution: string): Promise<string[]> {
  const { rows } = await db.execute<{ topic: string }>(sql`
    SELECT topic FROM run_topics WHERE execution = ${execution} AND is_behind AND outcome IN ('COMPLETE', 'IN_PROGRESS') ORDER BY topic`)
  return rows.map((r) => r.topic)
}
