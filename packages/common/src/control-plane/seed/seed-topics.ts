import type pg from 'pg'

const samples = ['orders', 'payments', 'events']
const teams = ['commerce', 'finance', 'platform', 'logistics', 'marketing', 'risk', 'identity', 'search']

/** Names as `npm start -- --topics N` makes them, so that seeded rows meet the contracts of the same fleet. */
export const seedTopicNames = (count: number): string[] =>
  Array.from({ length: count }, (_, n) => {
    const round = Math.floor(n / samples.length)
    const sample = samples[n % samples.length] ?? 'orders'
    return round === 0 ? sample : `${sample}-${String(round).padStart(3, '0')}`
  })

/** Topics with their status and a day of samples, one each ten minutes. */
export async function seedTopics(client: pg.ClientBase, count: number, seed: number): Promise<void> {
  await client.query(
    `INSERT INTO topics (topic, owner, status, contract_version, queue_name, table_name, stream)
     SELECT topic, ($2::text[])[1 + abs(hashtextextended(topic, $3::bigint)) % ${teams.length}],
       CASE WHEN abs(hashtextextended('draft' || topic, $3::bigint)) % 20 = 0 THEN 'draft' ELSE 'active' END,
       '1.0.0', 'lean-ops-seed-' || topic || '-queue', replace(topic, '-', '_'), 0
     FROM unnest($1::text[]) AS topic ON CONFLICT (topic) DO NOTHING`,
    [seedTopicNames(count), teams, seed],
  )
  await client.query(
    `INSERT INTO topic_samples (topic, minute, queue_visible, queue_in_flight, queue_oldest_age_seconds, raw_rows, open_dead_letters)
     SELECT t.topic, date_trunc('minute', now()) - step * interval '10 minutes',
       greatest(0, (200 * sin(step / 11.0 + abs(hashtextextended(t.topic, $1::bigint)) % 7))::int + abs(hashtextextended(t.topic || step, $1::bigint)) % 50),
       abs(hashtextextended('f' || t.topic || step, $1::bigint)) % 20, abs(hashtextextended('a' || t.topic || step, $1::bigint)) % 90,
       1000000 - step * 500, abs(hashtextextended('d' || t.topic || step, $1::bigint)) % 40
     FROM topics t CROSS JOIN generate_series(0, 143) AS step ON CONFLICT (topic, minute) DO NOTHING`,
    [seed],
  )
  await client.query(
    `INSERT INTO topic_status (topic, queue_visible, queue_in_flight, queue_delayed, queue_oldest_age_seconds, queue_collected_at,
       mapping_state, mapping_concurrency_max, mapping_collected_at, raw_snapshot_id, raw_rows, raw_committed_at, raw_collected_at)
     SELECT s.topic, s.queue_visible, s.queue_in_flight, 0,
       CASE abs(hashtextextended('old' || s.topic, $1::bigint)) % 40 WHEN 0 THEN 2400 WHEN 1 THEN 420 ELSE s.queue_oldest_age_seconds END, now(),
       CASE abs(hashtextextended('paused' || s.topic, $1::bigint)) % 60 WHEN 0 THEN 'Disabled' ELSE 'Enabled' END, 10, now(),
       abs(hashtextextended('snapshot' || s.topic, $1::bigint)), s.raw_rows, now() - interval '1 minute', now()
     FROM topic_samples s WHERE s.minute = (SELECT max(minute) FROM topic_samples) ON CONFLICT (topic) DO NOTHING`,
    [seed],
  )
}

/** What the sampler would have counted: with it every topic has a verdict for as long as a sample is fresh. */
export async function noteDeadLetters(client: pg.ClientBase): Promise<void> {
  await client.query(`
    UPDATE topic_status s SET dead_letters_open = coalesce(c.letters, 0), dead_letters_last_at = c.last_at, dead_letters_collected_at = now()
    FROM topics t LEFT JOIN (
      SELECT topic, count(*) FILTER (WHERE status = 'open') AS letters, max(last_failed_at) AS last_at FROM dead_letters GROUP BY topic
    ) AS c USING (topic) WHERE t.topic = s.topic`)
}
