import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'

/**
 * Topics in progress that another run has taken over meanwhile: its run repeats their passes, this one must not go on
 * with them as if they were its own.
 */
export async function failLostTopics(db: Pick<Database, 'execute'>, execution: string): Promise<void> {
  await db.execute(sql`
    UPDATE run_topics r SET outcome = 'FAILED', is_behind = false, updated_at = now(),
      error = '{"code":"LEASE_LOST","message":"another run has taken this topic over; it repeats the pass","class":"transient"}'
    WHERE r.execution = ${execution} AND r.outcome = 'IN_PROGRESS' AND NOT EXISTS (
      SELECT 1 FROM run_leases l WHERE l.topic = r.topic AND l.execution = r.execution AND l.fencing_token = r.fencing_token)`)
}
