import type pg from 'pg'

const operations = 24
const itemsEach = 40

/** Of version 4 by its digits: the API takes no id for one that is not. */
const uuidOf = (noun: 'operation' | 'plan'): string =>
  `overlay(overlay(md5('${noun}' || n || $1::bigint) placing '4' from 13) placing '8' from 17)::uuid`

/** Finished discards and replays over seeded rows, with their items and audit lines: lists and histories have something to show. */
export async function seedOperations(client: pg.ClientBase, seed: number): Promise<void> {
  await client.query(
    `INSERT INTO operations (id, plan_id, kind, title, topics, state, stage, parameters, selection, as_of, reason, actor, created_at, started_at, finished_at)
     SELECT ${uuidOf('operation')}, ${uuidOf('plan')}, kind, initcap(kind) || ' of seeded messages', '{}',
       'completed', 'full', jsonb_build_object('kind', kind), jsonb_build_object('by', 'ids', 'ids', '[]'::jsonb), 1, 'seeded',
       '{"kind":"user","id":"ana","name":"Ana"}', at, at + interval '5 seconds', at + interval '2 minutes'
     FROM (SELECT n, (ARRAY['replay', 'discard'])[1 + n % 2] AS kind, now() - n * interval '7 hours' AS at
       FROM generate_series(1, ${operations}) AS n) AS o`,
    [seed],
  )
  await client.query(
    `INSERT INTO operation_items (operation_id, dead_letter_id, topic, sequence, state, outcome, replay_id, attempt, verify_stage, sends, sent_at, settled_at)
     SELECT o.id, d.id, d.topic, d.index_seq, 'done', 'resolved', left(md5(o.id::text || d.id), 32), d.attempt, d.stage, 1, o.started_at, o.finished_at
     FROM (SELECT *, row_number() OVER (PARTITION BY kind ORDER BY created_at) - 1 AS n FROM operations) AS o
     CROSS JOIN LATERAL (
       SELECT id, topic, index_seq, attempt, stage FROM dead_letters
       WHERE status = CASE o.kind WHEN 'replay' THEN 'resolved' ELSE 'discarded' END
       ORDER BY id OFFSET o.n * ${itemsEach} LIMIT ${itemsEach}
     ) AS d`,
  )
  await client.query(
    `INSERT INTO audit_log (at, actor_kind, actor_id, action, target_kind, target_id, operation_id, reason, details)
     SELECT created_at, 'user', 'ana', kind || '.create', 'operation', id::text, id, reason, jsonb_build_object('count', total)
     FROM operations ORDER BY created_at`,
  )
}
