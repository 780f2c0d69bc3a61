-- Payload paths that a contract names and does not classify; null = no contract, nothing is shown in clear text.
ALTER TABLE topics ADD COLUMN clear_paths jsonb;

-- Each source of a topic's status keeps its own last error: values stay, their age shows, the reason is said.
ALTER TABLE topic_status
  ADD COLUMN queue_error jsonb,
  ADD COLUMN queue_oldest_collected_at timestamptz(3),
  ADD COLUMN queue_oldest_error jsonb,
  ADD COLUMN mapping_id text,
  ADD COLUMN mapping_error jsonb,
  -- The metadata file the RAW values come from: read again only when Glue names another.
  ADD COLUMN raw_metadata_location text,
  ADD COLUMN raw_error jsonb,
  ADD COLUMN dead_letters_open bigint,
  ADD COLUMN dead_letters_last_at timestamptz(3),
  ADD COLUMN dead_letters_collected_at timestamptz(3),
  ADD COLUMN dead_letters_error jsonb;

-- Shown in lists and audit rows; unlike the cookie's value it opens nothing.
ALTER TABLE sessions ADD COLUMN public_id text COLLATE "C" NOT NULL UNIQUE;

-- Binds a sign-in to the browser that began it.
ALTER TABLE login_states ADD COLUMN browser_hash text NOT NULL;

CREATE TABLE unmask_grants (
  actor text NOT NULL,
  dead_letter_id text COLLATE "C" NOT NULL,
  reason text NOT NULL,
  granted_at timestamptz(3) NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  PRIMARY KEY (actor, dead_letter_id)
);
CREATE INDEX unmask_grants_expiry ON unmask_grants (expires_at);
