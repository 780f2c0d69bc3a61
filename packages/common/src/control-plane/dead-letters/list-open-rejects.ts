import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'

/** Beyond, an answer speaks of the oldest ones: ids are kept in memory while RAW is read. */
const rejectsMax = 200_000

/** Message ids of a topic's open rejects of the semantic layer, oldest first. */
export async function listOpenRejects(db: Pick<Database, 'execute'>, topic: string): Promise<string[]> {
  const { rows } = await db.execute<{ message_id: string }>(sql`
    SELECT message_id FROM dead_letters
    WHERE topic = ${topic} AND stage = 'semantic' AND shelf IN ('open', 'unverified') AND status IN ('open', 'unverified')
    ORDER BY first_failed_at LIMIT ${rejectsMax}`)
  return rows.map((row) => row.message_id)
}
