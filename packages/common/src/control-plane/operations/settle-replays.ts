import { sql } from 'drizzle-orm'
import { type FailureStage, failureStages } from '../../contract/failure-code.ts'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import { repeatOnConflict } from '../repeat-on-conflict.ts'
import { toJsonParameter } from '../to-json-parameter.ts'

/** A replayed message that was seen to pass a stage. */
export type ReplayProof = {
  messageId: string
  replayId: string
  /** Where the proof knows it (RAW does not; a replay id belongs to one attempt anyway). */
  attempt?: number
}

/**
 * Resolves the replays that are proven to have passed `stage`: items that had failed at that stage or before it, for the attempt that was
 * seen only. Proof of an older attempt, of a message that has come back since, or told twice, changes nothing. Returns how many were resolved.
 */
export async function settleReplays(
  db: Database,
  stage: FailureStage,
  proofs: readonly ReplayProof[],
): Promise<number> {
  if (proofs.length === 0) return 0
  const reached = failureStages.slice(0, failureStages.indexOf(stage) + 1)
  const rows = toJsonParameter(
    proofs.map((p) => ({ message_id: p.messageId, replay_id: p.replayId, attempt: p.attempt ?? null })),
  )
  return repeatOnConflict(() =>
    db.transaction(async (tx) => {
      // The same order of locks as the worker and the recorder of returns: operations, then the version, then rows.
      await tx.execute(sql`
        SELECT 1 FROM operations WHERE id IN (
          SELECT operation_id FROM operation_items
          WHERE replay_id = ANY (${sql.param(proofs.map((p) => p.replayId))}::text[]) AND state IN ('sending', 'verifying'))
        ORDER BY id FOR UPDATE`)
      const version = await bumpVersion(tx, 'dead_letters')
      const { rows: settled } = await tx.execute<{ resolved: number }>(sql`
        WITH proofs AS (
          SELECT DISTINCT * FROM jsonb_to_recordset(${rows}::jsonb) AS p (message_id text, replay_id text, attempt int)
        ), items AS (
          UPDATE operation_items i SET state = 'done', outcome = 'resolved', settled_at = now()
          FROM proofs p, dead_letters d
          WHERE i.replay_id = p.replay_id AND i.attempt = coalesce(p.attempt, i.attempt) AND i.state IN ('sending', 'verifying')
            AND i.verify_stage = ANY (${sql.param(reached)}::text[])
            AND d.id = i.dead_letter_id AND d.message_id = p.message_id
          RETURNING i.dead_letter_id, i.operation_id, i.attempt
        ), letters AS (
          UPDATE dead_letters d SET status = 'resolved', status_changed_at = now(), verify_until = NULL, changed_seq = ${version}
          FROM items i WHERE d.id = i.dead_letter_id AND d.attempt = i.attempt AND d.status IN ('in_operation', 'verifying')
        ) SELECT count(*)::int AS resolved FROM items`)
      const resolved = settled[0]?.resolved ?? 0
      if (resolved > 0) await bumpVersion(tx, 'operations')
      return resolved
    }),
  )
}
