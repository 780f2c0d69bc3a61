import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'

export type DueTopic = {
  topic: string
  rows: number
  ageSeconds: number
  reason: 'rows' | 'age' | 'retry' | 'semantic'
}

type Limits = {
  /** Rows waiting in RAW from which a run is worth it whatever their age. */
  rowsMin: number
  /** Latency of topics whose contract agrees none. */
  defaultLatencySeconds: number
}

/** Failed attempts wait 1, 2, 4 … up to 60 minutes: a broken topic must not cost a job run every minute. */
const backoff = sql`make_interval(mins => least(60, (2 ^ least(p.attempts - 1, 10))::int))`

/**
 * Topics that need a run now, the latest first: enough rows wait, or the oldest waits for half the agreed latency, or a
 * pass is open, or curated rows wait for the semantic layer. Not those that a run holds or is about to take, that a person
 * paused, or whose pass is held. Also keeps since when each topic is behind.
 */
export async function listDueTopics(db: Database, limits: Limits): Promise<DueTopic[]> {
  await noteBehind(db)
  const { rows } = await db.execute<{
    topic: string
    rows: string
    age: number
    reason: DueTopic['reason']
  }>(sql`
    WITH facts AS (
      SELECT t.topic, greatest(coalesce(s.raw_rows, 0) - coalesce(k.source_rows, 0), 0) AS rows,
        coalesce(extract(epoch FROM now() - s.curated_behind_since), 0)::int AS age,
        s.curated_behind_since IS NOT NULL AS is_behind,
        coalesce((c.model->>'latencySeconds')::int, ${limits.defaultLatencySeconds}) / 2 AS age_max,
        c.state <> 'draft' AND jsonb_array_length(c.model->'columns') > 0
          AND k.written_seq > coalesce((SELECT source_seq FROM checkpoints q WHERE q.topic = t.topic AND q.layer = 'semantic'), 0) AS waits_for_semantic,
        EXISTS (SELECT 1 FROM run_passes p WHERE p.topic = t.topic AND p.state NOT IN ('SUCCEEDED', 'DISCARDED', 'HELD')) AS has_open,
        EXISTS (SELECT 1 FROM run_passes p WHERE p.topic = t.topic AND p.state NOT IN ('SUCCEEDED', 'DISCARDED')
          AND (p.state = 'HELD' OR coalesce(p.settled_at, p.started_at) + ${backoff} > now())) AS must_wait
      FROM topics t JOIN topic_status s USING (topic)
      LEFT JOIN checkpoints k ON k.topic = t.topic AND k.layer = 'curated'
      LEFT JOIN contract_versions c ON c.topic = t.topic AND c.state IN ('active', 'ahead_of_git')
      WHERE t.removed_at IS NULL AND NOT t.is_processing_paused
        AND NOT EXISTS (SELECT 1 FROM run_leases l WHERE l.topic = t.topic AND l.until > now())
        AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.state IN ('PENDING', 'RUNNING') AND r.topics @> ARRAY[t.topic]
          AND r.created_at > now() - interval '1 day')
    ), due AS (
      SELECT topic, rows, age, CASE WHEN has_open THEN 'retry' WHEN is_behind AND rows >= ${limits.rowsMin} THEN 'rows'
          WHEN is_behind AND age >= age_max THEN 'age' WHEN waits_for_semantic THEN 'semantic' END AS reason
      FROM facts WHERE NOT must_wait
    )
    SELECT * FROM due WHERE reason IS NOT NULL ORDER BY age DESC, rows DESC, topic`)
  return rows.map((r) => ({ topic: r.topic, rows: Number(r.rows), ageSeconds: r.age, reason: r.reason }))
}

/** Since when a topic is behind: the newest commit of RAW when it is first seen ahead of the checkpoint. */
async function noteBehind(db: Database): Promise<void> {
  await db.execute(sql`
    UPDATE topic_status s SET curated_behind_since = CASE WHEN b.is_behind THEN coalesce(s.raw_committed_at, now()) END
    FROM (SELECT s.topic, s.raw_snapshot_id IS NOT NULL AND s.raw_snapshot_id IS DISTINCT FROM k.source_snapshot_id AS is_behind
      FROM topic_status s LEFT JOIN checkpoints k ON k.topic = s.topic AND k.layer = 'curated') AS b
    WHERE b.topic = s.topic AND b.is_behind <> (s.curated_behind_since IS NOT NULL)`)
}
