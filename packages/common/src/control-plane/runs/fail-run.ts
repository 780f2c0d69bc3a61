import { sql } from 'drizzle-orm'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import type { RunError } from '../schema/runs.ts'
import { toJsonParameter } from '../to-json-parameter.ts'

/**
 * What a run that ended badly leaves: its running passes get the reason and stay open for the next run, its unfinished
 * topics fail. Passes that another run has taken up meanwhile are not touched. Repeating it changes nothing.
 */
export async function failRun(
  db: Database,
  request: { execution: string; state: 'FAILED' | 'TIMED_OUT' | 'ABORTED'; error: RunError },
): Promise<{ passes: number; topics: number }> {
  const error = toJsonParameter(request.error)
  return db.transaction(async (tx) => {
    const { rowCount: passes } = await tx.execute(sql`
      UPDATE run_passes SET state = ${request.state}, error = ${error}::jsonb, settled_at = now()
      WHERE execution = ${request.execution} AND state IN ('PENDING', 'RUNNING')`)
    const { rowCount: topics } = await tx.execute(sql`
      UPDATE run_topics SET outcome = 'FAILED', error = ${error}::jsonb, is_behind = false, updated_at = now()
      WHERE execution = ${request.execution} AND outcome IN ('WAITING', 'IN_PROGRESS')`)
    await tx.execute(sql`
      UPDATE runs SET error = coalesce(error, ${error}::jsonb) WHERE execution = ${request.execution}`)
    await bumpVersion(tx, 'runs')
    return { passes: passes ?? 0, topics: topics ?? 0 }
  })
}
