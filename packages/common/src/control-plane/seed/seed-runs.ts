import type pg from 'pg'

const days = 30
const topicsPerRun = 5

/** Runs with what came of each of their topics, two passes each and the checkpoints they left. One in thirty failed; the newest one runs still. */
export async function seedRuns(client: pg.ClientBase, count: number, seed: number): Promise<void> {
  if (count === 0) return
  await client.query(`CREATE TEMP TABLE seed_run_topics ON COMMIT DROP AS
    SELECT (row_number() OVER (ORDER BY length(topic), topic) - 1)::int AS n, topic, contract_version FROM topics WHERE status = 'active'`)
  await client.query(
    `CREATE TEMP TABLE seed_runs ON COMMIT DROP AS
     SELECT n, 'seed-' || lpad(n::text, 6, '0') || '-1' AS execution, at, h % 30 = 0 AS is_failed, n = $1::int AS is_live,
       40 + h % 300 AS seconds, ARRAY(SELECT topic FROM seed_run_topics t
         WHERE t.n IN (SELECT ((g.n::bigint * ${topicsPerRun} + k) % greatest(1, (SELECT count(*) FROM seed_run_topics)))::int
           FROM generate_series(0, ${topicsPerRun - 1}) AS k) ORDER BY t.n) AS topics
     FROM (SELECT n, abs(hashtextextended('run' || n, $2::bigint)) AS h,
       now() - ($1::int - n) * (interval '${days} days' / $1::int) - interval '1 minute' AS at FROM generate_series(1, $1::int) AS n) AS g`,
    [count, seed],
  )
  for (const statement of statements) await client.query(statement)
}

const statements = [
  `INSERT INTO runs (execution, trigger, topics, input, state, ended_in, rounds, created_at, started_at, finished_at, error, summary)
   SELECT execution, CASE WHEN n % 50 = 0 THEN 'manual' ELSE 'schedule' END, topics, jsonb_build_object('topics', to_jsonb(topics)),
     CASE WHEN is_live THEN 'RUNNING' WHEN is_failed THEN 'FAILED' ELSE 'SUCCEEDED' END,
     CASE WHEN is_live THEN NULL WHEN is_failed THEN 'RunFailed' ELSE 'FullPipelineSuccess' END, 1, at, at,
     CASE WHEN NOT is_live THEN at + make_interval(secs => seconds) END,
     CASE WHEN is_failed THEN '{"code":"JOB_FAILED","message":"the curation job ended with an error","state":"RunCurationJob"}'::jsonb END,
     CASE WHEN is_live THEN '{}' WHEN is_failed THEN '{"FAILED":1,"COMPLETE":4}'::jsonb ELSE '{"COMPLETE":5}'::jsonb END
   FROM seed_runs`,
  `INSERT INTO run_topics (execution, topic, round, outcome, rows_curated, rows_semantic, error, updated_at)
   SELECT execution, topic, 1, CASE WHEN is_live THEN 'IN_PROGRESS' WHEN is_failed AND k = 1 THEN 'FAILED' ELSE 'COMPLETE' END,
     CASE WHEN is_live THEN 0 ELSE 1000 + n % 900 END, CASE WHEN is_live THEN 0 ELSE 990 + n % 900 END,
     CASE WHEN is_failed AND k = 1 THEN '{"code":"JOB_FAILED","message":"the curation job ended with an error"}'::jsonb END,
     at + make_interval(secs => seconds)
   FROM seed_runs CROSS JOIN LATERAL unnest(topics) WITH ORDINALITY AS t (topic, k)`,
  `INSERT INTO run_passes (pass_id, topic, layer, seq, mode, state, contract_version, contract_sha256, execution, round, fencing_token, plan_key,
     rows_read, rows_written, rows_rejected, planned_at, started_at, settled_at)
   SELECT topic || '-' || layer || '-' || seq, topic, layer, seq, CASE seq WHEN 1 THEN 'first' ELSE 'incremental' END, 'SUCCEEDED', contract_version,
     md5(topic) || md5(contract_version), execution, 1, seq, execution || '-' || layer, 1000 + n % 900, 990 + n % 900, 10, at,
     at + make_interval(secs => CASE layer WHEN 'curated' THEN 5 ELSE 25 END), at + make_interval(secs => CASE layer WHEN 'curated' THEN 20 ELSE 38 END)
   FROM (SELECT r.execution, r.n, r.at, t.topic, t.contract_version, row_number() OVER (PARTITION BY t.topic ORDER BY r.n) AS seq
     FROM seed_runs r JOIN seed_run_topics t ON t.topic = r.topics[1] WHERE NOT r.is_live AND NOT r.is_failed) AS p
   CROSS JOIN (VALUES ('curated'), ('semantic')) AS l (layer)`,
  `INSERT INTO checkpoints (topic, layer, pass_seq, pass_id, source_rows, source_seq, head_rows, contract_version, contract_sha256, updated_at)
   SELECT DISTINCT ON (topic, layer) topic, layer, seq, pass_id, seq * 1000, seq, seq * 990, contract_version, contract_sha256, settled_at
   FROM run_passes ORDER BY topic, layer, seq DESC ON CONFLICT (topic, layer) DO NOTHING`,
]
