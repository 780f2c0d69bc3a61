import { sql } from 'drizzle-orm'
import type { RunState, TopicOutcome } from '../../contract/run.ts'
import type { Database } from '../connect.ts'
import type { RunError } from '../schema/runs.ts'

export type RunOutcomes = {
  execution: string
  state: RunState
  error: RunError | null
  topics: Map<string, { outcome: TopicOutcome; error: RunError | null }>
}

/** How a run and each of its topics stand; undefined when it is not known. */
export async function findRunOutcomes(
  db: Pick<Database, 'execute'>,
  execution: string,
): Promise<RunOutcomes | undefined> {
  const { rows } = await db.execute<{
    state: RunState
    error: RunError | null
    topics: { topic: string; outcome: TopicOutcome; error: RunError | null }[]
  }>(sql`
    SELECT r.state, r.error, (SELECT coalesce(jsonb_agg(jsonb_build_object('topic', t.topic, 'outcome', t.outcome, 'error', t.error)), '[]')
      FROM run_topics t WHERE t.execution = r.execution) AS topics
    FROM runs r WHERE r.execution = ${execution}`)
  const row = rows[0]
  if (!row) return undefined
  const topics = new Map(row.topics.map(({ topic, outcome, error }) => [topic, { outcome, error }] as const))
  return { execution, state: row.state, error: row.error, topics }
}
