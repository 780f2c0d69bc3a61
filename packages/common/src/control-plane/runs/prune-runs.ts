import { sql } from 'drizzle-orm'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'

/**
 * Deletes one bounded batch of what has ended long ago: runs with their topics, closed passes, moves of checkpoints, fixed
 * findings. The newest pass of a layer stays (its number is the next one's), and so do passes that are open or held.
 */
export async function pruneRuns(
  db: Database,
  request: { keepDays: number; limit: number },
): Promise<{ runs: number; passes: number }> {
  const old = sql`now() - make_interval(days => ${request.keepDays})`
  return db.transaction(async (tx) => {
    const { rowCount: runs } = await tx.execute(sql`
      DELETE FROM runs WHERE execution IN (
        SELECT execution FROM runs WHERE state NOT IN ('PENDING', 'RUNNING') AND finished_at < ${old} ORDER BY finished_at LIMIT ${request.limit})`)
    const { rowCount: passes } = await tx.execute(sql`
      DELETE FROM run_passes p WHERE p.pass_id IN (
        SELECT pass_id FROM run_passes o WHERE o.state IN ('SUCCEEDED', 'DISCARDED') AND o.settled_at < ${old}
          AND EXISTS (SELECT 1 FROM run_passes n WHERE n.topic = o.topic AND n.layer = o.layer AND n.seq > o.seq)
        ORDER BY o.settled_at LIMIT ${request.limit})`)
    await tx.execute(sql`
      DELETE FROM checkpoint_history WHERE ctid = ANY (ARRAY(SELECT ctid FROM checkpoint_history WHERE at < ${old} LIMIT ${request.limit}))`)
    await tx.execute(sql`
      DELETE FROM drift_findings WHERE id IN (
        SELECT id FROM drift_findings WHERE state = 'fixed' AND last_seen_at < ${old} AND kind <> 'MISSING_SCHEMA' LIMIT ${request.limit})`)
    if ((runs ?? 0) > 0) await bumpVersion(tx, 'runs')
    return { runs: runs ?? 0, passes: passes ?? 0 }
  })
}
