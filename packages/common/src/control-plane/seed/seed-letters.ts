import type pg from 'pg'
import { seedFailures } from './seed-failures.ts'

const chunkRows = 100_000
const days = 30
/** One message in so many is as large as SQS allows: just under 1 MiB. */
const largeEvery = 10_000

/**
 * Dead letters with bodies and events, generated inside PostgreSQL from hashes of (row number, seed): no byte travels, and
 * the same seed gives the same messages. Skewed as in life: few topics and causes have most, recent ones are more, and what failed later
 * was indexed later and lies further back in the table.
 * Expects the triggers of `dead_letters` to be off; groups and counts are derived afterwards.
 */
export async function seedLetters(
  client: pg.ClientBase,
  count: number,
  seed: number,
  onProgress: (rows: number) => void,
): Promise<void> {
  await client.query('CREATE TEMP TABLE seed_failures (n int PRIMARY KEY, f jsonb) ON COMMIT DROP')
  await client.query(
    'INSERT INTO seed_failures SELECT n - 1, f FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS x (f, n)',
    [JSON.stringify(seedFailures())],
  )
  await client.query(`CREATE TEMP TABLE seed_topics ON COMMIT DROP AS
    SELECT (row_number() OVER (ORDER BY length(topic), topic) - 1)::int AS n, topic, owner, queue_name FROM topics`)
  await client.query('ANALYZE seed_failures; ANALYZE seed_topics')
  await client.query(`CREATE TEMP TABLE seed_letters (n int, id text, topic text, owner text, queue_name text, message_id text,
    f jsonb, status text, attempt int, at timestamptz, body text) ON COMMIT DROP`)
  for (let from = 0; from < count; from += chunkRows) {
    const to = Math.min(from + chunkRows, count) - 1
    await client.query('TRUNCATE seed_letters')
    await client.query(draftSql, [from, to, seed, count])
    for (const statement of insertSql) await client.query(statement)
    onProgress(to + 1)
  }
  await client.query(countsSql)
  for (const statement of derivedSql) await client.query(statement)
}

/** A number in [0, 1) for a row and a purpose. */
const random = (purpose: string) =>
  `((hashtextextended(g.n || '${purpose}', $3::bigint) & 1048575) / 1048576.0)`

// Drawn first, joined then: in a join condition every pair of rows would be drawn anew.
const draftSql = `
  INSERT INTO seed_letters
  WITH drawn AS MATERIALIZED (
    SELECT g.n::bigint AS n, ${random('status')} AS s, 1 - (g.n + ${random('age')}) / $4::int AS a,
      floor((SELECT count(*) FROM seed_topics) * ${random('topic')} ^ 2.2)::int AS topic_n,
      floor((SELECT count(*) FROM seed_failures) * ${random('cause')} ^ 2.5)::int AS failure_n
    FROM generate_series($1::int, $2::int) AS g (n)
  )
  SELECT drawn.n, left(encode(sha256(convert_to(topic || E'\\n' || message_id, 'UTF8')), 'hex'), 32), topic, owner, queue_name,
    message_id, f,
    CASE WHEN s < 0.72 THEN 'open' WHEN s < 0.88 THEN 'resolved' WHEN s < 0.96 THEN 'discarded' ELSE 'unverified' END,
    CASE WHEN s < 0.72 THEN (CASE WHEN s < 0.05 THEN 1 ELSE 0 END) ELSE 1 + (s * 100)::int % 2 END,
    date_trunc('milliseconds', now() - make_interval(secs => ${days * 86_400} * a ^ 1.6)),
    '{"id":"' || message_id || '","orderId":"o-' || (drawn.n * 7919 % 1000003) || '","amount":' || (drawn.n % 100000) / 100.0
      || ',"currency":"' || (ARRAY['EUR','USD','SEK','GBP'])[1 + drawn.n % 4] || '","customer":{"id":"c-' || (drawn.n % 50021)
      || '","name":"Customer ' || (drawn.n % 977) || '"},"items":[{"sku":"SKU-' || (drawn.n % 4001) || '","quantity":' || 1 + drawn.n % 5
      || '}],"note":"' || repeat(md5(drawn.n::text), CASE WHEN drawn.n % ${largeEvery} = 7 THEN 32740 ELSE 1 + (drawn.n % 12)::int END) || '"}'
  FROM drawn JOIN seed_topics t ON t.n = drawn.topic_n JOIN seed_failures x ON x.n = drawn.failure_n
  CROSS JOIN LATERAL (SELECT left(md5('message' || drawn.n || '-' || $3::bigint), 24) AS message_id) AS m`

const eventId = `left(encode(sha256(convert_to(id || E'\\n' || attempt || E'\\n' || (f ->> 'stage') || E'\\nsqs:' || message_id, 'UTF8')), 'hex'), 32)`

const insertSql = [
  `INSERT INTO dead_letters (id, topic, owner, message_id, status, status_changed_at, attempt, failures, stage, code, class, fingerprint,
     error_message, head_attempt, head_at, head_event_id, first_failed_at, last_failed_at, publish_time, first_received_at, origin_arn,
     idempotency_key, attributes, size_bytes, preview, discard_reason, restorable_until, index_seq, changed_seq)
   SELECT id, topic, owner, message_id, status, at + interval '5 minutes', attempt, 1, f ->> 'stage', f ->> 'code', f ->> 'class',
     f ->> 'fingerprint', f ->> 'message', attempt, at, ${eventId}, at, at, at - interval '2 minutes', at - interval '1 minute',
     'arn:aws:sqs:us-east-1:000000000000:' || queue_name, 'o-' || (n::bigint * 7919 % 1000003),
     jsonb_build_object('source', jsonb_build_object('type', 'String', 'value', 'seed')), length(body),
     '{ id: "•••", orderId: "•••", amount: •••, currency: "•••", customer: { id: "•••", name: "•••" }, items: [{ sku: "•••", quantity: ••• }], note: "•••" }',
     CASE status WHEN 'discarded' THEN 'seeded' END, CASE status WHEN 'discarded' THEN now() + interval '20 days' END,
     n + 1, n + 1
   FROM seed_letters ORDER BY n`,
  `INSERT INTO dead_letter_bodies (dead_letter_id, kind, inline, sha256, size_bytes, search)
   SELECT id, 'json', convert_to(body, 'UTF8'), encode(sha256(convert_to(body, 'UTF8')), 'hex'), length(body), left(body, 4096)
   FROM seed_letters ORDER BY n`,
  `INSERT INTO dead_letter_events (id, dead_letter_id, attempt, stage, code, fingerprint, error_message, occurred_at, source)
   SELECT ${eventId}, id, attempt, f ->> 'stage', f ->> 'code', f ->> 'fingerprint', f ->> 'message', at, 'sqs:' || message_id
   FROM seed_letters ORDER BY 1`,
]

const countsSql = `
  INSERT INTO dead_letter_counts (topic, owner, stage, code, fingerprint, status, letters, bytes)
  SELECT topic, owner, stage, code, fingerprint, status, count(*), sum(size_bytes) FROM dead_letters GROUP BY 1, 2, 3, 4, 5, 6`

const derivedSql = [
  `INSERT INTO error_counts (fingerprint, minute, topic, stage, code, failures)
   SELECT fingerprint, date_trunc('minute', last_failed_at), topic, stage, code, count(*) FROM dead_letters GROUP BY 1, 2, 3, 4, 5`,
  `INSERT INTO error_hours (fingerprint, hour, owner, failures)
   SELECT fingerprint, date_trunc('hour', last_failed_at), owner, count(*) FROM dead_letters GROUP BY 1, 2, 3`,
  `INSERT INTO error_groups (fingerprint, code, class, stage, title, parts, sample_id, sample_message, first_seen_at, last_seen_at, failures)
   SELECT fingerprint, min(code), min(class), min(stage), min(f ->> 'title'), (array_agg(f -> 'parts'))[1],
     (array_agg(id ORDER BY last_failed_at DESC))[1], min(error_message), min(first_failed_at), max(last_failed_at), count(*)
   FROM dead_letters JOIN seed_failures ON f ->> 'fingerprint' = fingerprint GROUP BY fingerprint`,
  `UPDATE versions SET version = greatest(version, (SELECT coalesce(max(index_seq), 0) FROM dead_letters)) + 1, changed_at = now()`,
]
