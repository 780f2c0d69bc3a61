import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'
import { closeTopics } from './close-topics.ts'

/**
 * Another round of a run: topics that are behind their backlog threshold go on, the others get their outcome and give
 * their lease back. Repeating it for the same round changes nothing.
 */
export async function startRound(
  db: Database,
  { execution, round }: { execution: string; round: number },
): Promise<void> {
  await db.transaction(async (tx) => {
    await closeTopics(tx, sql`execution = ${execution} AND round < ${round} AND NOT is_behind`)
    await tx.execute(sql`
      UPDATE run_topics SET outcome = 'IN_PROGRESS', is_behind = false, round = ${round}, updated_at = now()
      WHERE execution = ${execution} AND round < ${round} AND is_behind AND outcome IN ('COMPLETE', 'IN_PROGRESS')`)
    await tx.execute(sql`
      UPDATE run_leases l SET execution = NULL, until = NULL FROM run_topics r
      WHERE l.execution = ${execution} AND r.execution = l.execution AND r.topic = l.topic AND r.outcome <> 'IN_PROGRESS'`)
  })
}
