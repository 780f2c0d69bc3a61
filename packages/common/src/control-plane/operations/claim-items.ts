import { sql } from 'drizzle-orm'
import type { FailureStage } from '../../contract/failure-code.ts'
import type { TypedAttributes } from '../../messages/message-attributes.ts'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import { repeatOnConflict } from '../repeat-on-conflict.ts'
import { type BodyRow, toBodyPlace } from './list-selected.ts'
import { mayStillAct } from './operation-authority.ts'
import { requireLease } from './require-lease.ts'
import { verifyDeadline } from './verify-deadline.ts'

/** One claimed item with all that is needed to send its message again. */
export type ClaimedItem = {
  deadLetterId: string
  topic: string
  messageId: string
  publishTime: string | null
  firstReceivedAt: string | null
  editRevision: number
  originArn: string | null
  attributes: TypedAttributes
  stage: FailureStage
  code: string
  attempt: number
  replayId: string
  /** Undefined when the index has no body at all. */
  body: BodyPlace | undefined
}

export type BodyPlace = {
  inline: Buffer | undefined
  bucket: string | undefined
  key: string | undefined
  offset: number | undefined
  length: number | undefined
  /** Object that holds the body alone. */
  objectKey: string | undefined
  sha256: string
}

/**
 * Claims the next page in order of index sequence and marks it "being sent" before anything is sent. Its dead letters are `verifying` from
 * here on: each of the many indexes of that table is then written once per send and not twice. Items that an earlier worker had
 * claimed and not recorded come first: they keep their replay id, so what was sent twice collapses downstream.
 * Items that are no longer replayable, or whose topic's owner is not one the author may act for, end here as skipped. Topics of `blocked_topics` are passed over.
 * Throws CONFLICT when the lease is lost.
 */
export async function claimItems(
  db: Database,
  request: { operationId: string; token: number; limit: number },
): Promise<ClaimedItem[]> {
  const { operationId, token, limit } = request
  return repeatOnConflict(() =>
    db.transaction(async (tx) => {
      await requireLease(tx, operationId, token)
      const version = await bumpVersion(tx, 'dead_letters')
      const { rows } = await tx.execute<Row>(sql`
      WITH page AS (
        SELECT i.dead_letter_id FROM operation_items i
        WHERE i.operation_id = ${operationId}
          AND (i.state = 'pending' OR (i.state = 'sending' AND i.fencing_token < ${token}))
          AND NOT EXISTS (SELECT 1 FROM blocked_topics b WHERE b.topic = i.topic)
        ORDER BY i.state DESC, i.sequence, i.dead_letter_id
        LIMIT ${limit} FOR UPDATE SKIP LOCKED
      ), letters AS (
        SELECT d.*, ${mayStillAct(sql`o.authority`)} AS may_act, ${mayStillAct(sql`o.authority`)} AND (d.status IN ('open', 'unverified')
            OR (d.operation_id = ${operationId} AND d.status IN ('in_operation', 'verifying'))) AS is_free
        FROM dead_letters d JOIN page ON page.dead_letter_id = d.id JOIN operations o ON o.id = ${operationId} ORDER BY d.id FOR UPDATE OF d
      ), claimed AS (
        UPDATE dead_letters d SET
          status = 'verifying', status_changed_at = now(), operation_id = ${operationId}, verify_stage = d.stage,
          verify_until = now() + make_interval(secs => ${verifyDeadline(sql`d.stage`)}),
          attempt = CASE WHEN l.operation_id = ${operationId} AND l.status <> 'open' THEN d.attempt ELSE d.attempt + 1 END,
          replay_id = ${replayIdOf('d.id', operationId)}, changed_seq = ${version}
        FROM letters l WHERE d.id = l.id AND l.is_free RETURNING d.id, d.attempt
      ), items AS (
        UPDATE operation_items i SET
          state = CASE WHEN l.is_free THEN 'sending' ELSE 'done' END,
          outcome = CASE WHEN l.is_free THEN NULL ELSE 'skipped' END,
          reason = CASE WHEN l.is_free THEN NULL WHEN NOT l.may_act THEN 'permission' ELSE 'no_longer_open' END,
          settled_at = CASE WHEN l.is_free THEN NULL ELSE now() END,
          fencing_token = ${token}, claimed_at = now(), attempt = c.attempt, verify_stage = l.stage,
          sends = i.sends + CASE WHEN l.is_free THEN 1 ELSE 0 END,
          replay_id = CASE WHEN l.is_free THEN ${replayIdOf('i.dead_letter_id', operationId)} END
        FROM letters l LEFT JOIN claimed c USING (id)
        WHERE i.operation_id = ${operationId} AND i.dead_letter_id = l.id
        RETURNING i.dead_letter_id, i.state, i.sequence, i.attempt, i.replay_id
      )
      SELECT i.attempt, i.replay_id, l.id, l.topic, l.message_id, l.edit_revision, l.origin_arn, l.attributes, l.stage, l.code,
        to_char(l.publish_time AT TIME ZONE 'UTC', ${isoFormat}) AS publish_time,
        to_char(l.first_received_at AT TIME ZONE 'UTC', ${isoFormat}) AS first_received_at, l.lineage,
        b.inline, b.archive_bucket, b.archive_key, b.archive_offset, b.archive_length, b.object_key, b.sha256, b.kind
      FROM items i JOIN letters l ON l.id = i.dead_letter_id LEFT JOIN dead_letter_bodies b ON b.dead_letter_id = l.id
      WHERE i.state = 'sending' ORDER BY i.sequence, l.id`)
      return rows.map(toClaimedItem)
    }),
  )
}

const isoFormat = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'

/** Deterministic, so that whoever sends this item again sends the same id. */
const replayIdOf = (column: string, operationId: string) =>
  sql`left(encode(sha256(convert_to(${operationId}::text || ':' || ${sql.raw(column)}, 'UTF8')), 'hex'), 32)`

type Row = BodyRow & {
  id: string
  topic: string
  message_id: string
  publish_time: string | null
  first_received_at: string | null
  edit_revision: number
  origin_arn: string | null
  attributes: TypedAttributes
  stage: FailureStage
  code: string
  attempt: number
  replay_id: string
}

const toClaimedItem = (row: Row): ClaimedItem => ({
  deadLetterId: row.id,
  topic: row.topic,
  messageId: row.message_id,
  publishTime: row.publish_time,
  firstReceivedAt: row.first_received_at,
  editRevision: row.edit_revision,
  originArn: row.origin_arn,
  attributes: row.attributes,
  stage: row.stage,
  code: row.code,
  attempt: row.attempt,
  replayId: row.replay_id,
  body: toBodyPlace(row),
})
