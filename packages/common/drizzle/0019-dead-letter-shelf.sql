-- A send changes its dead letter (status, attempt, replay id …) and its item. With the status in no index but what it is on the whole, the
-- shelf, the new version of the row stays on its page and none of the eleven indexes is written. Pages keep room for such versions; the table
-- is written anew here, and nothing else is at work on it meanwhile.
DROP INDEX dead_letters_recent;
DROP INDEX dead_letters_status;
DROP INDEX dead_letters_prune;
ALTER TABLE dead_letters SET (fillfactor = 60);
ALTER TABLE dead_letters
  ADD COLUMN shelf text COLLATE "C" NOT NULL
    GENERATED ALWAYS AS (CASE WHEN status IN ('in_operation', 'verifying') THEN 'open' ELSE status END) STORED,
  -- Resolved or discarded since then.
  ADD COLUMN settled_at timestamptz(3)
    GENERATED ALWAYS AS (CASE WHEN status IN ('resolved', 'discarded') THEN status_changed_at END) STORED;
CREATE INDEX dead_letters_recent ON dead_letters (last_failed_at DESC, id DESC)
  INCLUDE (topic, owner, stage, code, fingerprint, shelf, size_bytes);
CREATE INDEX dead_letters_shelf ON dead_letters (shelf, last_failed_at DESC, id DESC);
CREATE INDEX dead_letters_prune ON dead_letters (settled_at) WHERE settled_at IS NOT NULL;

-- An item grows when it is claimed: two more versions fit beside it now.
ALTER TABLE operation_items SET (fillfactor = 33);
