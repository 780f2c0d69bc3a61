import { type SQL, sql } from 'drizzle-orm'
import type { FailureStage } from '../../contract/failure-code.ts'
import type { OperationStage } from '../../contract/operation.ts'
import type { TypedAttributes } from '../../messages/message-attributes.ts'
import type { Answer } from '../in-one-flight.ts'
import { type BodyRow, toBodyPlace } from './list-selected.ts'
import { mayStillAct } from './operation-authority.ts'
import { verifyDeadline } from './verify-deadline.ts'

/** One claimed item with all that is needed to send its message again. */
export type ClaimedItem = {
  deadLetterId: string
  sequence: string
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

/** `version`: the sequence of this transaction, taken for `dead_letters` beforehand: whoever has it is alone in changing dead letters. */
type Request = ClaimRequest & { operationId: string; token: number; version: SQL }

export type ClaimRequest = {
  stage: OperationStage
  limit: number
  /**
   * `abandoned`: what an earlier worker had claimed and not recorded; it keeps its replay id, so what was sent twice collapses downstream.
   * A place: pending items behind it, so that the bulk is not looked for among what has been sent. Undefined: pending items from the start.
   */
  from: 'abandoned' | ItemPlace | undefined
}

/** Where an item stands in the order in which the bulk of an operation is sent. */
export type ItemPlace = { topic: string; sequence: string; deadLetterId: string }

/**
 * A statement that claims the next page and marks it "being sent" before anything is sent. Its dead letters are `verifying` from here on: each of the many
 * indexes of that table is then written once per send and not twice. Items that are no longer replayable, or whose topic's owner is not one
 * the author may act for, end here as skipped. Topics of `blocked_topics` are passed over; nothing
 * is claimed for an operation that somebody has paused or cancelled, or under the hold of all. Part of a transaction under the lease.
 */
export function claimItems(request: Request): SQL {
  const { operationId, token, version } = request
  return sql`
    WITH page AS (
      ${pageOf(request)}
    ), claimed AS (
      UPDATE dead_letters d SET
        status = 'verifying', status_changed_at = now(), operation_id = ${operationId}, verify_stage = d.stage,
        verify_until = now() + make_interval(secs => ${verifyDeadline(sql`d.stage`)}),
        attempt = CASE WHEN d.operation_id = ${operationId} AND d.status <> 'open' THEN d.attempt ELSE d.attempt + 1 END,
        replay_id = ${replayIdOf('d.id', operationId)}, changed_seq = ${version}
      FROM page, operations o
      WHERE d.id = page.id AND o.id = ${operationId} AND ${mayStillAct(sql`o.authority`)}
        AND CASE WHEN d.operation_id = o.id THEN d.status IN ('open', 'unverified', 'in_operation', 'verifying') ELSE d.status IN ('open', 'unverified') END
      RETURNING d.id, page.sequence, d.topic, d.message_id, d.publish_time, d.first_received_at, d.edit_revision, d.origin_arn, d.attributes,
        d.stage, d.code, d.attempt, d.replay_id
    ), items AS (
      UPDATE operation_items i SET
        state = 'sending', fencing_token = ${token}, claimed_at = now(), attempt = c.attempt, verify_stage = c.stage,
        sends = i.sends + 1, replay_id = c.replay_id
      FROM claimed c WHERE i.operation_id = ${operationId} AND i.dead_letter_id = c.id
    ), refused AS (
      UPDATE operation_items i SET
        state = 'done', outcome = 'skipped', settled_at = now(), fencing_token = ${token}, claimed_at = now(),
        reason = coalesce((SELECT 'permission' FROM dead_letters d, operations o
          WHERE d.id = i.dead_letter_id AND o.id = i.operation_id AND NOT ${mayStillAct(sql`o.authority`)}), 'no_longer_open')
      FROM page WHERE i.operation_id = ${operationId} AND i.dead_letter_id = page.id AND page.id NOT IN (SELECT id FROM claimed)
    )
    SELECT c.attempt, c.replay_id, c.id, c.sequence, c.topic, c.message_id, c.edit_revision, c.origin_arn, c.attributes, c.stage, c.code,
      to_char(c.publish_time AT TIME ZONE 'UTC', ${isoFormat}) AS publish_time,
      to_char(c.first_received_at AT TIME ZONE 'UTC', ${isoFormat}) AS first_received_at,
      b.inline, b.archive_bucket, b.archive_key, b.archive_offset, b.archive_length, b.object_key, b.sha256, b.kind
    FROM claimed c LEFT JOIN dead_letter_bodies b ON b.dead_letter_id = c.id
    ORDER BY c.topic, c.sequence, c.id`
}

/** What that statement answers. */
export const claimedItems = ({ rows }: Answer): ClaimedItem[] => (rows as Row[]).map(toClaimedItem)

function pageOf({ operationId, token, stage, limit, from }: Request): SQL {
  if (from === 'abandoned') return abandoned(operationId, token, limit)
  return stage === 'full' ? nextByTopic(operationId, limit, from) : nextByAge(operationId, limit)
}

const abandoned = (operationId: string, token: number, limit: number): SQL => sql`
  SELECT i.dead_letter_id AS id, i.sequence FROM operation_items i
  WHERE ${maySend(operationId)} AND i.operation_id = ${operationId} AND i.state = 'sending' AND i.fencing_token < ${token}
    AND NOT EXISTS (SELECT 1 FROM blocked_topics b WHERE b.topic = i.topic)
  ORDER BY i.topic, i.sequence, i.dead_letter_id LIMIT ${limit} FOR UPDATE OF i SKIP LOCKED`

/** A probe takes the oldest of all topics. */
const nextByAge = (operationId: string, limit: number): SQL => sql`
  SELECT i.dead_letter_id AS id, i.sequence FROM operation_items i
  WHERE ${maySend(operationId)} AND i.operation_id = ${operationId} AND i.state = 'pending'
    AND NOT EXISTS (SELECT 1 FROM blocked_topics b WHERE b.topic = i.topic)
  ORDER BY i.sequence, i.dead_letter_id LIMIT ${limit} FOR UPDATE OF i SKIP LOCKED`

/** The bulk goes topic by topic: whole batches for each queue; a blocked topic with many messages costs one look, not a walk past all of them. */
const nextByTopic = (operationId: string, limit: number, after: ItemPlace | undefined): SQL => sql`
  SELECT i.id, i.sequence FROM (
    SELECT * FROM (
      SELECT unnest(topics) COLLATE "C" AS topic FROM operations WHERE id = ${operationId}
      EXCEPT SELECT topic FROM blocked_topics
    ) AS free WHERE ${maySend(operationId)} AND topic >= ${after?.topic ?? ''} ORDER BY topic
  ) AS t CROSS JOIN LATERAL (
    SELECT n.dead_letter_id AS id, n.sequence FROM operation_items n
    WHERE n.operation_id = ${operationId} AND n.state = 'pending' AND n.topic = t.topic
      AND (n.sequence, n.dead_letter_id) > (
        CASE WHEN t.topic = ${after?.topic ?? ''} THEN ${after?.sequence ?? '-1'}::bigint ELSE -1 END,
        CASE WHEN t.topic = ${after?.topic ?? ''} THEN ${after?.deadLetterId ?? ''} ELSE '' END COLLATE "C")
    ORDER BY n.sequence, n.dead_letter_id LIMIT ${limit} FOR UPDATE OF n SKIP LOCKED
  ) AS i LIMIT ${limit}`

/** Asked under the lock of the operation's row: a pause, a cancellation or a hold is obeyed by every claim that comes after it. */
const maySend = (operationId: string): SQL => sql`
  (SELECT state NOT IN ('paused', 'cancelling') FROM operations WHERE id = ${operationId})
  AND NOT EXISTS (SELECT 1 FROM hold WHERE is_held AND (until IS NULL OR until > now()))`

const isoFormat = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'

/** Deterministic, so that whoever sends this item again sends the same id. */
const replayIdOf = (column: string, operationId: string) =>
  sql`left(encode(sha256(convert_to(${operationId}::text || ':' || ${sql.raw(column)}, 'UTF8')), 'hex'), 32)`

type Row = BodyRow & {
  id: string
  sequence: string
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
  sequence: row.sequence,
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
