import { randomUUID } from 'node:crypto'
import { sha256Hex } from '../../edits/apply-edit.ts'
import { deadLetterId } from '../../messages/dead-letter-id.ts'
import type { TestDatabase } from './test-database.ts'

type Pool = TestDatabase['pool']

export type SeededLetter = { id: string; messageId: string; topic: string; body: string }

/** Open dead letters of stage ingest with inline bodies, written straight into the tables. */
export async function seedDeadLetters(
  pool: Pool,
  letters: readonly { topic: string; body: string; originArn: string; stage?: string; owner?: string }[],
): Promise<SeededLetter[]> {
  const seeded = letters.map((l) => {
    const messageId = `m-${randomUUID()}`
    return {
      id: deadLetterId(l.topic, messageId),
      messageId,
      topic: l.topic,
      body: l.body,
      originArn: l.originArn,
      stage: l.stage ?? 'ingest',
      owner: l.owner ?? 'commerce',
      sha: sha256Hex(l.body),
    }
  })
  await pool.query(
    `INSERT INTO dead_letters (id, topic, owner, message_id, status, status_changed_at, attempt, failures, stage, code, class, fingerprint,
       error_message, head_event_id, head_attempt, head_at, first_failed_at, last_failed_at, publish_time, first_received_at, origin_arn, attributes, size_bytes, preview,
       index_seq, changed_seq)
     SELECT id, topic, owner, "messageId", 'open', now(), 0, 1, stage, 'SINK_THROTTLED', 'transient', 'v1:test', 'slow down', 'e', 0, now(), now(), now(),
       now(), now(), "originArn", '{"color":{"type":"String","value":"red"},"n":{"type":"Number.int","value":"7"},"raw":{"type":"Binary","value":"AAE="}}',
       length(body), '{}', (SELECT version FROM versions WHERE noun = 'dead_letters'), 1
     FROM jsonb_to_recordset($1::jsonb) AS r (id text, topic text, owner text, "messageId" text, body text, "originArn" text, stage text)`,
    [JSON.stringify(seeded)],
  )
  await pool.query(
    `INSERT INTO dead_letter_bodies (dead_letter_id, kind, inline, sha256, size_bytes, search)
     SELECT id, 'json', convert_to(body, 'UTF8'), sha, length(body), '' FROM jsonb_to_recordset($1::jsonb) AS r (id text, body text, sha text)`,
    [JSON.stringify(seeded)],
  )
  return seeded
}

/** A queued operation over the given dead letters, as a confirmed plan leaves it. */
export async function seedOperation(
  pool: Pool,
  ids: readonly string[],
  over: { kind?: string; parameters?: unknown; rate?: number; canary?: number; reason?: string } = {},
): Promise<string> {
  const id = randomUUID()
  await pool.query(
    `INSERT INTO operations (id, plan_id, kind, title, topics, state, stage, parameters, selection, as_of, rate, canary_size, reason, actor, authority)
     VALUES ($1, $2, $3, 'test', ARRAY(SELECT DISTINCT topic FROM dead_letters WHERE id = ANY ($4)), 'queued', 'canary', $5, '{}', 0, $6, $7, $8,
       '{"kind":"user","id":"ana","name":"Ana"}', '{"actOwners":"*","readOwners":"*","unmaskOwners":"*"}')`,
    [
      id,
      randomUUID(),
      over.kind ?? 'replay',
      ids,
      JSON.stringify(over.parameters ?? { kind: over.kind ?? 'replay' }),
      over.rate ?? 5000,
      over.canary ?? 0,
      over.reason ?? 'test',
    ],
  )
  await pool.query(
    `INSERT INTO operation_items (operation_id, dead_letter_id, topic, sequence, state)
     SELECT $1, id, topic, index_seq, 'pending' FROM dead_letters WHERE id = ANY ($2)`,
    [id, ids],
  )
  return id
}
