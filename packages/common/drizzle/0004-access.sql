CREATE TABLE sessions (
  -- SHA-256 of the opaque id: a copy of this table opens no session.
  id_hash text COLLATE "C" PRIMARY KEY,
  subject text NOT NULL,
  profile jsonb NOT NULL,
  tokens bytea,
  tokens_expire_at timestamptz(3),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  last_seen_at timestamptz(3) NOT NULL DEFAULT now(),
  idle_expires_at timestamptz(3) NOT NULL,
  expires_at timestamptz(3) NOT NULL,
  revoked_at timestamptz(3),
  client jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX sessions_subject ON sessions (subject, created_at DESC);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- Single use: taken by DELETE … RETURNING.
CREATE TABLE login_states (
  state_hash text COLLATE "C" PRIMARY KEY,
  code_verifier text NOT NULL,
  nonce text NOT NULL,
  return_to text NOT NULL,
  expires_at timestamptz(3) NOT NULL
);

CREATE TABLE idempotency_keys (
  actor text NOT NULL,
  key text NOT NULL,
  request_hash text NOT NULL,
  status int,
  response jsonb,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  expires_at timestamptz(3) NOT NULL,
  PRIMARY KEY (actor, key)
);
CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);

CREATE TABLE saved_views (
  id uuid PRIMARY KEY,
  page text NOT NULL,
  name text NOT NULL,
  query jsonb NOT NULL,
  owner text NOT NULL,
  is_shared boolean NOT NULL DEFAULT false,
  version int NOT NULL DEFAULT 1,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (page, owner, name)
);

CREATE TABLE settings (
  key text COLLATE "C" PRIMARY KEY,
  value jsonb NOT NULL,
  version int NOT NULL DEFAULT 1,
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_by text
);

-- Who did what, when, why. Rows are chained: each hash covers the one before.
CREATE TABLE audit_log (
  seq bigint PRIMARY KEY,
  at timestamptz(3) NOT NULL,
  actor_kind text NOT NULL CHECK (actor_kind IN ('user', 'service', 'system')),
  actor_id text NOT NULL,
  session_id text,
  on_behalf_of text,
  action text NOT NULL,
  target_kind text,
  target_id text,
  operation_id uuid,
  request_id text,
  outcome text NOT NULL DEFAULT 'done' CHECK (outcome IN ('done', 'denied', 'failed')),
  reason text,
  details jsonb NOT NULL DEFAULT '{}',
  previous_hash text NOT NULL,
  hash text NOT NULL
);
CREATE INDEX audit_log_at ON audit_log (at DESC, seq DESC);
CREATE INDEX audit_log_target ON audit_log (target_kind, target_id, seq DESC);
CREATE INDEX audit_log_operation ON audit_log (operation_id, seq) WHERE operation_id IS NOT NULL;
CREATE INDEX audit_log_actor ON audit_log (actor_id, seq DESC);

-- The text a row's hash covers. `audit_row_text` is public so that `doctor` can verify the chain in SQL.
CREATE FUNCTION audit_row_text(r audit_log) RETURNS text LANGUAGE sql STABLE SET timezone = 'UTC' AS $$
  SELECT jsonb_build_array(r.previous_hash, r.seq, r.at, r.actor_kind, r.actor_id, r.session_id, r.on_behalf_of, r.action,
    r.target_kind, r.target_id, r.operation_id, r.request_id, r.outcome, r.reason, r.details)::text
$$;

CREATE FUNCTION chain_audit_row() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE last record;
BEGIN
  -- Writers queue here until the one before has committed: the chain has no forks and no gaps.
  PERFORM pg_advisory_xact_lock(hashtext('lean-ops audit chain'));
  SELECT seq, hash INTO last FROM audit_log ORDER BY seq DESC LIMIT 1;
  NEW.seq := coalesce(last.seq, 0) + 1;
  NEW.at := coalesce(NEW.at, clock_timestamp());
  NEW.previous_hash := coalesce(last.hash, repeat('0', 64));
  NEW.hash := encode(sha256(convert_to(audit_row_text(NEW), 'UTF8')), 'hex');
  RETURN NEW;
END $$;
CREATE TRIGGER audit_log_chained BEFORE INSERT ON audit_log FOR EACH ROW EXECUTE FUNCTION chain_audit_row();

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'audit_log is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
