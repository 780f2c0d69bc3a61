"""The state of every message as SQL: discarded > open dead letter > superseded > semantic | curated-only."""

from __future__ import annotations

#: Views it reads: raw, versions, current, parse_errors, rejects, semantic, letters(message_id, status, stage). One row
#: per message: state, open_stage (of open dead letters), reason (of unexplained ones), rows, revisions, is_indexed.
STATES = """
WITH received AS (
  SELECT message_id, count(*) AS rows, count(DISTINCT coalesce(edit_revision, 0)) AS revisions
  FROM raw GROUP BY message_id
),
-- What a message says now: its highest revision, as it arrived first.
speaking AS (
  SELECT message_id, best.* FROM (
    SELECT message_id, min_by(
      struct(edit_revision, merge_key, event_version, publish_time, pass_seq),
      struct(-edit_revision, ingestion_ts, body_sha256)) AS best
    FROM versions GROUP BY message_id)
),
refused AS (SELECT DISTINCT message_id, edit_revision, true AS is_refused FROM rejects),
judged AS (
  SELECT s.*, coalesce(r.is_refused, false) AS is_refused
  FROM speaking s LEFT JOIN refused r ON r.message_id = s.message_id AND r.edit_revision = s.edit_revision
),
-- Who should stand in the table: nulls are lowest inside a struct.
winner AS (
  SELECT merge_key, max_by(message_id, struct(event_version, publish_time, message_id)) AS message_id
  FROM judged WHERE NOT is_refused GROUP BY merge_key
),
unparsed AS (SELECT message_id, max(coalesce(edit_revision, 0)) AS edit_revision FROM parse_errors GROUP BY message_id),
standing AS (SELECT message_id, max(edit_revision) AS edit_revision FROM {standing} GROUP BY message_id),
letter AS (SELECT message_id, min(status) AS status, min(stage) AS stage FROM letters GROUP BY message_id),
unit AS (
  SELECT message_id FROM received
  UNION SELECT message_id FROM letter WHERE stage IN ('ingest', 'delivery')
),
known AS (
  SELECT u.message_id, coalesce(i.rows, 0) AS rows, coalesce(i.revisions, 0) AS revisions,
         l.status, l.stage, l.message_id IS NOT NULL AS is_indexed,
         coalesce(l.status, '') = 'discarded' AS is_discarded,
         coalesce(l.stage IN ('ingest', 'delivery') AND l.status <> 'discarded', false) AS is_held_back,
         coalesce(e.edit_revision > coalesce(j.edit_revision, -1), false) AS is_unparsed,
         coalesce(j.is_refused, false) AS is_refused,
         j.message_id IS NULL AS is_uncurated,
         coalesce(j.pass_seq > {semantic_seq}, false) AS is_awaiting,
         coalesce(w.message_id <> u.message_id, false) AS is_superseded,
         coalesce(s.edit_revision = j.edit_revision, false) AS is_standing
  FROM unit u
  LEFT JOIN received i ON i.message_id = u.message_id
  LEFT JOIN letter l ON l.message_id = u.message_id
  LEFT JOIN judged j ON j.message_id = u.message_id
  LEFT JOIN winner w ON w.merge_key = j.merge_key
  LEFT JOIN unparsed e ON e.message_id = u.message_id
  LEFT JOIN standing s ON s.message_id = u.message_id
),
named AS (
  SELECT *, CASE
    WHEN is_discarded THEN 'discarded'
    WHEN is_held_back OR is_unparsed OR is_refused THEN 'openDeadLetters'
    WHEN is_uncurated THEN 'unexplained'
    WHEN is_awaiting THEN 'awaitingSemantic'
    WHEN status = 'open' AND stage IN ('curated', 'semantic') THEN 'unexplained'
    WHEN is_superseded THEN 'superseded'
    WHEN is_standing THEN '{standing_state}'
    ELSE 'unexplained' END AS state
  FROM known
)
SELECT message_id, state, rows, revisions, is_indexed,
  CASE WHEN is_held_back THEN stage WHEN is_unparsed THEN 'curated' ELSE 'semantic' END AS open_stage,
  CASE WHEN is_uncurated THEN 'NOT_CURATED'
       WHEN status = 'open' AND stage IN ('curated', 'semantic') THEN 'REJECT_MISSING'
       ELSE '{missing}' END AS reason
FROM named
"""


def states_sql(*, is_gate_open: bool, semantic_seq: int | None) -> str:
    """With the gate closed the newest version stands in the current table and nothing is judged."""
    return STATES.format(
        standing="semantic" if is_gate_open else "current",
        standing_state="semantic" if is_gate_open else "curatedOnly",
        missing="NOT_IN_SEMANTIC" if is_gate_open else "NOT_IN_CURRENT",
        semantic_seq=(2**62 if semantic_seq is None or not is_gate_open else semantic_seq),
    )
