import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'

export type UnprovenDeliveries = {
  topic: string /** When the oldest of them was sent. */
  since: Date
  replayIds: string[]
}

/** Replays that must be seen in RAW to count as resolved, by topic; at most `limit` ids each, oldest first. */
export async function listUnprovenDeliveries(db: Database, limit: number): Promise<UnprovenDeliveries[]> {
  const { rows } = await db.execute<{ topic: string; since: Date; replay_ids: string[] }>(sql`
    SELECT topic, min(sent_at) AS since, array_agg(replay_id) AS replay_ids FROM (
      SELECT topic, sent_at, replay_id, row_number() OVER (PARTITION BY topic ORDER BY sent_at) AS n
      FROM operation_items WHERE state = 'verifying' AND verify_stage = 'delivery' AND sent_at IS NOT NULL
    ) AS waiting WHERE n <= ${limit} GROUP BY topic ORDER BY topic`)
  return rows.map((r) => ({ topic: r.topic, since: new Date(r.since), replayIds: r.replay_ids }))
}
