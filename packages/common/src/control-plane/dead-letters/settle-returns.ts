import { sql } from 'drizzle-orm'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import { toJsonParameter } from '../to-json-parameter.ts'
import type { DescribedFailure } from './describe-failure.ts'

/** Items of running operations whose message came back: `returned`, for the attempt that came back only. */
export async function settleReturns(
  tx: Pick<Database, 'execute' | 'insert'>,
  events: readonly DescribedFailure[],
): Promise<void> {
  const replayed = events.flatMap(({ id, report }) =>
    report.replayId === null
      ? []
      : [{ id, replay_id: report.replayId, attempt: report.attempt, code: report.code }],
  )
  if (replayed.length === 0) return
  const { rowCount } = await tx.execute(sql`
    UPDATE operation_items i SET state = 'done', outcome = 'returned', detail = r.code, settled_at = now()
    FROM jsonb_to_recordset(${toJsonParameter(replayed)}::jsonb) AS r (id text, replay_id text, attempt int, code text)
    WHERE i.replay_id = r.replay_id AND i.dead_letter_id = r.id AND i.attempt = r.attempt
      AND i.state IN ('sending', 'verifying') AND i.outcome IS NULL`)
  if ((rowCount ?? 0) > 0) await bumpVersion(tx, 'operations')
}
