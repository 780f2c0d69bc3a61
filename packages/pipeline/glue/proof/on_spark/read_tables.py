"""The final tables in the oracle's words."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from proof.history import Contract, History, Nodes
from proof.on_spark.spark_world import SparkWorld, epoch, secret
from proof.oracle import Won

_mask = "•••"


def read_versions(world: SparkWorld) -> dict[str, tuple[Won, str | None]]:
    """Per message the row that speaks for it, with its typed event version."""
    columns = "message_id, edit_revision, ingestion_ts, body_sha256, event_version"
    rows = world.spark.sql(f"SELECT {columns} FROM {world.table('versions')}").collect()
    found: dict[str, Any] = {}
    for row in sorted(rows, key=lambda r: (-r["edit_revision"], r["ingestion_ts"], r["body_sha256"])):
        found.setdefault(row["message_id"], (_won(row), canonical(row["event_version"])))
    return found


def read_current(world: SparkWorld, history: History) -> tuple[dict[str, Won], list[str]]:
    """Per key the row that won, and every difference between its columns and what its payload is known to hold."""
    frame = world.spark.table(world.table("current"))
    pointers = _pointers(world)
    nodes = {_identity(row): row.nodes for row in history.raw_rows if row.nodes is not None}
    found: dict[str, Won] = {}
    wrong: list[str] = []
    for row in frame.collect():
        key = row["merge_key"]
        if key in found:
            wrong.append(f"current {key!r} is there twice")
        found[key] = _won(row)
        known = nodes.get(found[key])
        if known is None:
            wrong.append(f"current {key!r} holds a row that RAW does not")
        else:
            wrong += [f"current {key!r}: {text}" for text in _compare_leaves(row.asDict(), pointers, known)]
    return found, wrong


def _pointers(world: SparkWorld) -> dict[str, str]:
    """Column → JSON pointer, as the schema's comments say."""
    described = world.spark.sql(f"DESCRIBE TABLE {world.table('current')}").collect()
    return {row["col_name"]: row["comment"] for row in described if (row["comment"] or "").startswith("/")}


def _compare_leaves(row: dict[str, Any], pointers: dict[str, str], nodes: Nodes) -> list[str]:
    overflow = row["overflow"] or {}
    stored = {pointer: row[column] for column, pointer in pointers.items()} | overflow
    quoted = set(json.loads(row["quoted"] or "[]"))
    wrong: list[str] = []
    for pointer, (kind, text) in nodes.items():
        is_leaf = kind in ("string", "number", "boolean", "array") or (kind == "object" and text == "{}")
        if is_leaf and stored.get(pointer) != text:
            wrong.append(f"{pointer} is {stored.get(pointer)!r} instead of {text!r}")
        if kind == "string" and _reads_otherwise(text) != (pointer in quoted):
            wrong.append(f"{pointer} holds the string {text!r}, quoted lists {sorted(quoted)}")
    for pointer, value in stored.items():
        kind, text = nodes.get(pointer, ("null", "null"))
        if value is not None and (kind == "null" or value != text):
            wrong.append(f"{pointer} is {value!r}, the payload has {text!r}")
    return wrong


def _reads_otherwise(text: str) -> bool:
    """A string whose text could be taken for another kind of JSON value."""
    if text in ("true", "false", "null") or text[:1] in ("{", "["):
        return True
    try:
        return isinstance(json.loads(text, parse_constant=lambda _: None), int | float)
    except ValueError:
        return False


def read_semantic(world: SparkWorld) -> dict[str, tuple[Won, dict[str, Any]]]:
    """Per key the row and its values in canonical text; of protected columns what is stored."""
    columns = [c["name"] for c in world.contract["columns"] if c["classification"] != "drop"]
    names = ", ".join(f"s.`{name}`" for name in columns)
    sha = "v.body_sha256"
    rows = world.spark.sql(
        f"SELECT s.merge_key, s.message_id, s.edit_revision, s.ingestion_ts, {sha}, {names} "
        f"FROM {world.table('semantic')} s LEFT JOIN {world.table('versions')} v ON v.message_id = s.message_id "
        "AND v.edit_revision = s.edit_revision AND v.ingestion_ts = s.ingestion_ts"
    ).collect()
    # Two bodies of one message in one microsecond: the smaller hash is the one that counts.
    rows.sort(key=lambda row: row["body_sha256"] or "")
    found: dict[str, Any] = {}
    for row in rows:
        found.setdefault(row["merge_key"], (_won(row), {name: canonical(row[name]) for name in columns}))
    return found


def expect_stored(values: dict[str, str | None], contract: Contract) -> dict[str, Any]:
    """Clear canonical values as the semantic table may hold them."""
    stored: dict[str, Any] = {}
    for column in contract["columns"]:
        value = values[column["name"]]
        if column["classification"] == "drop":
            continue
        if value is not None and column["classification"] == "hash":
            value = hmac.new(secret, value.encode(), hashlib.sha256).hexdigest()
        if value is not None and column["classification"] == "mask":
            value = _mask
        is_floating = column["type"]["kind"] in ("double", "float")
        stored[column["name"]] = float(value) if is_floating and value is not None else value
    return stored


def read_rejects(world: SparkWorld) -> dict[tuple[str, int], frozenset[tuple[str, str, str | None]]]:
    """Per message and revision the failing fields."""
    name = world.table("semantic").replace("`orders`", "`orders__rejects`")
    rows = world.spark.sql(f"SELECT message_id, edit_revision, column_name, code, rule FROM {name}").collect()
    found: dict[tuple[str, int], set[tuple[str, str, str | None]]] = {}
    for row in rows:
        faults = found.setdefault((row["message_id"], row["edit_revision"]), set())
        fault = (row["column_name"], row["code"], row["rule"])
        if fault in faults:
            raise AssertionError(f"the reject {fault} of {row['message_id']} is there twice")
        faults.add(fault)
    return {key: frozenset(faults) for key, faults in found.items()}


def read_parse_errors(world: SparkWorld) -> list[tuple[str, int]]:
    name = world.table("current").replace("`orders`", "`orders__parse_errors`")
    rows = world.spark.sql(f"SELECT message_id, edit_revision FROM {name}").collect()
    return sorted((row["message_id"], row["edit_revision"]) for row in rows)


def canonical(value: Any) -> Any:
    """A typed value as the oracle writes it; floating ones stay numbers."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds") + "Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value) if isinstance(value, int) else value


def _won(row: Any) -> Won:
    micros = (row["ingestion_ts"] - epoch) // timedelta(microseconds=1)
    return (row["message_id"], row["edit_revision"], micros, row["body_sha256"])


def _identity(row: Any) -> Won:
    sha = hashlib.sha256(row.body.encode()).hexdigest()
    return (row.message_id, row.edit_revision, row.ingestion_ts, sha)
