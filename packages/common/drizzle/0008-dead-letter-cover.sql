-- Counting, facets, groups and histograms of a time window are answered from this index alone, without touching rows.
DROP INDEX dead_letters_recent;
CREATE INDEX dead_letters_recent ON dead_letters (last_failed_at DESC, id DESC)
  INCLUDE (topic, owner, stage, code, fingerprint, status, attempt, size_bytes);

-- Trends over hours and days: one row per group, hour and owner, where the minutes have one per topic too.
CREATE TABLE error_hours (
  fingerprint text COLLATE "C" NOT NULL,
  hour timestamptz(0) NOT NULL,
  owner text NOT NULL,
  failures int NOT NULL,
  PRIMARY KEY (fingerprint, hour, owner)
);
INSERT INTO error_hours (fingerprint, hour, owner, failures)
SELECT c.fingerprint, date_trunc('hour', c.minute), coalesce(t.owner, 'unknown'), sum(c.failures)
FROM error_counts c LEFT JOIN topics t USING (topic) GROUP BY 1, 2, 3;
