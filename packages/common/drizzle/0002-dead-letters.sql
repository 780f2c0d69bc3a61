CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- One row per failed message (id = hash of topic and message id); a repeat failure updates it.
CREATE TABLE dead_letters (
  id text COLLATE "C" PRIMARY KEY,
  topic text COLLATE "C" NOT NULL,
  owner text NOT NULL,
  message_id text NOT NULL,
  status text NOT NULL CHECK (status IN ('open', 'in_operation', 'verifying', 'resolved', 'unverified', 'discarded')),
  status_changed_at timestamptz(3) NOT NULL,
  -- The attempt whose outcome counts. Raised by the operation that sends the message again.
  attempt int NOT NULL,
  failures int NOT NULL DEFAULT 0,
  stage text COLLATE "C" NOT NULL CHECK (stage IN ('ingest', 'delivery', 'curated', 'semantic')),
  code text COLLATE "C" NOT NULL,
  class text COLLATE "C" NOT NULL,
  fingerprint text COLLATE "C" NOT NULL,
  -- Scrubbed of values; what the masked views may show.
  error_message text NOT NULL,
  -- The newest failure by (attempt, time, event id): an older one never replaces what it said.
  head_attempt int NOT NULL,
  head_at timestamptz(3) NOT NULL,
  head_event_id text COLLATE "C" NOT NULL,
  first_failed_at timestamptz(3) NOT NULL,
  last_failed_at timestamptz(3) NOT NULL,
  publish_time timestamptz(6),
  first_received_at timestamptz(3),
  edit_revision int NOT NULL DEFAULT 0,
  origin_arn text,
  idempotency_key text,
  attributes jsonb NOT NULL DEFAULT '{}',
  lineage jsonb,
  size_bytes int NOT NULL,
  preview text NOT NULL,
  operation_id uuid,
  replay_id text,
  verify_stage text,
  verify_until timestamptz(3),
  discard_reason text,
  restorable_until timestamptz(3),
  -- `versions` at the moment the row joined the open ones; a frozen selection takes index_seq <= its asOf.
  index_seq bigint NOT NULL,
  changed_seq bigint NOT NULL
) WITH (fillfactor = 85);
CREATE INDEX dead_letters_recent ON dead_letters (last_failed_at DESC, id DESC);
CREATE INDEX dead_letters_oldest ON dead_letters (first_failed_at DESC, id DESC);
CREATE INDEX dead_letters_topic ON dead_letters (topic, last_failed_at DESC, id DESC);
CREATE INDEX dead_letters_owner ON dead_letters (owner, last_failed_at DESC, id DESC);
CREATE INDEX dead_letters_fingerprint ON dead_letters (fingerprint, last_failed_at DESC, id DESC);
CREATE INDEX dead_letters_code ON dead_letters (code, last_failed_at DESC, id DESC);
CREATE INDEX dead_letters_status ON dead_letters (status, last_failed_at DESC, id DESC);
CREATE INDEX dead_letters_attempt ON dead_letters (attempt, last_failed_at DESC, id DESC);
CREATE INDEX dead_letters_size ON dead_letters (size_bytes, id);
CREATE INDEX dead_letters_message ON dead_letters (message_id);
CREATE INDEX dead_letters_key ON dead_letters (idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX dead_letters_operation ON dead_letters (operation_id) WHERE operation_id IS NOT NULL;
CREATE INDEX dead_letters_replay ON dead_letters (replay_id) WHERE replay_id IS NOT NULL;
CREATE INDEX dead_letters_deadline ON dead_letters (verify_until) WHERE status = 'verifying';
CREATE INDEX dead_letters_prune ON dead_letters (status_changed_at) WHERE status IN ('resolved', 'discarded');

-- Bodies apart, so that a page of rows never drags payloads along.
CREATE TABLE dead_letter_bodies (
  dead_letter_id text COLLATE "C" PRIMARY KEY REFERENCES dead_letters ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('json', 'text', 'binary', 'missing')),
  -- Exact bytes up to 64 KiB; larger ones are read from the archive.
  inline bytea,
  sha256 text NOT NULL,
  size_bytes int NOT NULL,
  -- Where the archived record lies: one NDJSON line of common/messages/archived-dead-letter.ts.
  archive_bucket text,
  archive_key text,
  archive_offset bigint,
  archive_length int,
  -- An object that holds the body alone, for sources that have one.
  object_key text,
  -- The first 4 KiB of text: what a text search looks at.
  search text NOT NULL DEFAULT ''
);
CREATE INDEX dead_letter_bodies_search ON dead_letter_bodies USING gin (search gin_trgm_ops);

-- Every failure that was ever reported, once: id = hash(dead letter, attempt, stage, source).
CREATE TABLE dead_letter_events (
  id text COLLATE "C" PRIMARY KEY,
  dead_letter_id text COLLATE "C" NOT NULL REFERENCES dead_letters ON DELETE CASCADE,
  attempt int NOT NULL,
  stage text COLLATE "C" NOT NULL,
  code text COLLATE "C" NOT NULL,
  fingerprint text COLLATE "C" NOT NULL,
  error_message text NOT NULL,
  occurred_at timestamptz(3) NOT NULL,
  recorded_at timestamptz(3) NOT NULL DEFAULT now(),
  -- `sqs:<message id>` or `s3:<bucket>/<key>#<line>`.
  source text NOT NULL,
  replay_id text,
  edit_revision int NOT NULL DEFAULT 0,
  -- The message as it was at this failure; the row's body is that of the newest one.
  archive_bucket text,
  archive_key text,
  archive_offset bigint,
  archive_length int
);
CREATE INDEX dead_letter_events_letter ON dead_letter_events (dead_letter_id, occurred_at, id);

CREATE TABLE error_groups (
  fingerprint text COLLATE "C" PRIMARY KEY,
  code text COLLATE "C" NOT NULL,
  class text COLLATE "C" NOT NULL,
  stage text COLLATE "C" NOT NULL,
  title text NOT NULL,
  -- What was hashed, in order: the answer to "grouped by …".
  parts jsonb NOT NULL,
  sample_id text COLLATE "C" NOT NULL,
  sample_message text NOT NULL,
  first_seen_at timestamptz(3) NOT NULL,
  last_seen_at timestamptz(3) NOT NULL,
  failures bigint NOT NULL DEFAULT 0
);
CREATE INDEX error_groups_last_seen ON error_groups (last_seen_at DESC);
CREATE INDEX error_groups_first_seen ON error_groups (first_seen_at DESC);

-- Old links stay valid when the algorithm gets a new version.
CREATE TABLE fingerprint_aliases (
  old_fingerprint text COLLATE "C" PRIMARY KEY,
  fingerprint text COLLATE "C" NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now()
);

-- Failures per minute, counted once per event: trends and histograms never scan the rows.
CREATE TABLE error_counts (
  fingerprint text COLLATE "C" NOT NULL,
  minute timestamptz(0) NOT NULL,
  topic text COLLATE "C" NOT NULL,
  stage text COLLATE "C" NOT NULL,
  code text COLLATE "C" NOT NULL,
  failures int NOT NULL,
  PRIMARY KEY (fingerprint, minute, topic, stage)
);
CREATE INDEX error_counts_minute ON error_counts (minute, topic);
CREATE INDEX error_counts_topic ON error_counts (topic, minute);

-- Messages now, per what operators group by. Kept exact by triggers whoever changes a status.
CREATE TABLE dead_letter_counts (
  topic text COLLATE "C" NOT NULL,
  owner text NOT NULL,
  stage text COLLATE "C" NOT NULL,
  code text COLLATE "C" NOT NULL,
  fingerprint text COLLATE "C" NOT NULL,
  status text COLLATE "C" NOT NULL,
  letters bigint NOT NULL,
  bytes bigint NOT NULL,
  PRIMARY KEY (topic, fingerprint, status, stage, code, owner)
) WITH (fillfactor = 70);

CREATE FUNCTION count_dead_letters() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO dead_letter_counts AS c (topic, owner, stage, code, fingerprint, status, letters, bytes)
    SELECT topic, owner, stage, code, fingerprint, status, count(*), sum(size_bytes)
    FROM new_rows GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 5, 6, 3, 4, 2
    ON CONFLICT (topic, fingerprint, status, stage, code, owner)
    DO UPDATE SET letters = c.letters + excluded.letters, bytes = c.bytes + excluded.bytes;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO dead_letter_counts AS c (topic, owner, stage, code, fingerprint, status, letters, bytes)
    SELECT topic, owner, stage, code, fingerprint, status, -count(*), -sum(size_bytes)
    FROM old_rows GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 5, 6, 3, 4, 2
    ON CONFLICT (topic, fingerprint, status, stage, code, owner)
    DO UPDATE SET letters = c.letters + excluded.letters, bytes = c.bytes + excluded.bytes;
  ELSE
    INSERT INTO dead_letter_counts AS c (topic, owner, stage, code, fingerprint, status, letters, bytes)
    SELECT topic, owner, stage, code, fingerprint, status, sum(n), sum(b)
    FROM (
      SELECT topic, owner, stage, code, fingerprint, status, 1 AS n, size_bytes AS b FROM new_rows
      UNION ALL
      SELECT topic, owner, stage, code, fingerprint, status, -1, -size_bytes FROM old_rows
    ) AS moved
    GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(n) <> 0 OR sum(b) <> 0 ORDER BY 1, 5, 6, 3, 4, 2
    ON CONFLICT (topic, fingerprint, status, stage, code, owner)
    DO UPDATE SET letters = c.letters + excluded.letters, bytes = c.bytes + excluded.bytes;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER dead_letters_counted_insert AFTER INSERT ON dead_letters
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION count_dead_letters();
CREATE TRIGGER dead_letters_counted_delete AFTER DELETE ON dead_letters
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION count_dead_letters();
CREATE TRIGGER dead_letters_counted_update AFTER UPDATE ON dead_letters
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION count_dead_letters();

-- Everyone who changes dead letters queues at the noun's version before touching a row, so that counts never deadlock,
-- sequence numbers become visible in order, and no list keeps an old ETag.
CREATE FUNCTION bump_dead_letters_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE versions SET version = version + 1, changed_at = now() WHERE noun = 'dead_letters';
  RETURN NULL;
END $$;
CREATE TRIGGER dead_letters_version BEFORE INSERT OR UPDATE OR DELETE ON dead_letters
  FOR EACH STATEMENT EXECUTE FUNCTION bump_dead_letters_version();

-- What the reconciler has seen in the index, so that a listing is compared without reading objects again.
CREATE TABLE indexed_objects (
  bucket text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  etag text NOT NULL,
  records int NOT NULL,
  indexed_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (bucket, key)
);

-- Text at a path of an inline JSON body; null where there is none. jsonb refuses what JSON allows (\u0000), so a fault is "no match".
CREATE FUNCTION body_text_at(body bytea, path text[]) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN convert_from(body, 'UTF8')::jsonb #>> path;
EXCEPTION WHEN data_exception OR untranslatable_character OR character_not_in_repertoire THEN
  RETURN NULL;
END $$;
