"""`__versions` written by hand: what the curated job would have left, for tests of the semantic job alone."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pyspark.sql import Row

from lean_ops.names import quote
from lean_ops.plan import read_plan
from lean_ops.semantic.payload_columns import pointer
from lean_ops.tables import add_columns, ensure_tables
from tests.contracts import compile_contract, tables_of
from tests.lake import EPOCH, Lake, Message


@dataclass(frozen=True)
class Version:
    """`values`: member → value of a flat payload. `at`, `published` and `version` in seconds after EPOCH."""

    id: str
    values: dict[str, Any]
    key: str | None = None
    version: float | None = None
    at: float = 0
    published: float | None = None
    revision: int = 0
    replay_id: str | None = None

    @property
    def body(self) -> str:
        """The payload as its producer wrote it."""
        return json.dumps(self.values)


def _moment(seconds: float) -> datetime:
    return EPOCH + timedelta(seconds=seconds)


def _text(value: Any) -> str | None:
    if value is None:
        return None
    return value if isinstance(value, str) else json.dumps(value)


def _reads_otherwise(value: Any) -> bool:
    """A string that looks like another kind of JSON."""
    if not isinstance(value, str):
        return False
    if value[:1] in ("{", "["):
        return True
    try:
        json.loads(value)
    except ValueError:
        return False
    return not value.startswith('"')


@dataclass
class Curated:
    """The curated side of one topic in a test; passes are numbered from 1."""

    lake: Lake
    yaml: str
    seq: int = 0
    columns: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        compiled = compile_contract(self.yaml)
        self.table = compiled["contract"]["topic"].replace("-", "_")
        database = self.lake.databases["curated"]
        plan = {
            "version": 1,
            "execution": "e",
            "stage": "local",
            "layer": "curated",
            "databases": self.lake.databases,
            "passes": [
                {
                    "passId": "p",
                    "passSeq": 1,
                    "topic": "t",
                    "table": "t",
                    "leaseToken": 1,
                    "mode": "first",
                    "contract": compiled["contract"],
                    "contractVersion": "1",
                    "tables": tables_of(compiled, "curated", database),
                }
            ],
        }
        ensure_tables(self.lake.spark, database, read_plan(json.dumps(plan).encode(), "curated").passes[0].tables)
        self.name = self.lake.table("curated", f"{self.table}__versions")
        self.lake.create_raw(self.table)

    def append(self, versions: Iterable[Version]) -> int:
        """One curated pass, with the RAW rows it came from; its number."""
        spark, rows = self.lake.spark, list(versions)
        self.seq += 1
        self.lake.append_raw(
            self.table,
            [
                Message(v.id, v.body, at=v.at, published=v.published, revision=v.revision, replay_id=v.replay_id)
                for v in rows
            ],
        )
        found = list(dict.fromkeys(pointer([name]) for v in rows for name in v.values))
        new = [p for p in found if p not in self.columns]
        if new:
            self.columns |= {p: f"c{len(self.columns) + n}" for n, p in enumerate(new)}
            add_columns(spark, self.name, [(self.columns[p], "string", p) for p in new])
        schema = spark.table(self.name).schema
        frame = spark.createDataFrame([self._row(v) for v in rows], schema).coalesce(1)
        frame.writeTo(self.name).append()
        return self.seq

    def _row(self, v: Version) -> tuple[Any, ...]:
        published = v.at if v.published is None else v.published
        quoted = [pointer([name]) for name, value in v.values.items() if _reads_otherwise(value)]
        known: dict[str, Any] = {
            "merge_key": f"m:{v.id}" if v.key is None else f"k:{v.key}",
            "idempotency_key": v.key,
            "message_id": v.id,
            "edit_revision": v.revision,
            "replay_id": v.replay_id,
            "publish_time": _moment(published),
            "ingestion_ts": _moment(v.at),
            "event_version": None if v.version is None else _moment(v.version),
            "body_sha256": "0",
            "pass_id": f"c-{self.seq}",
            "pass_seq": self.seq,
            "quoted": json.dumps(quoted, separators=(",", ":")) if quoted else None,
            **{self.columns[pointer([name])]: _text(value) for name, value in v.values.items()},
        }
        return tuple(known.get(name) for name in self.lake.spark.table(self.name).schema.fieldNames())

    def copy(self, other: Curated, rows: list[Row]) -> None:
        """Another topic's versions in one commit of one pass after another."""
        spark = self.lake.spark
        add_columns(spark, self.name, [(column, "string", path) for path, column in other.columns.items()])
        schema = spark.table(self.name).schema
        spark.createDataFrame(rows, schema).coalesce(1).writeTo(self.name).append()
        self.seq = other.seq

    def pin(self) -> str:
        """Snapshot id of `__versions` now."""
        return self.lake.head("curated", f"{self.table}__versions")

    def plan(
        self, yaml: str | None = None, *, from_seq: int = 0, to_seq: int | None = None, **changes: Any
    ) -> dict[str, Any]:
        """A semantic pass over (from_seq, to_seq]."""
        plan = {
            "fromSeq": from_seq,
            "toSeq": self.seq if to_seq is None else to_seq,
            "sourceSnapshot": self.pin(),
            "mode": "incremental",
        }
        return self.lake.plan_pass("semantic", yaml or self.yaml, **(plan | changes))


def column_list(lake: Lake, name: str) -> str:
    """Quoted names of a table's columns."""
    return ", ".join(quote(column) for column in lake.spark.table(name).columns)
