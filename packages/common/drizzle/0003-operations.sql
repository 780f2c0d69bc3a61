-- The operations engine: plans, operations, items. Counters and series are kept by triggers.
-- A stored preview: what is confirmed is exactly this, or a conflict is shown.
CREATE TABLE plans (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  kind text NOT NULL,
  parameters jsonb NOT NULL,
  selection jsonb NOT NULL,
  as_of_sequence bigint NOT NULL,
  count int NOT NULL,
  bytes bigint NOT NULL,
  preview jsonb NOT NULL,
  check_state text NOT NULL CHECK (check_state IN ('pending', 'done', 'not_applicable', 'failed')),
  "check" jsonb,
  created_by text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  expires_at timestamptz(3) NOT NULL,
  operation_id uuid
);
CREATE INDEX plans_expires_at ON plans (expires_at);

CREATE TABLE operations (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  kind text NOT NULL,
  parameters jsonb NOT NULL,
  plan_id uuid NOT NULL,
  parent_id uuid,
  title text NOT NULL,
  reason text NOT NULL,
  selection jsonb NOT NULL,
  settings jsonb NOT NULL,
  topics text[] NOT NULL,
  state text NOT NULL CHECK (state IN ('queued', 'running', 'waiting', 'paused', 'stalled', 'verifying', 'completed',
    'completed_with_failures', 'cancelling', 'cancelled', 'failed')),
  stage text NOT NULL CHECK (stage IN ('canary', 'ramp', 'full')),
  cause text,
  note text,
  starts_at timestamptz(3) NOT NULL,
  created_by text NOT NULL,
  created_by_name text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  started_at timestamptz(3),
  ended_at timestamptz(3),
  changed_by text,
  changed_by_name text,
  changed_at timestamptz(3),
  changed_action text,
  version int NOT NULL DEFAULT 1,
  total int NOT NULL,
  resent int NOT NULL DEFAULT 0,
  -- A worker acts only while it holds the lease; every write names the token, so a late worker's writes miss.
  lease_token bigint NOT NULL DEFAULT 0,
  lease_until timestamptz(3),
  heartbeat_at timestamptz(3),
  result jsonb
);
CREATE INDEX operations_created ON operations (created_at DESC, id DESC);
CREATE INDEX operations_live ON operations (state) WHERE ended_at IS NULL;
CREATE INDEX operations_by_actor ON operations (created_by, created_at DESC);

CREATE TABLE operation_items (
  operation_id uuid NOT NULL REFERENCES operations,
  dead_letter_id text COLLATE "C" NOT NULL,
  topic text COLLATE "C" NOT NULL,
  sequence bigint NOT NULL,
  state text NOT NULL CHECK (state IN ('pending', 'sending', 'verifying', 'done')),
  outcome text CHECK (outcome IN ('resolved', 'returned', 'unverified', 'skipped', 'failed', 'cancelled')),
  reason text,
  detail text,
  replay_id text,
  attempt int,
  verify_stage text CHECK (verify_stage IN ('ingest', 'delivery', 'curated', 'semantic')),
  verify_by timestamptz(3),
  sends int NOT NULL DEFAULT 0,
  claim_token bigint,
  is_canary boolean NOT NULL DEFAULT false,
  sent_at timestamptz(3),
  settled_at timestamptz(3),
  PRIMARY KEY (operation_id, dead_letter_id),
  CONSTRAINT operation_items_outcome CHECK ((state = 'done') = (outcome IS NOT NULL))
) WITH (fillfactor = 80);
CREATE INDEX operation_items_work ON operation_items (operation_id, state, sequence);
CREATE INDEX operation_items_settled ON operation_items (operation_id, settled_at) WHERE state = 'done';
-- A message is in at most one live operation, whatever two people click at the same moment.
CREATE UNIQUE INDEX operation_items_one_live ON operation_items (dead_letter_id) WHERE state <> 'done';
CREATE INDEX operation_items_deadline ON operation_items (verify_by) WHERE state = 'verifying';
CREATE INDEX operation_items_replay ON operation_items (replay_id) WHERE state IN ('sending', 'verifying');

CREATE TABLE operation_series (
  operation_id uuid NOT NULL,
  bucket timestamptz(3) NOT NULL,
  sent int NOT NULL DEFAULT 0,
  resolved int NOT NULL DEFAULT 0,
  returned int NOT NULL DEFAULT 0,
  failed int NOT NULL DEFAULT 0,
  PRIMARY KEY (operation_id, bucket)
);

-- One row, obeyed before every batch.
CREATE TABLE hold (
  id boolean PRIMARY KEY DEFAULT true CHECK (id),
  is_held boolean NOT NULL DEFAULT false,
  reason text,
  held_by text,
  held_at timestamptz(3),
  until timestamptz(3),
  version int NOT NULL DEFAULT 1
);
INSERT INTO hold DEFAULT VALUES;

-- Topics that may not be sent to at this moment, and why. Breakers join this view when they get their tables.
CREATE VIEW blocked_topics AS
  SELECT topic, 'topic_paused'::text AS cause FROM topics WHERE is_ingest_paused;
