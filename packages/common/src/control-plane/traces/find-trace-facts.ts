import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'
import type { OwnerScope } from '../dead-letters/filter-to-sql.ts'

/** A dead letter as a trail begins with it. */
export type TraceLetter = {
  id: string
  topic: string
  messageId: string
  status: string
  stage: string
  code: string
  lastFailedAt: Date
  firstFailedAt: Date
}

const lettersMax = 20

/** Dead letters that an id may mean: its own, a message's, a replay's, or, asked for so, a business key's. */
export async function findTraceLetters(
  db: Pick<Database, 'execute'>,
  request: { id: string; by: 'id' | 'key'; topic?: string | undefined; owners: OwnerScope },
): Promise<TraceLetter[]> {
  const { id, by, topic, owners } = request
  const matches =
    by === 'key'
      ? sql`d.idempotency_key = ${id}`
      : sql`(d.id = ${id} OR d.message_id = ${id} OR d.replay_id = ${id})`
  const { rows } = await db.execute<
    Omit<TraceLetter, 'lastFailedAt' | 'firstFailedAt'> & { last: Date; first: Date }
  >(sql`
    SELECT d.id, d.topic, d.message_id AS "messageId", d.status, d.stage, d.code, d.last_failed_at AS last, d.first_failed_at AS first
    FROM dead_letters d WHERE ${matches}
      ${topic === undefined ? sql`` : sql`AND d.topic = ${topic}`}
      ${owners === '*' ? sql`` : sql`AND d.owner = ANY (${sql.param([...owners])}::text[])`}
    ORDER BY d.last_failed_at DESC LIMIT ${lettersMax}`)
  return rows.map(({ last, first, ...row }) => ({
    ...row,
    lastFailedAt: new Date(last),
    firstFailedAt: new Date(first),
  }))
}

export type TraceFacts = {
  curated: { passSeq: number; sourceSnapshotId: string | null; updatedAt: Date } | null
  semantic: {
    passSeq: number
    sourceSeq: number | null
    headSnapshotId: string | null
    updatedAt: Date
  } | null
  isGateOpen: boolean
  snowflake: { state: string; expected: string | null; seen: string | null; collectedAt: Date | null } | null
  waiting: { visible: number | null; collectedAt: Date | null }
}

/** What the control plane knows of a topic's layers, for the later stages of a trail: one query. */
export async function findTraceFacts(db: Pick<Database, 'execute'>, topic: string): Promise<TraceFacts> {
  const { rows } = await db.execute<Row>(sql`
    SELECT c.pass_seq AS c_seq, c.source_snapshot_id::text AS c_source, c.updated_at AS c_at,
      s.pass_seq AS s_seq, s.source_seq AS s_source, s.head_snapshot_id::text AS s_head, s.updated_at AS s_at,
      coalesce(jsonb_array_length(v.model -> 'columns') > 0, false) AS is_gate_open,
      f.state AS f_state, f.expected_snapshot_id::text AS f_expected, f.seen_snapshot_id::text AS f_seen, f.collected_at AS f_at,
      q.queue_visible, q.queue_collected_at
    FROM (SELECT ${topic}::text AS topic) AS t
    LEFT JOIN checkpoints c ON c.topic = t.topic AND c.layer = 'curated'
    LEFT JOIN checkpoints s ON s.topic = t.topic AND s.layer = 'semantic'
    LEFT JOIN contract_versions v ON v.topic = t.topic AND v.state IN ('active', 'ahead_of_git')
    LEFT JOIN snowflake_tables f ON f.topic = t.topic
    LEFT JOIN topic_status q ON q.topic = t.topic`)
  const row = rows[0]
  const date = (at: Date | null | undefined): Date => new Date(at ?? 0)
  return {
    curated: row?.c_seq
      ? { passSeq: Number(row.c_seq), sourceSnapshotId: row.c_source, updatedAt: date(row.c_at) }
      : null,
    semantic: row?.s_seq
      ? {
          passSeq: Number(row.s_seq),
          sourceSeq: row.s_source === null ? null : Number(row.s_source),
          headSnapshotId: row.s_head,
          updatedAt: date(row.s_at),
        }
      : null,
    isGateOpen: row?.is_gate_open ?? false,
    snowflake: row?.f_state
      ? { state: row.f_state, expected: row.f_expected, seen: row.f_seen, collectedAt: row.f_at }
      : null,
    waiting: { visible: row?.queue_visible ?? null, collectedAt: row?.queue_collected_at ?? null },
  }
}

type Row = {
  c_seq: string | null
  c_source: string | null
  c_at: Date | null
  s_seq: string | null
  s_source: string | null
  s_head: string | null
  s_at: Date | null
  is_gate_open: boolean
  f_state: string | null
  f_expected: string | null
  f_seen: string | null
  f_at: Date | null
  queue_visible: number | null
  queue_collected_at: Date | null
}
