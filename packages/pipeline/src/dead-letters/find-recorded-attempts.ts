import type { Database } from '@lean-ops/common/control-plane/connect'
import { sql } from 'drizzle-orm'

/** What the processor reported of a topic in a while. */
export type RecordedAttempts = {
  /** Messages it took up, whatever became of them. */
  attempts: number
  /** The code that failed most, or null when nothing did. */
  mostFrequentCode: string | null
}

/** For messages that SQS moved by itself: did any processor work on their topic since they were sent, and what failed? */
export async function findRecordedAttempts(
  db: Pick<Database, 'execute'>,
  since: ReadonlyMap<string, Date>,
): Promise<Map<string, RecordedAttempts>> {
  if (since.size === 0) return new Map()
  const asked = JSON.stringify([...since].map(([topic, at]) => ({ topic, at })))
  const { rows } = await db.execute<{ topic: string; attempts: string; code: string | null }>(sql`
    SELECT a.topic,
      (SELECT coalesce(sum(attempts + attempts_replayed), 0) FROM topic_rates r
        WHERE r.topic = a.topic AND r.minute >= date_trunc('minute', a.at)) AS attempts,
      (SELECT f.code FROM topic_rate_failures f
        WHERE f.topic = a.topic AND f.minute >= date_trunc('minute', a.at)
        GROUP BY f.code ORDER BY sum(f.failures + f.failures_replayed) DESC, f.code LIMIT 1) AS code
    FROM jsonb_to_recordset(${asked}::jsonb) AS a (topic text, at timestamptz)`)
  return new Map(rows.map((r) => [r.topic, { attempts: Number(r.attempts), mostFrequentCode: r.code }]))
}
