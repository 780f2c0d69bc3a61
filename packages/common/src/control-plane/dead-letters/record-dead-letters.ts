import { sql } from 'drizzle-orm'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import { repeatOnConflict } from '../repeat-on-conflict.ts'
import { toJsonParameter } from '../to-json-parameter.ts'
import { type DescribedFailure, describeFailure } from './describe-failure.ts'
import type { FailureReport } from './failure-report.ts'
import { type GatheredLetter, gatherFailures } from './gather-failures.ts'
import { insertEvents } from './insert-events.ts'
import { settleReturns } from './settle-returns.ts'
import { upsertBodies } from './upsert-bodies.ts'
import { addToCounts, addToGroups } from './upsert-groups.ts'

export type RecordResult = {
  /** Events written now. */
  recorded: number
  /** Events that were there already: a delivery came twice. */
  duplicates: number
  /** Dead letters that had left the open ones and came back. */
  returned: string[]
}

/**
 * Writes a batch of failures in one transaction: rows, bodies, events, groups and counts, or nothing. Any number of
 * deliveries in any order gives the same tables. A report older than its row's attempt is kept in the history and
 * changes nothing else; one of the current attempt opens the row again, unless a person discarded it.
 */
export async function recordDeadLetters(
  db: Database,
  reports: readonly FailureReport[],
): Promise<RecordResult> {
  const described = new Map(reports.map((report) => describeFailure(report)).map((d) => [d.eventId, d]))
  if (described.size === 0) return { recorded: 0, duplicates: 0, returned: [] }
  return repeatOnConflict(() =>
    db.transaction(async (tx) => {
      const replayed = [...described.values()].flatMap((d) => (d.report.replayId === null ? [] : [d.id]))
      await lockOperations(tx, replayed)
      const sequence = await bumpVersion(tx, 'dead_letters')
      const events = await dropKnown(tx, described)
      const duplicates = reports.length - events.length
      if (events.length === 0) return { recorded: 0, duplicates, returned: [] }
      const { letters, groups, counts } = gatherFailures(events)
      const changed = await upsertLetters(tx, letters, sequence)
      await upsertBodies(
        tx,
        letters.filter(({ head }) => changed.get(head.id)?.isHead),
      )
      await insertEvents(tx, events)
      await addToGroups(tx, groups)
      await addToCounts(tx, counts)
      const returned = [...changed].flatMap(([id, c]) => (c.isReturned ? [id] : []))
      await settleReturns(tx, events)
      return { recorded: events.length, duplicates, returned }
    }),
  )
}

/** An operation's worker locks its operation before the version; taking them in the same order, neither waits for the other in a circle. */
async function lockOperations(tx: Pick<Database, 'execute'>, deadLetterIds: string[]): Promise<void> {
  if (deadLetterIds.length === 0) return
  await tx.execute(sql`
    SELECT 1 FROM operations WHERE id IN (
      SELECT operation_id FROM operation_items
      WHERE dead_letter_id = ANY (${sql.param(deadLetterIds)}::text[]) AND outcome IS NULL)
    ORDER BY id FOR UPDATE`)
}

/** Safe because every recorder holds the version's lock: nobody else adds events meanwhile. */
async function dropKnown(
  tx: Pick<Database, 'execute'>,
  described: ReadonlyMap<string, DescribedFailure>,
): Promise<DescribedFailure[]> {
  const { rows } = await tx.execute<{ id: string }>(
    sql`SELECT id FROM dead_letter_events WHERE id = ANY (${sql.param([...described.keys()])}::text[])`,
  )
  const known = new Set(rows.map((r) => r.id))
  return [...described.values()].filter((d) => !known.has(d.eventId))
}

type Changed = { isHead: boolean; isReturned: boolean }

async function upsertLetters(
  tx: Pick<Database, 'execute'>,
  letters: readonly GatheredLetter[],
  sequence: number,
): Promise<Map<string, Changed>> {
  const rows = toJsonParameter(letters.map(toRow))
  const result = await tx.execute<{
    id: string
    head_event_id: string
    was: string | null
    status: string
  }>(sql`
    WITH given AS (
      SELECT * FROM jsonb_to_recordset(${rows}::jsonb) AS g (
        id text, topic text, owner text, message_id text, attempt int, failures int, stage text, code text, class text,
        fingerprint text, error_message text, head_attempt int, head_at timestamptz, head_event_id text,
        first_failed_at timestamptz, last_failed_at timestamptz, publish_time timestamptz, first_received_at timestamptz,
        edit_revision int, origin_arn text, idempotency_key text, attributes jsonb, lineage jsonb, size_bytes int,
        preview text, replay_id text)
    ), before AS (
      SELECT d.id, d.status FROM dead_letters d JOIN given USING (id)
    ), upserted AS (
      INSERT INTO dead_letters AS d (id, topic, owner, message_id, status, status_changed_at, attempt, failures, stage, code, class,
        fingerprint, error_message, head_attempt, head_at, head_event_id, first_failed_at, last_failed_at, publish_time,
        first_received_at, edit_revision, origin_arn, idempotency_key, attributes, lineage, size_bytes, preview, replay_id,
        index_seq, changed_seq)
      SELECT g.id, g.topic, coalesce(t.owner, 'unknown'), g.message_id, 'open', now(), g.attempt, g.failures, g.stage, g.code,
        g.class, g.fingerprint, g.error_message, g.head_attempt, g.head_at, g.head_event_id, g.first_failed_at,
        g.last_failed_at, g.publish_time, g.first_received_at, g.edit_revision, g.origin_arn, g.idempotency_key,
        g.attributes, g.lineage, g.size_bytes, g.preview, g.replay_id, ${sequence}, ${sequence}
      FROM given g LEFT JOIN topics t USING (topic)
      ORDER BY g.id
      ON CONFLICT (id) DO UPDATE SET
        status = CASE WHEN ${opens} THEN 'open' ELSE d.status END,
        status_changed_at = CASE WHEN ${opens} THEN now() ELSE d.status_changed_at END,
        index_seq = CASE WHEN ${opens} THEN excluded.index_seq ELSE d.index_seq END,
        operation_id = CASE WHEN ${opens} THEN NULL ELSE d.operation_id END,
        verify_stage = CASE WHEN ${opens} THEN NULL ELSE d.verify_stage END,
        verify_until = CASE WHEN ${opens} THEN NULL ELSE d.verify_until END,
        discard_reason = CASE WHEN ${opens} THEN NULL ELSE d.discard_reason END,
        restorable_until = CASE WHEN ${opens} THEN NULL ELSE d.restorable_until END,
        attempt = greatest(d.attempt, excluded.attempt),
        replay_id = CASE WHEN excluded.attempt > d.attempt THEN excluded.replay_id ELSE d.replay_id END,
        edit_revision = greatest(d.edit_revision, excluded.edit_revision),
        failures = d.failures + excluded.failures,
        first_failed_at = least(d.first_failed_at, excluded.first_failed_at),
        last_failed_at = greatest(d.last_failed_at, excluded.last_failed_at),
        first_received_at = least(d.first_received_at, excluded.first_received_at),
        changed_seq = excluded.changed_seq,
        ${sql.join(headColumns.map(takenFromHead), sql`, `)}
      RETURNING d.id, d.head_event_id, d.status
    )
    SELECT u.id, u.head_event_id, u.status, b.status AS was FROM upserted u LEFT JOIN before b USING (id)`)
  const heads = new Map(letters.map(({ head }) => [head.id, head.eventId]))
  return new Map(
    result.rows.map((r) => [
      r.id,
      {
        isHead: heads.get(r.id) === r.head_event_id,
        isReturned: r.status === 'open' && r.was !== null && r.was !== 'open',
      },
    ]),
  )
}

/** A person's discard holds for the attempt they saw; a later attempt that fails is news. */
const opens = sql`(d.status <> 'open' AND (excluded.attempt > d.attempt
  OR (excluded.attempt = d.attempt AND d.status <> 'discarded')))`

const isNewHead = sql`(excluded.head_attempt, excluded.head_at, excluded.head_event_id)
  > (d.head_attempt, d.head_at, d.head_event_id)`

/** What the row says is what its newest failure said. */
const headColumns = [
  'stage',
  'code',
  'class',
  'fingerprint',
  'error_message',
  'publish_time',
  'origin_arn',
  'idempotency_key',
  'attributes',
  'lineage',
  'size_bytes',
  'preview',
  'head_attempt',
  'head_at',
  'head_event_id',
]

const takenFromHead = (column: string) =>
  sql`${sql.raw(column)} = CASE WHEN ${isNewHead} THEN ${sql.raw(`excluded.${column}`)} ELSE ${sql.raw(`d.${column}`)} END`

function toRow({ head, ...letter }: GatheredLetter) {
  const { report } = head
  return {
    id: head.id,
    topic: report.topic,
    message_id: report.messageId,
    attempt: letter.attempt,
    failures: letter.failures,
    stage: report.stage,
    code: report.code,
    class: head.class,
    fingerprint: head.fingerprint,
    error_message: head.errorMessage,
    head_attempt: report.attempt,
    head_at: report.occurredAt,
    head_event_id: head.eventId,
    first_failed_at: letter.firstFailedAt,
    last_failed_at: letter.lastFailedAt,
    publish_time: report.publishTime,
    first_received_at: report.firstReceivedAt,
    edit_revision: report.editRevision,
    origin_arn: report.originArn,
    idempotency_key: report.idempotencyKey,
    attributes: report.attributes,
    lineage: report.lineage,
    size_bytes: head.body.sizeBytes,
    preview: head.body.preview,
    replay_id: report.replayId,
  }
}
