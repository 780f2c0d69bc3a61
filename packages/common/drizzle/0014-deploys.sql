-- One row per deploy that ran the migration: what people look for first when something began to fail.
CREATE TABLE deploys (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz(3) NOT NULL DEFAULT now(),
  git_commit text,
  details jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX deploys_at ON deploys (at DESC);
CREATE INDEX contract_versions_activated ON contract_versions (activated_at DESC) WHERE activated_at IS NOT NULL;
