import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'

export type TopicCounts = {
  topics: number
  inProgress: number
  failed: number
  /** Behind their backlog threshold and not failed: another round is worth it. */
  behind: number
}

/** How a run's topics stand, in numbers: the state machine carries these, never lists. */
export async function countTopics(db: Pick<Database, 'execute'>, execution: string): Promise<TopicCounts> {
  const { rows } = await db.execute<TopicCounts & Record<string, unknown>>(sql`
    SELECT count(*)::int AS topics, (count(*) FILTER (WHERE outcome = 'IN_PROGRESS'))::int AS "inProgress",
      (count(*) FILTER (WHERE outcome = 'FAILED'))::int AS failed,
      (count(*) FILTER (WHERE is_behind AND outcome IN ('COMPLETE', 'IN_PROGRESS')))::int AS behind
    FROM run_topics WHERE execution = ${execution}`)
  const [row] = rows
  return {
    topics: row?.topics ?? 0,
    inProgress: row?.inProgress ?? 0,
    failed: row?.failed ?? 0,
    behind: row?.behind ?? 0,
  }
}
