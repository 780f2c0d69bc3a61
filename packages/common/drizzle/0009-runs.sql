-- Contracts as the jobs and the console see them, and what runs, passes and checkpoints say of the way from RAW to Snowflake.

-- One row per file content: `sha256` is of `yaml`. Passes name the row they obey, so rows that passes name are kept.
CREATE TABLE contract_versions (
  topic text COLLATE "C" NOT NULL,
  sha256 text COLLATE "C" NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  version text NOT NULL,
  model jsonb NOT NULL,
  yaml text NOT NULL,
  -- draft: known, gate closed · active, ahead_of_git: what the jobs obey · superseded: another took its place.
  state text NOT NULL CHECK (state IN ('draft', 'active', 'ahead_of_git', 'superseded')),
  source text NOT NULL CHECK (source IN ('git', 'console')),
  git_commit text,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  created_by jsonb,
  activated_at timestamptz(3),
  activated_by jsonb,
  superseded_at timestamptz(3),
  -- When its tables were altered, and when they were read back: by a migration, or by the first pass that succeeded with it.
  migrated_at timestamptz(3),
  migration_verified_at timestamptz(3),
  row_version int NOT NULL DEFAULT 1,
  PRIMARY KEY (topic, sha256)
);
CREATE UNIQUE INDEX contract_versions_active ON contract_versions (topic) WHERE state IN ('active', 'ahead_of_git');
CREATE UNIQUE INDEX contract_versions_git_draft ON contract_versions (topic) WHERE state = 'draft' AND source = 'git';
CREATE INDEX contract_versions_history ON contract_versions (topic, created_at DESC);

-- How far a layer of a topic has come. No row = nothing was ever processed; an error while reading is never that.
CREATE TABLE checkpoints (
  topic text COLLATE "C" NOT NULL,
  layer text COLLATE "C" NOT NULL CHECK (layer IN ('curated', 'semantic')),
  -- Number of the newest settled pass of this layer; in curated tables the column pass_seq.
  pass_seq bigint NOT NULL,
  pass_id text NOT NULL,
  -- Consumed up to here: curated = snapshot of RAW and its total rows; semantic = snapshot of __versions, read up to pass_seq `source_seq`.
  source_snapshot_id bigint,
  source_rows bigint,
  source_seq bigint,
  -- Newest curated pass that rewrote the whole topic: semantic must then recompute too.
  recomputed_seq bigint NOT NULL DEFAULT 0,
  -- What the pass left: curated = __versions, semantic = the typed table.
  head_snapshot_id bigint,
  head_rows bigint,
  contract_version text NOT NULL,
  contract_sha256 text NOT NULL,
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (topic, layer)
);
CREATE TABLE checkpoint_history (
  topic text COLLATE "C" NOT NULL,
  layer text COLLATE "C" NOT NULL,
  pass_seq bigint NOT NULL,
  pass_id text NOT NULL,
  execution text NOT NULL,
  fencing_token bigint NOT NULL,
  source_snapshot_id bigint,
  source_rows bigint,
  source_seq bigint,
  head_snapshot_id bigint,
  head_rows bigint,
  contract_version text NOT NULL,
  at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (topic, layer, pass_seq)
);
CREATE INDEX checkpoint_history_at ON checkpoint_history (at);

-- One run per topic at a time. The token only grows; whoever names an older one changes nothing.
CREATE TABLE run_leases (
  topic text COLLATE "C" PRIMARY KEY,
  execution text COLLATE "C",
  fencing_token bigint NOT NULL DEFAULT 0,
  taken_at timestamptz(3),
  until timestamptz(3),
  CHECK ((execution IS NULL) = (until IS NULL))
);
CREATE INDEX run_leases_execution ON run_leases (execution) WHERE execution IS NOT NULL;

-- One row per execution of the state machine `pipeline-run`, written before it starts.
CREATE TABLE runs (
  -- Name of the execution; unique for ever in one account, so it is the key here too.
  execution text COLLATE "C" PRIMARY KEY,
  arn text,
  trigger text NOT NULL CHECK (trigger IN ('schedule', 'manual', 'redrive', 'successor', 'operation')),
  -- The run this one repeats or goes on from.
  parent_execution text COLLATE "C",
  operation_id uuid,
  actor jsonb,
  topics text[] NOT NULL,
  -- Exactly what the execution was started with, so that a repeated start is the same start.
  input jsonb NOT NULL,
  -- Step Functions' own words, and PENDING: recorded, not started yet.
  state text NOT NULL CHECK (state IN ('PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED')),
  -- Name of the terminal state: NoNewData, CurationOnlySuccess, NoNewCuratedData, FullPipelineSuccess, RunFailed.
  ended_in text,
  rounds int NOT NULL DEFAULT 0,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  started_at timestamptz(3),
  finished_at timestamptz(3),
  -- { code, message, state? } when it did not succeed.
  error jsonb,
  summary jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX runs_recent ON runs (created_at DESC, execution DESC);
CREATE INDEX runs_state ON runs (state, created_at DESC, execution DESC);
CREATE INDEX runs_topics ON runs USING gin (topics);
CREATE INDEX runs_live ON runs (created_at) WHERE state IN ('PENDING', 'RUNNING');

-- What came of each topic of a run: topics fail alone.
CREATE TABLE run_topics (
  execution text COLLATE "C" NOT NULL REFERENCES runs ON DELETE CASCADE,
  topic text COLLATE "C" NOT NULL,
  fencing_token bigint,
  round int NOT NULL DEFAULT 0,
  outcome text NOT NULL DEFAULT 'WAITING' CHECK (outcome IN ('WAITING', 'IN_PROGRESS', 'NO_NEW_DATA', 'CURATED_ONLY', 'NO_NEW_CURATED_DATA',
    'COMPLETE', 'HELD', 'FAILED', 'BUSY', 'PAUSED', 'UNKNOWN_TOPIC')),
  rows_curated bigint NOT NULL DEFAULT 0,
  rows_semantic bigint NOT NULL DEFAULT 0,
  -- Rows of the newest curated pass passed the contract's backlog threshold: another round is worth it.
  is_behind boolean NOT NULL DEFAULT false,
  error jsonb,
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (execution, topic)
);
CREATE INDEX run_topics_topic ON run_topics (topic, updated_at DESC);

-- A pass is planned once; every retry repeats exactly it, whichever run it belongs to then.
CREATE TABLE run_passes (
  -- <topic>-<layer>-<seq>
  pass_id text COLLATE "C" PRIMARY KEY,
  topic text COLLATE "C" NOT NULL,
  layer text COLLATE "C" NOT NULL CHECK (layer IN ('curated', 'semantic')),
  seq bigint NOT NULL,
  mode text NOT NULL CHECK (mode IN ('incremental', 'first', 'recompute', 'keys')),
  -- PENDING, RUNNING and the three failures are open: the next run resumes them. HELD waits for a person.
  state text NOT NULL CHECK (state IN ('PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED', 'HELD', 'DISCARDED')),
  from_snapshot_id bigint,
  to_snapshot_id bigint,
  from_seq bigint,
  to_seq bigint,
  source_snapshot_id bigint,
  -- Total rows of the source at its end.
  source_rows bigint,
  keys_object text,
  contract_version text NOT NULL,
  contract_sha256 text NOT NULL,
  -- The newest attempt.
  execution text COLLATE "C" NOT NULL,
  round int NOT NULL,
  fencing_token bigint NOT NULL,
  plan_key text NOT NULL,
  attempts int NOT NULL DEFAULT 1,
  job_run_id text,
  result jsonb,
  rows_read bigint,
  rows_written bigint,
  rows_rejected bigint,
  -- { code, message, class } of the newest attempt that failed.
  error jsonb,
  planned_at timestamptz(3) NOT NULL DEFAULT now(),
  started_at timestamptz(3) NOT NULL DEFAULT now(),
  settled_at timestamptz(3),
  UNIQUE (topic, layer, seq)
);
CREATE UNIQUE INDEX run_passes_open ON run_passes (topic, layer)
  WHERE state IN ('PENDING', 'RUNNING', 'FAILED', 'TIMED_OUT', 'ABORTED', 'HELD');
CREATE INDEX run_passes_execution ON run_passes (execution, layer);
CREATE INDEX run_passes_recent ON run_passes (planned_at DESC, pass_id DESC);
CREATE INDEX run_passes_topic ON run_passes (topic, planned_at DESC);

-- What the data does that the contract does not say. One row per thing, counted, never per occurrence.
CREATE TABLE drift_findings (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  topic text COLLATE "C" NOT NULL,
  kind text NOT NULL CHECK (kind IN ('ADDED_COLUMN', 'REMOVED_COLUMN', 'TYPE_CHANGED', 'OVERFLOW', 'CONFLICTING_DUPLICATE', 'NAME_COLLISION',
    'RULE_WARNING', 'CDE_SPIKE', 'MISSING_SCHEMA')),
  -- RFC 6901 pointer; empty for the whole message.
  path text COLLATE "C" NOT NULL DEFAULT '',
  column_name text COLLATE "C" NOT NULL DEFAULT '',
  -- What else makes it another finding: for MISSING_SCHEMA the state and hash of the contract.
  scope text COLLATE "C" NOT NULL DEFAULT '',
  count bigint NOT NULL,
  sample_message_id text,
  detail text NOT NULL DEFAULT '',
  first_seen_at timestamptz(3) NOT NULL,
  last_seen_at timestamptz(3) NOT NULL,
  first_pass_id text,
  last_pass_id text,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'accepted', 'ignored', 'fixed')),
  ignored_until timestamptz(3),
  changed_at timestamptz(3),
  changed_by jsonb,
  row_version int NOT NULL DEFAULT 1,
  UNIQUE (topic, kind, path, column_name, scope)
);
CREATE INDEX drift_findings_state ON drift_findings (state, last_seen_at DESC, id);

-- What Snowflake should show of a topic, and what it was last seen to show.
CREATE TABLE snowflake_tables (
  topic text COLLATE "C" PRIMARY KEY,
  database_name text NOT NULL,
  schema_name text NOT NULL,
  table_name text NOT NULL,
  expected_snapshot_id bigint,
  expected_metadata_location text,
  expected_at timestamptz(3),
  seen_snapshot_id bigint,
  seen_metadata_location text,
  auto_refresh text,
  state text NOT NULL DEFAULT 'unknown' CHECK (state IN ('in_sync', 'behind', 'stopped', 'failed', 'missing', 'unknown')),
  refreshed_at timestamptz(3),
  collected_at timestamptz(3),
  error jsonb
);

-- Since when RAW holds rows that curated has not read; kept by the dispatcher and by settled passes.
ALTER TABLE topic_status ADD COLUMN curated_behind_since timestamptz(3);
