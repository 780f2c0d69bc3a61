import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'

export type MaintenanceRule = {
  /** Hours that a topic rests after its last maintenance. */
  restHours: number
  /** Passes since then from which compaction is worth a job's minutes. */
  passesMin: number
  topicsMax: number
}

/** Topics whose tables have grown by many commits since they were last looked after, the most first. None while such work is under way, or all work is held. */
export async function listDueMaintenance(db: Database, rule: MaintenanceRule): Promise<string[]> {
  const { rows } = await db.execute<{ topic: string }>(sql`
    SELECT t.topic FROM topics t LEFT JOIN topic_maintenance m USING (topic)
    CROSS JOIN LATERAL (SELECT count(*) AS passes FROM run_passes p WHERE p.topic = t.topic AND p.state = 'SUCCEEDED'
      AND p.settled_at > coalesce(m.at, '-infinity')) AS since
    WHERE t.removed_at IS NULL AND NOT t.is_processing_paused AND since.passes >= ${rule.passesMin}
      AND coalesce(m.at < now() - make_interval(hours => ${rule.restHours}), true)
      AND NOT EXISTS (SELECT 1 FROM operations o WHERE o.kind = 'maintain' AND (o.finished_at IS NULL
        -- What failed or found its topics busy waits an hour.
        OR o.finished_at > now() - interval '1 hour'))
      AND NOT EXISTS (SELECT 1 FROM hold WHERE is_held AND (until IS NULL OR until > now()))
    ORDER BY since.passes DESC, t.topic LIMIT ${rule.topicsMax}`)
  return rows.map((r) => r.topic)
}
