"""What the pure model ended in, as Iceberg tables: the account is tested without the jobs that it judges."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from proof.model.orchestrate import World
from proof.model.versions import Version
from tests.lake import Lake

_EPOCH = datetime(1970, 1, 1)
_VERSION = (
    "message_id string, edit_revision int, ingestion_ts timestamp_ntz, body_sha256 string, merge_key string, "
    "event_version {kind}, publish_time timestamp_ntz, pass_seq bigint"
)
_SHORT = "message_id string, edit_revision int"


def write_world(lake: Lake, world: World) -> None:
    """All tables of the topic `orders`; RAW in the order of its commits."""
    _write(lake, "raw", "orders", _SHORT, [(row.message_id, row.edit_revision) for row in world.lake.raw.rows()])
    rule = world.contract["eventVersion"]
    kind = "string" if rule is None else {"long": "bigint", "timestamp": "timestamp_ntz"}[rule["type"]["kind"]]
    shape = _VERSION.format(kind=kind)
    _write(lake, "curated", "orders__versions", shape, [_row(v, kind) for v in world.lake.versions.rows()])
    _write(lake, "curated", "orders", shape, [_row(v, kind) for v in world.lake.current.rows()])
    _write(lake, "curated", "orders__parse_errors", _SHORT, list(world.lake.parse_errors))
    rejects = [(name, revision) for name, (revision, faults) in world.lake.rejects.items() for _ in faults]
    _write(lake, "semantic", "orders__rejects", _SHORT, rejects)
    _write(lake, "semantic", "orders", shape, [_row(v, kind) for v in world.lake.semantic.rows()])


def _write(lake: Lake, layer: str, table: str, columns: str, rows: list[Any]) -> None:
    name = lake.table(layer, table)
    properties = "'format-version'='2', 'write.delete.mode'='merge-on-read'"
    lake.spark.sql(f"CREATE TABLE {name} ({columns}) USING iceberg TBLPROPERTIES ({properties})")
    if rows:
        lake.spark.createDataFrame(rows, columns).coalesce(1).writeTo(name).append()


def _row(version: Version, kind: str) -> tuple[Any, ...]:
    at = version.event_version
    typed: Any = at
    if at is not None and kind == "bigint":
        typed = int(at)
    if at is not None and kind == "timestamp_ntz":
        typed = datetime.fromisoformat(at.removesuffix("Z"))
    return (
        version.message_id,
        version.edit_revision,
        _EPOCH + timedelta(microseconds=version.ingestion_ts),
        version.body_sha256,
        version.merge_key,
        typed,
        _EPOCH + timedelta(microseconds=version.publish_time),
        version.pass_seq,
    )


def table_folder(lake: Lake, layer: str, table: str) -> Path:
    """Where the folder catalog keeps a table."""
    warehouse = lake.spark.conf.get("spark.sql.catalog.glue_catalog.warehouse")
    assert warehouse is not None
    return Path(warehouse.removeprefix("file://").removeprefix("file:")) / lake.databases[layer] / table
