"""Runs oracle.sql over the raw rows of many histories and gives back what must be in the tables."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from proof.history import Contract, History

_here = Path(__file__).parent
_draft_keys = [
    "/_metadata/idempotencyKeyResource",
    "/_metadata/idempotency_key",
    "/idempotencyKeyResource",
    "/idempotency_key",
]

#: (message id, revision, ingestion time in µs, hash of the body) of a row that won.
Won = tuple[str, int, int, str]


@dataclass
class Truth:
    """What one history must end in."""

    messages: dict[str, Won] = field(default_factory=dict)
    #: Per message the canonical text of the typed event version.
    versions: dict[str, str | None] = field(default_factory=dict)
    current: dict[str, Won] = field(default_factory=dict)
    semantic: dict[str, tuple[Won, dict[str, str | None]]] = field(default_factory=dict)
    #: Faults of messages as they now are, and (message, revision) of rows that could not be parsed.
    faults: dict[str, frozenset[tuple[str, str, str | None]]] = field(default_factory=dict)
    unparsed: frozenset[tuple[str, int]] = frozenset()
    conflicts: frozenset[tuple[str, int]] = frozenset()
    states: dict[str, str] = field(default_factory=dict)


def ask_oracle(histories: Iterable[History], contract: Contract | None = None) -> dict[int, Truth]:
    """Truth per seed, under each history's final contract unless another is given."""
    histories = list(histories)
    db = duckdb.connect()
    db.execute("SET threads = 1")
    _load(db, histories, contract)
    for name in ("oracle_casts.sql", "oracle.sql"):
        db.execute((_here / name).read_text())
    return _collect(db, [history.seed for history in histories])


def _load(db: duckdb.DuckDBPyConnection, histories: list[History], contract: Contract | None) -> None:
    tables: dict[str, tuple[str, list[tuple[Any, ...]]]] = {
        "raw": (
            "seed INT, seq INT, message_id VARCHAR, edit_revision INT, publish_time BIGINT, ingestion_ts BIGINT, "
            "body_sha256 VARCHAR, is_parsed BOOLEAN",
            [],
        ),
        "node": ("seed INT, seq INT, path VARCHAR, kind VARCHAR, text VARCHAR", []),
        "contract": (
            "seed INT, is_gate_open BOOLEAN, version_path VARCHAR, version_kind VARCHAR, version_digits_max INT, "
            "version_scale INT, version_format VARCHAR",
            [],
        ),
        "key_path": ("seed INT, ord INT, path VARCHAR", []),
        "col": (
            "seed INT, name VARCHAR, path VARCHAR, parents VARCHAR[], kind VARCHAR, digits_max INT, scale INT, "
            "format VARCHAR, is_critical BOOLEAN, is_blank_allowed BOOLEAN",
            [],
        ),
        "rule": (
            "seed INT, column_name VARCHAR, name VARCHAR, action VARCHAR, kind VARCHAR, minimum VARCHAR, "
            "maximum VARCHAR, allowed VARCHAR[], pattern VARCHAR",
            [],
        ),
        "letter": ("seed INT, message_id VARCHAR, status VARCHAR", []),
    }
    for history in histories:
        _add_rows(tables, history)
        _add_contract(tables, history.seed, contract or history.final_contract)
        tables["letter"][1].extend((history.seed, name, letter.status) for name, letter in history.letters.items())
    for name, (columns, rows) in tables.items():
        db.execute(f"CREATE TABLE {name} ({columns})")
        _insert(db, name, rows)


def _insert(db: duckdb.DuckDBPyConnection, name: str, rows: list[tuple[Any, ...]]) -> None:
    """Through Arrow: parameters would be bound one value at a time."""
    if not rows:
        return
    columns = [pa.array(column) for column in zip(*rows, strict=True)]
    given = pa.table(columns, names=[f"c{at}" for at in range(len(columns))])
    db.register("given", given)
    db.execute(f"INSERT INTO {name} SELECT * FROM given")
    db.unregister("given")


def _add_rows(tables: dict[str, tuple[str, list[tuple[Any, ...]]]], history: History) -> None:
    seed = history.seed
    for seq, row in enumerate(history.raw_rows):
        sha = hashlib.sha256(row.body.encode()).hexdigest()
        known = (seed, seq, row.message_id, row.edit_revision, row.publish_time, row.ingestion_ts, sha)
        tables["raw"][1].append((*known, row.nodes is not None))
        tables["node"][1].extend((seed, seq, path, kind, text) for path, (kind, text) in (row.nodes or {}).items())


def _add_contract(tables: dict[str, tuple[str, list[tuple[Any, ...]]]], seed: int, contract: Contract) -> None:
    version = contract["eventVersion"] or {"path": [], "type": {"kind": None}, "timestampFormat": None}
    kind = version["type"]
    shape = (kind["kind"], kind.get("precision"), kind.get("scale"), version["timestampFormat"])
    is_open = len(contract["columns"]) > 0
    tables["contract"][1].append((seed, is_open, pointer(version["path"]) or None, *shape))
    keys = _draft_keys if contract["keyPath"] is None else [pointer(contract["keyPath"])]
    tables["key_path"][1].extend((seed, at, path) for at, path in enumerate(keys))
    for column in contract["columns"]:
        kind, path = column["type"], column["path"]
        shape = (kind["kind"], kind.get("precision"), kind.get("scale"), column["timestampFormat"])
        parents = [pointer(path[:length]) for length in range(1, len(path))]
        flags = (column["isCritical"], column["isBlankAllowed"])
        tables["col"][1].append((seed, column["name"], pointer(path), parents, *shape, *flags))
        for rule in column["rules"]:
            bounds = tuple(None if rule.get(end) is None else str(rule[end]) for end in ("minimum", "maximum"))
            named = (seed, column["name"], rule["name"], rule["action"], rule["kind"])
            tables["rule"][1].append((*named, *bounds, rule.get("values"), rule.get("pattern")))


def pointer(path: list[str]) -> str:
    """RFC 6901."""
    return "".join("/" + name.replace("~", "~0").replace("/", "~1") for name in path)


def _collect(db: duckdb.DuckDBPyConnection, seeds: list[int]) -> dict[int, Truth]:
    truths = {seed: Truth() for seed in seeds}
    won = "message_id, edit_revision, ingestion_ts, body_sha256"
    for seed, key, version, *row in _all(db, f"SELECT seed, message_id, version_text, {won} FROM keyed"):
        truths[seed].messages[key] = _won(row)
        truths[seed].versions[key] = version
    for seed, key, *row in _all(db, f"SELECT seed, merge_key, {won} FROM current"):
        truths[seed].current[key] = _won(row)
    values: dict[tuple[int, str], dict[str, str | None]] = {}
    for seed, message, name, value in _all(db, "SELECT seed, message_id, name, value FROM cell"):
        values.setdefault((seed, message), {})[name] = value
    for seed, key, *row in _all(db, f"SELECT seed, merge_key, {won} FROM semantic"):
        truths[seed].semantic[key] = (_won(row), values[(seed, row[0])])
    faults: dict[tuple[int, str], set[tuple[str, str, str | None]]] = {}
    for seed, message, *fault in _all(db, "SELECT seed, message_id, name, code, rule FROM fault"):
        faults.setdefault((seed, message), set()).add((fault[0], fault[1], fault[2]))
    for (seed, message), found in faults.items():
        truths[seed].faults[message] = frozenset(found)
    for seed, message, state in _all(db, "SELECT seed, message_id, state FROM state"):
        truths[seed].states[message] = state
    unparsed = "SELECT DISTINCT seed, message_id, edit_revision FROM raw WHERE NOT is_parsed"
    conflicts = "SELECT seed, message_id, edit_revision FROM parsed GROUP BY ALL HAVING count(DISTINCT body_sha256) > 1"
    for seed in truths:
        truths[seed].unparsed = frozenset()
    for field_name, query in (("unparsed", unparsed), ("conflicts", conflicts)):
        grouped: dict[int, set[tuple[str, int]]] = {}
        for seed, message, revision in _all(db, query):
            grouped.setdefault(seed, set()).add((message, revision))
        for seed, found_pairs in grouped.items():
            setattr(truths[seed], field_name, frozenset(found_pairs))
    return truths


def _all(db: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = db.execute(query).fetchall()
    return rows


def _won(row: list[Any]) -> Won:
    return (row[0], row[1], row[2], row[3])
