-- What is counted per minute grows for ever: it lies in weekly partitions, and an old week goes by dropping a table, not by deleting rows.
-- Rows from before the first partition, or of a week nobody has prepared, lie in `…_rest`: no insert ever fails for it.
ALTER TABLE topic_samples RENAME TO topic_samples_rest;
ALTER TABLE topic_rates RENAME TO topic_rates_rest;
ALTER TABLE topic_rate_failures RENAME TO topic_rate_failures_rest;
ALTER TABLE error_counts RENAME TO error_counts_rest;
ALTER INDEX topic_samples_pkey RENAME TO topic_samples_rest_pkey;
ALTER INDEX topic_rates_pkey RENAME TO topic_rates_rest_pkey;
ALTER INDEX topic_rate_failures_pkey RENAME TO topic_rate_failures_rest_pkey;
ALTER INDEX error_counts_pkey RENAME TO error_counts_rest_pkey;
ALTER INDEX topic_samples_minute RENAME TO topic_samples_rest_minute;
ALTER INDEX topic_rates_minute RENAME TO topic_rates_rest_minute;
ALTER INDEX topic_rate_failures_minute RENAME TO topic_rate_failures_rest_minute;
ALTER INDEX error_counts_minute RENAME TO error_counts_rest_minute;
ALTER INDEX error_counts_topic RENAME TO error_counts_rest_topic;

CREATE TABLE topic_samples (LIKE topic_samples_rest INCLUDING DEFAULTS INCLUDING CONSTRAINTS, PRIMARY KEY (topic, minute))
  PARTITION BY RANGE (minute);
CREATE INDEX topic_samples_minute ON topic_samples (minute);
CREATE TABLE topic_rates (LIKE topic_rates_rest INCLUDING DEFAULTS INCLUDING CONSTRAINTS, PRIMARY KEY (topic, minute))
  PARTITION BY RANGE (minute);
CREATE INDEX topic_rates_minute ON topic_rates (minute);
CREATE TABLE topic_rate_failures (LIKE topic_rate_failures_rest INCLUDING DEFAULTS INCLUDING CONSTRAINTS, PRIMARY KEY (topic, minute, code, action))
  PARTITION BY RANGE (minute);
CREATE INDEX topic_rate_failures_minute ON topic_rate_failures (minute);
CREATE TABLE error_counts (LIKE error_counts_rest INCLUDING DEFAULTS INCLUDING CONSTRAINTS, PRIMARY KEY (fingerprint, minute, topic, stage))
  PARTITION BY RANGE (minute);
CREATE INDEX error_counts_minute ON error_counts (minute, topic);
CREATE INDEX error_counts_topic ON error_counts (topic, minute);

ALTER TABLE topic_samples ATTACH PARTITION topic_samples_rest DEFAULT;
ALTER TABLE topic_rates ATTACH PARTITION topic_rates_rest DEFAULT;
ALTER TABLE topic_rate_failures ATTACH PARTITION topic_rate_failures_rest DEFAULT;
ALTER TABLE error_counts ATTACH PARTITION error_counts_rest DEFAULT;

-- Prepares this week and the three after it, and drops whole weeks older than `keep_days`. Runs with its owner's rights: the application
-- may neither create nor drop tables otherwise. What cannot be locked within two seconds waits for the next call. Returns the partitions dropped.
CREATE FUNCTION keep_partitions(keep_days int) RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = public SET lock_timeout = '2s' AS $$
DECLARE
  parent text;
  week date;
  part text;
  dropped int := 0;
BEGIN
  IF keep_days < 1 THEN RAISE EXCEPTION 'keep_days must be at least 1' USING ERRCODE = 'invalid_parameter_value'; END IF;
  FOREACH parent IN ARRAY ARRAY['topic_samples', 'topic_rates', 'topic_rate_failures', 'error_counts'] LOOP
    FOR week IN SELECT (date_trunc('week', now() AT TIME ZONE 'UTC') + n * interval '1 week')::date FROM generate_series(0, 3) AS n LOOP
      part := parent || '_' || to_char(week, 'IYYY"w"IW');
      IF to_regclass(part) IS NULL THEN
        BEGIN
          EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
            part, parent, week::timestamp AT TIME ZONE 'UTC', (week + 7)::timestamp AT TIME ZONE 'UTC');
        EXCEPTION WHEN check_violation OR lock_not_available OR duplicate_table THEN
          -- The week has rows in `…_rest` already (it ends there), or the table is busy.
          NULL;
        END;
      END IF;
    END LOOP;
    FOR part IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      WHERE i.inhparent = to_regclass(parent) AND c.relname ~ '_[0-9]{4}w[0-9]{2}$'
        AND to_date(right(c.relname, 7), 'IYYY"w"IW') + 7 <= (now() AT TIME ZONE 'UTC')::date - keep_days
    LOOP
      BEGIN
        EXECUTE format('DROP TABLE %I', part);
        dropped := dropped + 1;
      EXCEPTION WHEN lock_not_available THEN NULL;
      END;
    END LOOP;
  END LOOP;
  RETURN dropped;
END $$;
SELECT keep_partitions(36500);

CREATE INDEX operations_finished ON operations (finished_at) WHERE finished_at IS NOT NULL;
