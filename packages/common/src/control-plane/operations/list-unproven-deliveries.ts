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
      SELECT i.topic, i.sent_at, i.replay_id, row_number() OVER (PARTITION BY i.topic ORDER BY i.sent_at) AS n
      FROM operations o JOIN operation_items i ON i.operation_id = o.id
      WHERE o.verifying > 0 AND i.state = 'verifying' AND i.verify_stage = 'delivery' AND i.sent_at IS NOT NULL
    ) AS waiting WHERE n <= ${limit} GROUP BY topic ORDER BY topic`)
  return rows.map((r) => ({ topic: r.topic, since: new Date(r.since), replayIds: r.replay_ids }))
}
