-- What a version would do to the rows that are there: the newest answer per content of a contract.
CREATE TABLE contract_what_ifs (
  topic text COLLATE "C" NOT NULL,
  sha256 text COLLATE "C" NOT NULL,
  -- The version it was compared with; null = the topic had none.
  against_sha256 text COLLATE "C",
  at timestamptz(3) NOT NULL DEFAULT now(),
  operation_id uuid,
  result jsonb NOT NULL,
  PRIMARY KEY (topic, sha256)
);

-- The closed account of a topic per RAW snapshot, as the account job counted it.
CREATE TABLE topic_accounts (
  topic text COLLATE "C" NOT NULL,
  raw_snapshot_id bigint NOT NULL,
  computed_at timestamptz(3) NOT NULL DEFAULT now(),
  operation_id uuid,
  -- 0, or the account does not close and an alert lists ids.
  unexplained bigint NOT NULL,
  result jsonb NOT NULL,
  PRIMARY KEY (topic, raw_snapshot_id)
);
CREATE INDEX topic_accounts_recent ON topic_accounts (topic, computed_at DESC);
