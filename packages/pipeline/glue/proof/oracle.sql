-- The rules once more, over the flat list of all rows of RAW of many histories at a time: no passes, no order of arrival.
-- Input tables: raw, node, contract, key_path, col, rule, letter (see oracle.py). Casts: oracle_casts.sql.

CREATE TABLE parsed AS SELECT * FROM raw WHERE is_parsed;

-- Equal revisions are duplicates: the first ingestion is kept, of equal ones the smaller hash.
CREATE TABLE revision AS
SELECT DISTINCT ON (seed, message_id, edit_revision) *
FROM parsed ORDER BY seed, message_id, edit_revision, ingestion_ts, body_sha256;

-- Per message the highest revision speaks.
CREATE TABLE newest AS
SELECT DISTINCT ON (seed, message_id) * FROM revision ORDER BY seed, message_id, edit_revision DESC;

CREATE TABLE keyed AS
SELECT n.*, coalesce('k:' || k.key_text, 'm:' || n.message_id) AS merge_key, v.version_text,
       sortable(c.version_kind, v.version_text) AS version_order
FROM newest n
JOIN contract c USING (seed)
LEFT JOIN (
  SELECT n.seed, n.seq, arg_min(d.text, p.ord) AS key_text
  FROM newest n JOIN key_path p USING (seed) JOIN node d ON d.seed = n.seed AND d.seq = n.seq AND d.path = p.path
  WHERE d.kind IN ('string', 'number', 'boolean') AND d.text <> ''
  GROUP BY ALL
) k USING (seed, seq)
LEFT JOIN (
  SELECT n.seed, n.seq, canonical(c.version_kind, c.version_digits_max, c.version_scale, c.version_format, d.kind, d.text)
           AS version_text
  FROM newest n JOIN contract c USING (seed)
  JOIN node d ON d.seed = n.seed AND d.seq = n.seq AND d.path = c.version_path
) v USING (seed, seq);

CREATE TABLE current AS
SELECT DISTINCT ON (seed, merge_key) *
FROM keyed ORDER BY seed, merge_key, version_order DESC NULLS LAST, publish_time DESC, message_id DESC;

-- A value per message and column of the contract.
CREATE TABLE cell AS
WITH found AS (
  SELECT k.seed, k.seq, k.message_id, k.edit_revision, c.* EXCLUDE (seed), d.kind AS cell_kind, d.text,
         EXISTS (SELECT 1 FROM node p WHERE p.seed = k.seed AND p.seq = k.seq AND list_contains(c.parents, p.path)
                 AND p.kind NOT IN ('object', 'null')) AS is_blocked
  FROM keyed k JOIN col c USING (seed)
  LEFT JOIN node d ON d.seed = k.seed AND d.seq = k.seq AND d.path = c.path
), judged AS (
  SELECT *,
         coalesce(cell_kind, 'null') = 'null' OR (is_critical AND NOT is_blank_allowed AND cell_kind = 'string' AND text = '')
           AS is_missing,
         canonical(kind, digits_max, scale, format, cell_kind, text) AS canon
  FROM found
)
SELECT seed, seq, message_id, edit_revision, name, kind,
       CASE WHEN NOT is_missing AND NOT is_blocked THEN canon END AS value,
       CASE WHEN is_blocked THEN 'TYPE_CAST'
            WHEN is_missing THEN if(is_critical, 'CDE_MISSING', NULL)
            WHEN canon IS NULL THEN 'TYPE_CAST' END AS code
FROM judged;

CREATE TABLE fault AS
SELECT seed, seq, message_id, edit_revision, name, code, NULL AS rule FROM cell WHERE code IS NOT NULL
UNION ALL
SELECT c.seed, c.seq, c.message_id, c.edit_revision, c.name, 'RULE', r.name
FROM cell c JOIN rule r ON r.seed = c.seed AND r.column_name = c.name
WHERE c.value IS NOT NULL AND r.action <> 'warn' AND NOT CASE r.kind
  WHEN 'enum' THEN list_contains(r.allowed, c.value)
  WHEN 'pattern' THEN regexp_full_match(c.value, r.pattern)
  WHEN 'length' THEN length(c.value) BETWEEN coalesce(r.minimum::INT, 0) AND coalesce(r.maximum::INT, 1000000)
  WHEN 'range' THEN sortable(c.kind, c.value) >= coalesce(sortable(c.kind, r.minimum), sortable(c.kind, c.value))
                AND sortable(c.kind, c.value) <= coalesce(sortable(c.kind, r.maximum), sortable(c.kind, c.value)) END;

-- semantic(key) is the newest version that passes.
CREATE TABLE semantic AS
SELECT DISTINCT ON (seed, merge_key) k.*
FROM keyed k JOIN contract c USING (seed)
WHERE c.is_gate_open AND NOT EXISTS (SELECT 1 FROM fault f WHERE f.seed = k.seed AND f.seq = k.seq)
ORDER BY seed, merge_key, version_order DESC NULLS LAST, publish_time DESC, message_id DESC;

CREATE TABLE state AS
WITH unit AS (
  SELECT DISTINCT seed, message_id FROM raw
  UNION
  SELECT seed, message_id FROM letter WHERE status <> 'resolved'
)
SELECT u.seed, u.message_id, CASE
  WHEN l.status = 'discarded' THEN 'discarded'
  WHEN l.status = 'open' THEN 'dead-letter'
  WHEN EXISTS (SELECT 1 FROM raw r WHERE r.seed = u.seed AND r.message_id = u.message_id AND NOT r.is_parsed
               AND r.edit_revision > coalesce(k.edit_revision, -1)) THEN 'dead-letter'
  WHEN c.is_gate_open AND EXISTS (SELECT 1 FROM fault f WHERE f.seed = u.seed AND f.message_id = u.message_id)
    THEN 'dead-letter'
  WHEN NOT c.is_gate_open AND EXISTS (SELECT 1 FROM current n WHERE n.seed = u.seed AND n.message_id = u.message_id)
    THEN 'curated-only'
  WHEN EXISTS (SELECT 1 FROM semantic s WHERE s.seed = u.seed AND s.message_id = u.message_id) THEN 'semantic'
  ELSE 'superseded' END AS state
FROM unit u JOIN contract c USING (seed)
LEFT JOIN keyed k USING (seed, message_id)
LEFT JOIN letter l USING (seed, message_id);
