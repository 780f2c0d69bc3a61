import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'

/** Gives back every lease that a run still holds; returns their topics. The tokens stay: the next holder gets greater ones. */
export async function releaseLeases(db: Pick<Database, 'execute'>, execution: string): Promise<string[]> {
  const { rows } = await db.execute<{ topic: string }>(
    sql`UPDATE run_leases SET execution = NULL, until = NULL WHERE execution = ${execution} RETURNING topic`,
  )
  return rows.map((r) => r.topic)
}
