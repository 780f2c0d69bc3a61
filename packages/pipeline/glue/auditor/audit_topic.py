"""One topic's account, recounted."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

_here = Path(__file__).parent
_listed_max = 100

#: Columns the recount reads, for tables that nobody made yet.
_empty = {
    "versions": "NULL::VARCHAR AS message_id, 0 AS edit_revision, now()::TIMESTAMP AS ingestion_ts, '' AS body_sha256, "
    "'' AS merge_key, '' AS event_version, now()::TIMESTAMP AS publish_time, 0 AS pass_seq",
    "current_rows": "NULL::VARCHAR AS message_id, 0 AS edit_revision",
    "parse_errors": "NULL::VARCHAR AS message_id, 0 AS edit_revision",
    "rejects": "NULL::VARCHAR AS message_id, 0 AS edit_revision",
    "semantic_rows": "NULL::VARCHAR AS message_id, 0 AS edit_revision",
}


@dataclass(frozen=True)
class Request:
    """Metadata file per table (None = there is no such table) and what only the control plane knows."""

    topic: str
    raw: str
    tables: dict[str, str | None]
    letters: Path | None = None
    raw_snapshot: str | None = None
    semantic_seq: int | None = None
    is_gate_open: bool = True


def audit_topic(db: duckdb.DuckDBPyConnection, request: Request) -> dict[str, Any]:
    """Terms by name and the messages that no term explains."""
    _open_tables(db, request)
    _open_letters(db, request.letters)
    seq = 2**62 if request.semantic_seq is None else request.semantic_seq
    db.execute(f"SET VARIABLE semantic_seq = {seq}; SET VARIABLE is_gate_open = {request.is_gate_open}")
    db.execute((_here / "recount.sql").read_text())
    terms = dict(db.execute("SELECT state, count(*) FROM verdict GROUP BY ALL ORDER BY 1").fetchall())
    unexplained = db.execute(
        "SELECT message_id, split_part(state, ': ', 2) FROM verdict WHERE state LIKE 'unexplained%' ORDER BY 1"
    ).fetchall()
    rows, revisions, messages = _one(
        db,
        "SELECT count(*), count(DISTINCT (message_id, coalesce(edit_revision, 0))), count(DISTINCT message_id) "
        "FROM raw",
    )
    (total,) = _one(db, "SELECT count(*) FROM verdict")
    (unindexed,) = _one(
        db,
        "SELECT count(*) FROM verdict WHERE state LIKE 'dead letter%' AND NOT is_indexed",
    )
    return {
        "topic": request.topic,
        "rawSnapshotId": request.raw_snapshot,
        "rows": rows,
        "messages": messages,
        "duplicateRows": rows - revisions,
        "beforeRaw": total - messages,
        "total": total,
        "terms": {name: count for name, count in terms.items() if not name.startswith("unexplained")},
        "unexplained": len(unexplained),
        "unexplainedMessages": [{"messageId": name, "reason": why} for name, why in unexplained[:_listed_max]],
        "notIndexed": unindexed,
    }


def _open_tables(db: duckdb.DuckDBPyConnection, request: Request) -> None:
    pin = "" if request.raw_snapshot is None else f", snapshot_from_id = {int(request.raw_snapshot)}"
    db.execute(f"CREATE OR REPLACE TEMP VIEW raw AS SELECT * FROM iceberg_scan('{_quoted(request.raw)}'{pin})")
    for name, empty in _empty.items():
        metadata = request.tables.get(name)
        if metadata is None or not _has_snapshot(db, metadata):
            source = f"SELECT {empty} WHERE false"
        else:
            source = f"SELECT * FROM iceberg_scan('{_quoted(metadata)}')"
        db.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {source}")


def _has_snapshot(db: duckdb.DuckDBPyConnection, metadata: str) -> bool:
    """Iceberg's reader has no word for a table without a commit."""
    (text,) = _one(db, f"SELECT content FROM read_text('{_quoted(metadata)}')")
    return json.loads(text).get("current-snapshot-id") not in (None, -1)


def _open_letters(db: duckdb.DuckDBPyConnection, letters: Path | None) -> None:
    """Resolved ones are of no concern: their messages are where the tables say."""
    db.execute("CREATE OR REPLACE TEMP TABLE letter (message_id VARCHAR, status VARCHAR, stage VARCHAR)")
    if letters is not None and letters.stat().st_size > 0:
        columns = "{messageId: 'VARCHAR', status: 'VARCHAR', stage: 'VARCHAR'}"
        db.execute(
            f"INSERT INTO letter SELECT DISTINCT ON (messageId) * FROM read_json('{_quoted(str(letters))}', "
            f"format = 'newline_delimited', columns = {columns}) WHERE status <> 'resolved'"
        )


def _one(db: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    row: tuple[Any, ...] | None = db.execute(query).fetchone()
    assert row is not None
    return row


def _quoted(text: str) -> str:
    return text.replace("'", "''")
