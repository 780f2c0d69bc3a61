import type { Database } from '@lean-ops/common/control-plane/connect'
import { sql } from 'drizzle-orm'
import { failAll, type Reading } from './reading.ts'

export type DeadLetterCount = { open: number; lastAt: Date | null }

/** Open dead letters and the newest failure of every topic, from the pre-counted table and one index look-up each. */
export async function readDeadLetterCounts(
  deps: { db: Pick<Database, 'execute'>; now: () => Date },
  topics: readonly string[],
): Promise<Reading<DeadLetterCount>[]> {
  try {
    const { rows } = await deps.db.execute<{ topic: string; open: string; last_at: string | null }>(sql`
      SELECT t.topic, coalesce(c.open, 0) AS open, newest.last_failed_at AS last_at
      FROM topics t
      LEFT JOIN (
        SELECT topic, sum(letters) AS open FROM dead_letter_counts WHERE status = 'open' GROUP BY topic
      ) c USING (topic)
      LEFT JOIN LATERAL (
        SELECT last_failed_at FROM dead_letters d WHERE d.topic = t.topic ORDER BY last_failed_at DESC, id DESC LIMIT 1
      ) newest ON true`)
    const byTopic = new Map(rows.map((row) => [row.topic, row]))
    return topics.map((topic) => {
      const row = byTopic.get(topic)
      const lastAt = row?.last_at ? new Date(row.last_at) : null
      return { topic, ok: true, at: deps.now(), value: { open: Number(row?.open ?? 0), lastAt } }
    })
  } catch (fault) {
    return failAll(topics, deps.now(), fault)
  }
}
