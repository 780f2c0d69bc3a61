import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'

export type JobItem = {
  key: string
  topic: string
  state: 'pending' | 'verifying'
  /** What was started for it: an execution, a job run. */
  reference: string | null
}

/** Items of a job that have no outcome yet, in order. A job has at most a thousand. */
export async function listJobItems(db: Pick<Database, 'execute'>, operationId: string): Promise<JobItem[]> {
  const { rows } = await db.execute<JobItem & Record<string, unknown>>(sql`
    SELECT dead_letter_id AS key, topic, state, replay_id AS reference FROM operation_items
    WHERE operation_id = ${operationId} AND outcome IS NULL ORDER BY sequence LIMIT 1000`)
  return rows
}
