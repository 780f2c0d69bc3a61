import { sql } from 'drizzle-orm'
import { deadLetterId } from '../../messages/dead-letter-id.ts'
import type { Database } from '../connect.ts'
import type { FailureReport } from './failure-report.ts'

/**
 * Attempt of each report, in order, for sources whose records carry the replay id but no attempt. The row knows its newest
 * replay; any other replay id is of an earlier attempt and must not speak for the current one.
 */
export async function findReplayAttempts(
  db: Pick<Database, 'execute'>,
  reports: readonly Pick<FailureReport, 'topic' | 'messageId' | 'replayId'>[],
): Promise<number[]> {
  const ids = reports.flatMap((r) => (r.replayId === null ? [] : [deadLetterId(r.topic, r.messageId)]))
  if (ids.length === 0) return reports.map(() => 0)
  const { rows } = await db.execute<{ id: string; attempt: number; replay_id: string | null }>(
    sql`SELECT id, attempt, replay_id FROM dead_letters WHERE id = ANY (${sql.param(ids)}::text[])`,
  )
  const known = new Map(rows.map((r) => [r.id, r]))
  return reports.map(({ topic, messageId, replayId }) => {
    if (replayId === null) return 0
    const row = known.get(deadLetterId(topic, messageId))
    if (row === undefined) return 1
    return row.replay_id === replayId ? row.attempt : Math.max(0, row.attempt - 1)
  })
}
