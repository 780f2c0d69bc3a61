import { sql } from 'drizzle-orm'
import type { RunEnd, RunState } from '../../contract/run.ts'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import { closeTopics } from './close-topics.ts'

type End = {
  execution: string
  state: Exclude<RunState, 'PENDING' | 'RUNNING'>
  endedIn?: RunEnd | undefined
  at?: Date | undefined
}

/**
 * Closes a run's row: its end, and how many topics came to which outcome. Step Functions has the last word: a later call
 * with its state replaces an earlier one, the time of the first stays. False when no such run is known.
 */
export async function endRun(db: Database, { execution, state, endedIn, at }: End): Promise<boolean> {
  return db.transaction(async (tx) => {
    await closeTopics(tx, sql`execution = ${execution}`)
    const { rowCount } = await tx.execute(sql`
      UPDATE runs SET state = ${state}, ended_in = coalesce(${endedIn ?? null}, ended_in),
        finished_at = coalesce(finished_at, ${at ?? null}, now()),
        rounds = coalesce((SELECT max(round) FROM run_topics WHERE execution = ${execution}), 0),
        summary = coalesce((SELECT jsonb_object_agg(outcome, n) FROM (
            SELECT outcome, count(*) AS n FROM run_topics WHERE execution = ${execution} GROUP BY outcome) AS o), '{}')
          || (SELECT jsonb_build_object('rowsCurated', coalesce(sum(rows_curated), 0), 'rowsSemantic', coalesce(sum(rows_semantic), 0))
            FROM run_topics WHERE execution = ${execution})
      WHERE execution = ${execution}`)
    await bumpVersion(tx, 'runs')
    return (rowCount ?? 0) > 0
  })
}
