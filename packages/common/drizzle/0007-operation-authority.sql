-- What the author of a plan and of its operation might do when confirming: applied again whenever a worker claims or reads rows.
-- Without it nothing is allowed.
ALTER TABLE plans ADD COLUMN authority jsonb NOT NULL DEFAULT '{"actOwners": [], "readOwners": [], "unmaskOwners": []}';
ALTER TABLE operations ADD COLUMN authority jsonb NOT NULL DEFAULT '{"actOwners": [], "readOwners": [], "unmaskOwners": []}';
CREATE INDEX operations_parent ON operations (parent_id) WHERE parent_id IS NOT NULL;

-- Which rows of the audit lie in the archive, one row per object; `last_hash` ties an object to the chain.
CREATE TABLE audit_exports (
  last_seq bigint PRIMARY KEY,
  first_seq bigint NOT NULL,
  last_hash text NOT NULL,
  bucket text NOT NULL,
  key text NOT NULL,
  exported_at timestamptz(3) NOT NULL DEFAULT now()
);
