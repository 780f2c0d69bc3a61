-- Topics as the contracts name them, and what the sampler and the outcome messages say of them.
CREATE TABLE topics (
  topic text COLLATE "C" PRIMARY KEY,
  owner text NOT NULL,
  status text NOT NULL CHECK (status IN ('draft', 'active')),
  contract_version text NOT NULL DEFAULT '0.0.0',
  queue_name text NOT NULL,
  table_name text NOT NULL,
  stream int NOT NULL DEFAULT 0,
  is_ingest_paused boolean NOT NULL DEFAULT false,
  is_processing_paused boolean NOT NULL DEFAULT false,
  registered_at timestamptz(3) NOT NULL DEFAULT now(),
  -- Set when no contract names the topic any more: its dead letters stay.
  removed_at timestamptz(3)
);
CREATE INDEX topics_owner ON topics (owner, topic);

-- The latest sample of every source, each with its own age: green must not outlive its evidence.
CREATE TABLE topic_status (
  topic text COLLATE "C" PRIMARY KEY REFERENCES topics ON DELETE CASCADE,
  queue_visible bigint,
  queue_in_flight bigint,
  queue_delayed bigint,
  queue_oldest_age_seconds int,
  queue_collected_at timestamptz(3),
  mapping_state text,
  mapping_concurrency_max int,
  mapping_collected_at timestamptz(3),
  raw_snapshot_id bigint,
  raw_rows bigint,
  raw_committed_at timestamptz(3),
  raw_collected_at timestamptz(3),
  curated_snapshot_id bigint,
  curated_rows bigint,
  curated_committed_at timestamptz(3),
  curated_collected_at timestamptz(3),
  semantic_snapshot_id bigint,
  semantic_rows bigint,
  semantic_committed_at timestamptz(3),
  semantic_collected_at timestamptz(3),
  snowflake_state text,
  snowflake_snapshot_id bigint,
  snowflake_collected_at timestamptz(3),
  verdict text NOT NULL DEFAULT 'unknown' CHECK (verdict IN ('healthy', 'warning', 'degraded', 'paused', 'unknown')),
  reasons jsonb NOT NULL DEFAULT '[]',
  verdict_at timestamptz(3),
  last_outcome_at timestamptz(3)
);

-- Gauges once a minute, for sparklines.
CREATE TABLE topic_samples (
  topic text COLLATE "C" NOT NULL,
  minute timestamptz(0) NOT NULL,
  queue_visible bigint,
  queue_in_flight bigint,
  queue_oldest_age_seconds int,
  raw_rows bigint,
  open_dead_letters int,
  PRIMARY KEY (topic, minute)
);
CREATE INDEX topic_samples_minute ON topic_samples (minute);

-- What the processor said it did, summed per minute from its outcome messages. Replays apart: they move no breaker.
CREATE TABLE topic_rates (
  topic text COLLATE "C" NOT NULL,
  minute timestamptz(0) NOT NULL,
  attempts bigint NOT NULL,
  attempts_replayed bigint NOT NULL,
  accepted bigint NOT NULL,
  accepted_replayed bigint NOT NULL,
  dead_lettered bigint NOT NULL,
  dead_lettered_replayed bigint NOT NULL,
  failed bigint NOT NULL,
  failed_replayed bigint NOT NULL,
  sink_calls bigint NOT NULL,
  sink_failed_calls bigint NOT NULL,
  sink_refused_entries bigint NOT NULL,
  sink_retried_entries bigint NOT NULL,
  bytes_received bigint NOT NULL,
  bytes_sent bigint NOT NULL,
  -- One counter per bucket of common/messages/outcome-message.ts.
  latency_counts bigint[] NOT NULL,
  PRIMARY KEY (topic, minute)
);
CREATE INDEX topic_rates_minute ON topic_rates (minute);

CREATE TABLE topic_rate_failures (
  topic text COLLATE "C" NOT NULL,
  minute timestamptz(0) NOT NULL,
  code text COLLATE "C" NOT NULL,
  action text COLLATE "C" NOT NULL CHECK (action IN ('dead-lettered', 'failed')),
  class text NOT NULL,
  failures bigint NOT NULL,
  failures_replayed bigint NOT NULL,
  PRIMARY KEY (topic, minute, code, action)
);
CREATE INDEX topic_rate_failures_minute ON topic_rate_failures (minute);

-- Messages that must count once although SQS may deliver them twice.
CREATE TABLE consumed_messages (
  consumer text COLLATE "C" NOT NULL,
  message_id text COLLATE "C" NOT NULL,
  consumed_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (consumer, message_id)
);
CREATE INDEX consumed_messages_at ON consumed_messages (consumed_at);

-- One counter per noun: ETags, /pulse and the index sequence of frozen selections come from here.
-- Its row lock is held to the end of the transaction, so numbers become visible in the order they were given.
CREATE TABLE versions (
  noun text COLLATE "C" PRIMARY KEY,
  version bigint NOT NULL DEFAULT 0,
  changed_at timestamptz(3) NOT NULL DEFAULT now()
) WITH (fillfactor = 20);
INSERT INTO versions (noun) VALUES
  ('topics'), ('dead_letters'), ('operations'), ('runs'), ('alerts'), ('breakers'), ('contracts'),
  ('snowflake'), ('saved_views'), ('settings'), ('overrides'), ('drift');
