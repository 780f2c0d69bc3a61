import { sql } from 'drizzle-orm'
import { type FailureStage, failureStages } from '../../contract/failure-code.ts'
import { deadLetterId } from '../../messages/dead-letter-id.ts'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import { repeatOnConflict } from '../repeat-on-conflict.ts'
import { toJsonParameter } from '../to-json-parameter.ts'

/** Proof that one replayed message passed a stage. */
export type Confirmation = {
  topic: string
  messageId: string
  replayId: string
  /** Where the proof knows it. RAW does not; a replay id is sent under one attempt only. */
  attempt?: number
}

/** Rows per transaction: everyone else who changes dead letters waits meanwhile. */
const pageMax = 2_000

/**
 * Resolves replayed messages that were seen at `stage`: those that had failed there or before, and only for the attempt
 * that was seen. Proof of ingest says nothing of a message that had failed at delivery. Repeating it changes nothing.
 * Returns how many dead letters became resolved.
 */
export async function settleReplays(
  db: Database,
  stage: FailureStage,
  confirmations: readonly Confirmation[],
): Promise<number> {
  let resolved = 0
  for (let at = 0; at < confirmations.length; at += pageMax)
    resolved += await settlePage(db, stage, confirmations.slice(at, at + pageMax))
  return resolved
}

async function settlePage(
  db: Database,
  stage: FailureStage,
  confirmations: readonly Confirmation[],
): Promise<number> {
  const rows = toJsonParameter(
    confirmations.map((c) => ({
      id: deadLetterId(c.topic, c.messageId),
      replay_id: c.replayId,
      attempt: c.attempt ?? null,
    })),
  )
  const proven = sql.param(failureStages.slice(0, failureStages.indexOf(stage) + 1))
  const confirmed = sql`jsonb_to_recordset(${rows}::jsonb) AS r (id text, replay_id text, attempt int)`
  return repeatOnConflict(() =>
    db.transaction(async (tx) => {
      // Operations before the version, as their workers do: nobody waits in a circle.
      const { rows: live } = await tx.execute(sql`
        SELECT 1 FROM operations WHERE id IN (
          SELECT i.operation_id FROM operation_items i JOIN ${confirmed} ON i.dead_letter_id = r.id AND r.replay_id = i.replay_id
          WHERE i.state IN ('sending', 'verifying') AND i.outcome IS NULL)
        ORDER BY id FOR UPDATE`)
      const sequence = await bumpVersion(tx, 'dead_letters')
      await tx.execute(sql`
        UPDATE operation_items i SET state = 'done', outcome = 'resolved', settled_at = now()
        FROM ${confirmed}
        WHERE i.replay_id = r.replay_id AND i.dead_letter_id = r.id AND i.attempt = coalesce(r.attempt, i.attempt)
          AND i.state IN ('sending', 'verifying') AND i.outcome IS NULL AND i.verify_stage = ANY (${proven}::text[])`)
      const { rowCount } = await tx.execute(sql`
        UPDATE dead_letters d SET status = 'resolved', status_changed_at = now(), operation_id = NULL, verify_stage = NULL,
          verify_until = NULL, changed_seq = ${sequence}
        FROM ${confirmed}
        WHERE d.id = r.id AND d.attempt = coalesce(r.attempt, d.attempt) AND d.replay_id = r.replay_id
          AND d.status IN ('in_operation', 'verifying', 'unverified')
          AND coalesce(d.verify_stage, d.stage) = ANY (${proven}::text[])`)
      if (live.length > 0) await bumpVersion(tx, 'operations')
      return rowCount ?? 0
    }),
  )
}
