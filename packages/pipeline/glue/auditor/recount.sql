-- Every message's place, from the tables alone. Inputs: raw, versions, current_rows, parse_errors, rejects, semantic_rows,
-- letter(message_id, status, stage); getvariable('semantic_seq'), getvariable('is_gate_open').

-- All messages, and those that never reached RAW.
CREATE TEMP TABLE unit AS
SELECT DISTINCT message_id, true AS in_raw FROM raw
UNION ALL
SELECT message_id, false FROM letter WHERE stage IN ('ingest', 'delivery')
  AND message_id NOT IN (SELECT message_id FROM raw);

-- The row that speaks for a message: highest revision, then first arrival.
CREATE TEMP TABLE voice AS
SELECT * FROM versions
QUALIFY row_number() OVER (PARTITION BY message_id ORDER BY edit_revision DESC, ingestion_ts, body_sha256) = 1;

-- Refused as it now is.
CREATE TEMP TABLE refused AS
SELECT message_id FROM voice v
WHERE EXISTS (FROM rejects r WHERE r.message_id = v.message_id AND r.edit_revision = v.edit_revision);

-- Could not be read, and no revision at least as high could.
CREATE TEMP TABLE unread AS
SELECT message_id FROM parse_errors e GROUP BY message_id
HAVING max(coalesce(edit_revision, 0)) > coalesce((SELECT v.edit_revision FROM voice v WHERE v.message_id = e.message_id), -1);

-- Place of a message among those of its key that were not refused: the first must be in the table.
CREATE TEMP TABLE place AS
SELECT message_id, edit_revision,
       row_number() OVER (PARTITION BY merge_key
         ORDER BY event_version DESC NULLS LAST, publish_time DESC, message_id DESC) AS place
FROM voice ANTI JOIN refused USING (message_id);

CREATE TEMP TABLE shown AS
SELECT message_id, edit_revision FROM semantic_rows WHERE getvariable('is_gate_open')
UNION
SELECT message_id, edit_revision FROM current_rows WHERE NOT getvariable('is_gate_open');

CREATE TEMP TABLE verdict AS
SELECT u.message_id, u.in_raw, l.stage, l.message_id IS NOT NULL AS is_indexed,
  CASE
    WHEN l.status = 'discarded' THEN 'discarded'
    WHEN l.stage IN ('ingest', 'delivery') THEN 'dead letter, ' || l.stage
    WHEN u.message_id IN (FROM unread) THEN 'dead letter, curated'
    WHEN u.message_id IN (FROM refused) THEN 'dead letter, semantic'
    WHEN v.message_id IS NULL THEN 'unexplained: NOT_CURATED'
    WHEN getvariable('is_gate_open') AND v.pass_seq > getvariable('semantic_seq') THEN 'awaiting semantic'
    WHEN l.status = 'open' THEN 'unexplained: REJECT_MISSING'
    WHEN p.place > 1 THEN 'superseded'
    WHEN s.message_id IS NOT NULL THEN if(getvariable('is_gate_open'), 'semantic', 'curated only')
    ELSE 'unexplained: ' || if(getvariable('is_gate_open'), 'NOT_IN_SEMANTIC', 'NOT_IN_CURRENT')
  END AS state
FROM unit u
LEFT JOIN letter l USING (message_id)
LEFT JOIN voice v USING (message_id)
LEFT JOIN place p USING (message_id)
LEFT JOIN shown s ON s.message_id = p.message_id AND s.edit_revision = p.edit_revision;
