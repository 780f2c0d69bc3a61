-- A stored preview: what is confirmed is exactly this, or a conflict is shown.
CREATE TABLE plans (
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  parameters jsonb NOT NULL,
  selection jsonb NOT NULL,
  -- Rows indexed after this sequence never join.
  as_of bigint NOT NULL,
  count int NOT NULL,
  bytes bigint NOT NULL DEFAULT 0,
  preview jsonb NOT NULL,
  check_state text NOT NULL DEFAULT 'pending' CHECK (check_state IN ('pending', 'done', 'not_applicable', 'failed')),
  check_result jsonb,
  actor jsonb NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  expires_at timestamptz(3) NOT NULL,
  operation_id uuid
);
CREATE INDEX plans_expiry ON plans (expires_at);

CREATE TABLE operations (
  id uuid PRIMARY KEY,
  plan_id uuid NOT NULL,
  parent_id uuid,
  kind text NOT NULL,
  title text NOT NULL,
  topics text[] NOT NULL,
  state text NOT NULL CHECK (state IN ('queued', 'running', 'waiting', 'paused', 'stalled', 'verifying', 'completed',
    'completed_with_failures', 'cancelling', 'cancelled', 'failed')),
  stage text NOT NULL CHECK (stage IN ('canary', 'ramp', 'full')),
  cause text,
  note text,
  parameters jsonb NOT NULL,
  selection jsonb NOT NULL,
  as_of bigint NOT NULL,
  -- Kept by a trigger on the items: total = the sum of pending to cancelled at any moment.
  total int NOT NULL DEFAULT 0,
  pending int NOT NULL DEFAULT 0,
  sending int NOT NULL DEFAULT 0,
  verifying int NOT NULL DEFAULT 0,
  resolved int NOT NULL DEFAULT 0,
  returned int NOT NULL DEFAULT 0,
  unverified int NOT NULL DEFAULT 0,
  skipped int NOT NULL DEFAULT 0,
  failed int NOT NULL DEFAULT 0,
  cancelled int NOT NULL DEFAULT 0,
  resent int NOT NULL DEFAULT 0,
  rate int NOT NULL DEFAULT 500 CHECK (rate > 0),
  canary_size int NOT NULL DEFAULT 0 CHECK (canary_size >= 0),
  return_rate_max real NOT NULL DEFAULT 0.05,
  start_after timestamptz(3) NOT NULL DEFAULT now(),
  reason text NOT NULL,
  actor jsonb NOT NULL,
  -- A worker acts only while it holds the lease; every write names the token, so a late worker's writes miss.
  lease_owner text,
  lease_until timestamptz(3),
  fencing_token bigint NOT NULL DEFAULT 0,
  heartbeat_at timestamptz(3),
  error jsonb,
  result jsonb,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  started_at timestamptz(3),
  finished_at timestamptz(3),
  acknowledged_at timestamptz(3),
  version int NOT NULL DEFAULT 1,
  changed_at timestamptz(3),
  changed_by jsonb,
  changed_action text
);
CREATE INDEX operations_recent ON operations (created_at DESC, id DESC);
CREATE INDEX operations_live ON operations (state, start_after)
  WHERE state NOT IN ('completed', 'completed_with_failures', 'cancelled', 'failed');
CREATE UNIQUE INDEX operations_plan ON operations (plan_id);

CREATE TABLE operation_items (
  operation_id uuid NOT NULL REFERENCES operations ON DELETE CASCADE,
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
  sends int NOT NULL DEFAULT 0,
  fencing_token bigint,
  claimed_at timestamptz(3),
  sent_at timestamptz(3),
  settle_by timestamptz(3),
  settled_at timestamptz(3),
  PRIMARY KEY (operation_id, dead_letter_id),
  CHECK ((state = 'done') = (outcome IS NOT NULL))
) WITH (fillfactor = 80);
-- A message is in at most one live operation; the loser of a race is skipped, not sent twice.
CREATE UNIQUE INDEX operation_items_live ON operation_items (dead_letter_id) WHERE state <> 'done';
CREATE INDEX operation_items_work ON operation_items (operation_id, state, sequence);
CREATE INDEX operation_items_replay ON operation_items (replay_id) WHERE state IN ('sending', 'verifying');
CREATE INDEX operation_items_deadline ON operation_items (settle_by) WHERE state = 'verifying';
CREATE INDEX operation_items_outcome ON operation_items (operation_id, outcome, settled_at DESC);

-- Ten-second buckets of what happened, for the progress chart.
CREATE TABLE operation_series (
  operation_id uuid NOT NULL,
  bucket timestamptz(0) NOT NULL,
  sent int NOT NULL DEFAULT 0,
  resolved int NOT NULL DEFAULT 0,
  returned int NOT NULL DEFAULT 0,
  unverified int NOT NULL DEFAULT 0,
  skipped int NOT NULL DEFAULT 0,
  failed int NOT NULL DEFAULT 0,
  PRIMARY KEY (operation_id, bucket)
);

CREATE FUNCTION count_new_operation_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE operations o SET
    total = o.total + d.total, pending = o.pending + d.pending, sending = o.sending + d.sending,
    verifying = o.verifying + d.verifying, resolved = o.resolved + d.resolved, returned = o.returned + d.returned,
    unverified = o.unverified + d.unverified, skipped = o.skipped + d.skipped, failed = o.failed + d.failed,
    cancelled = o.cancelled + d.cancelled, resent = o.resent + d.resent
  FROM (
    SELECT operation_id, sum(n)::int AS total,
      coalesce(sum(n) FILTER (WHERE state = 'pending'), 0)::int AS pending,
      coalesce(sum(n) FILTER (WHERE state = 'sending'), 0)::int AS sending,
      coalesce(sum(n) FILTER (WHERE state = 'verifying'), 0)::int AS verifying,
      coalesce(sum(n) FILTER (WHERE outcome = 'resolved'), 0)::int AS resolved,
      coalesce(sum(n) FILTER (WHERE outcome = 'returned'), 0)::int AS returned,
      coalesce(sum(n) FILTER (WHERE outcome = 'unverified'), 0)::int AS unverified,
      coalesce(sum(n) FILTER (WHERE outcome = 'skipped'), 0)::int AS skipped,
      coalesce(sum(n) FILTER (WHERE outcome = 'failed'), 0)::int AS failed,
      coalesce(sum(n) FILTER (WHERE outcome = 'cancelled'), 0)::int AS cancelled,
      sum(n * greatest(sends - 1, 0))::int AS resent
    FROM (SELECT operation_id, state, outcome, sends, 1 AS n FROM new_rows) AS moved GROUP BY operation_id
  ) AS d WHERE o.id = d.operation_id;
  RETURN NULL;
END $$;
CREATE FUNCTION count_moved_operation_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE operations o SET
    total = o.total + d.total, pending = o.pending + d.pending, sending = o.sending + d.sending,
    verifying = o.verifying + d.verifying, resolved = o.resolved + d.resolved, returned = o.returned + d.returned,
    unverified = o.unverified + d.unverified, skipped = o.skipped + d.skipped, failed = o.failed + d.failed,
    cancelled = o.cancelled + d.cancelled, resent = o.resent + d.resent
  FROM (
    SELECT operation_id, sum(n)::int AS total,
      coalesce(sum(n) FILTER (WHERE state = 'pending'), 0)::int AS pending,
      coalesce(sum(n) FILTER (WHERE state = 'sending'), 0)::int AS sending,
      coalesce(sum(n) FILTER (WHERE state = 'verifying'), 0)::int AS verifying,
      coalesce(sum(n) FILTER (WHERE outcome = 'resolved'), 0)::int AS resolved,
      coalesce(sum(n) FILTER (WHERE outcome = 'returned'), 0)::int AS returned,
      coalesce(sum(n) FILTER (WHERE outcome = 'unverified'), 0)::int AS unverified,
      coalesce(sum(n) FILTER (WHERE outcome = 'skipped'), 0)::int AS skipped,
      coalesce(sum(n) FILTER (WHERE outcome = 'failed'), 0)::int AS failed,
      coalesce(sum(n) FILTER (WHERE outcome = 'cancelled'), 0)::int AS cancelled,
      sum(n * greatest(sends - 1, 0))::int AS resent
    FROM (SELECT operation_id, state, outcome, sends, 1 AS n FROM new_rows
      UNION ALL SELECT operation_id, state, outcome, sends, -1 AS n FROM old_rows) AS moved GROUP BY operation_id
  ) AS d WHERE o.id = d.operation_id;
  RETURN NULL;
END $$;
CREATE TRIGGER operation_items_counted_insert AFTER INSERT ON operation_items
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_new_operation_items();
CREATE TRIGGER operation_items_counted_update AFTER UPDATE ON operation_items
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION count_moved_operation_items();

-- Throughput and return rate come from the same moves, whoever makes them.
CREATE FUNCTION note_operation_series() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO operation_series AS s (operation_id, bucket, sent, resolved, returned, unverified, skipped, failed)
  SELECT n.operation_id, date_bin('10 seconds', clock_timestamp(), 'epoch'),
    count(*) FILTER (WHERE n.sent_at IS DISTINCT FROM o.sent_at), count(*) FILTER (WHERE n.outcome = 'resolved'),
    count(*) FILTER (WHERE n.outcome = 'returned'), count(*) FILTER (WHERE n.outcome = 'unverified'),
    count(*) FILTER (WHERE n.outcome = 'skipped'), count(*) FILTER (WHERE n.outcome = 'failed')
  FROM new_rows n JOIN old_rows o USING (operation_id, dead_letter_id)
  WHERE n.sent_at IS DISTINCT FROM o.sent_at OR n.outcome IS DISTINCT FROM o.outcome
  GROUP BY n.operation_id ORDER BY n.operation_id
  ON CONFLICT (operation_id, bucket) DO UPDATE SET
    sent = s.sent + excluded.sent, resolved = s.resolved + excluded.resolved, returned = s.returned + excluded.returned,
    unverified = s.unverified + excluded.unverified, skipped = s.skipped + excluded.skipped, failed = s.failed + excluded.failed;
  RETURN NULL;
END $$;
CREATE TRIGGER operation_items_series AFTER UPDATE ON operation_items
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION note_operation_series();

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
