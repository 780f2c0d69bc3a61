"""A lake for one test: RAW tables with the real columns, plans, leases, results, rejects."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from lean_ops.names import table_name
from lean_ops.runner import no_hook
from lean_ops.snapshots import head, load_table
from tests.contracts import compile_contract, tables_of

# As packages/pipeline/src/raw-tables/raw-columns.ts has them, in order.
RAW_COLUMNS = (
    "topic string, message_id string, sqs_message_id string, idempotency_key string, period_reference string, "
    "correlation_id string, publish_time timestamp_ntz, ingestion_ts timestamp_ntz, edit_revision int, "
    "replay_id string, origin_arn string, message_attributes string, payload_encoding string, json_payload string"
)
EPOCH = datetime(2026, 1, 1)


@dataclass(frozen=True)
class Message:
    """One RAW row. `at` and `published` in seconds after EPOCH; the body is JSON-encoded unless it is a text."""

    id: str
    body: Any
    at: float = 0
    published: float | None = None
    key: str | None = None
    revision: int = 0
    replay_id: str | None = None
    encoding: str = "none"
    attributes: str | None = None

    def row(self, topic: str) -> tuple[Any, ...]:
        """In the order of RAW_COLUMNS."""
        body = self.body if isinstance(self.body, str) else json.dumps(self.body)
        published = self.at if self.published is None else self.published
        return (
            topic,
            self.id,
            f"sqs-{self.id}",
            self.key,
            None,
            None,
            EPOCH + timedelta(seconds=published),
            EPOCH + timedelta(seconds=self.at),
            self.revision,
            self.replay_id,
            f"arn:aws:sqs:us-east-1:000000000000:lean-ops-local-{topic}-queue",
            self.attributes,
            self.encoding,
            body,
        )


@dataclass
class Lake:
    """`name` is part of its databases' names."""

    spark: SparkSession
    folder: Path
    name: str
    passes: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lake = (self.folder / "lake").as_uri()
        self.errors = (self.folder / "errors").as_uri()
        self.databases = {layer: f"{self.name}_{layer}" for layer in ("raw", "curated", "semantic")}
        for database in self.databases.values():
            self.spark.sql(f"CREATE NAMESPACE IF NOT EXISTS glue_catalog.`{database}`")

    def table(self, layer: str, table: str) -> str:
        """Full name for SQL."""
        return table_name(self.databases[layer], table)

    def rows(self, layer: str, table: str) -> DataFrame:
        """The whole table as it is now."""
        return self.spark.table(self.table(layer, table))

    def create_raw(self, table: str) -> None:
        """Empty RAW table, partitioned as in production."""
        self.spark.sql(
            f"CREATE TABLE IF NOT EXISTS {self.table('raw', table)} ({RAW_COLUMNS}) USING iceberg "
            "PARTITIONED BY (days(ingestion_ts)) TBLPROPERTIES ('format-version'='2')"
        )

    def append_raw(self, table: str, messages: Iterable[Message], topic: str | None = None) -> str:
        """One Firehose commit; its snapshot id."""
        self.create_raw(table)
        rows = [message.row(topic or table) for message in messages]
        frame = self.spark.createDataFrame(rows, RAW_COLUMNS).coalesce(1)
        frame.writeTo(self.table("raw", table)).append()
        return self.head("raw", table)

    def head(self, layer: str, table: str) -> str:
        """Snapshot id of the table's head."""
        newest = head(load_table(self.spark, self.table(layer, table)))
        assert newest is not None, f"{layer}.{table} has no snapshot"
        return newest.id

    def set_lease(self, topic: str, token: int) -> None:
        """The lease's mirror on S3."""
        file = self.folder / "lake/leases" / f"{topic}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({"token": token, "execution": "e"}))

    def plan_pass(self, layer: str, yaml: str, **changes: Any) -> dict[str, Any]:
        """One pass of a plan with the contract's tables; its lease is taken."""
        compiled = compile_contract(yaml)
        topic = compiled["contract"]["topic"]
        seq = self.passes[topic] = self.passes.get(topic, 0) + 1
        self.set_lease(topic, seq)
        table = topic.replace("-", "_")
        return {
            "passId": f"{topic}-{layer}-{seq}",
            "passSeq": seq,
            "topic": topic,
            "table": table,
            "leaseToken": seq,
            "mode": "incremental",
            "contract": compiled["contract"],
            "contractVersion": compiled["contract"]["version"],
            "tables": tables_of(compiled, layer, self.databases[layer]),
            **changes,
        }

    def run(
        self,
        main: Callable[..., dict[str, str]],
        layer: str,
        passes: list[dict[str, Any]],
        hook: Callable[[str], None] = no_hook,
        **arguments: str,
    ) -> list[dict[str, Any]]:
        """Runs `main(spark, arguments, hook)` on a plan of these passes; their results as written."""
        execution = "e"
        plan = self.folder / "lake/plans" / execution / f"{len(list(self.folder.rglob('*.json')))}-{layer}.json"
        plan.parent.mkdir(parents=True, exist_ok=True)
        plan.write_text(
            json.dumps(
                {
                    "version": 1,
                    "execution": execution,
                    "stage": "local",
                    "layer": layer,
                    "databases": self.databases,
                    "passes": passes,
                }
            )
        )
        given = {
            "PLAN": plan.as_uri(),
            "LAKE_BUCKET": self.lake,
            "ERRORS_BUCKET": self.errors,
            "STAGE": "local",
            **arguments,
        }
        main(self.spark, given, hook)
        return [self.result(one["passId"]) for one in passes]

    def result(self, pass_id: str) -> dict[str, Any]:
        """A pass result as written."""
        found: dict[str, Any] = json.loads((self.folder / f"lake/results/e/{pass_id}.json").read_text())
        return found

    def rejects(self, pass_id: str) -> list[dict[str, Any]]:
        """The lines of a pass's manifest, [] when there is none."""
        manifest = self.folder / f"errors/rejects/{pass_id}/manifest.json"
        if not manifest.exists():
            return []
        parts = json.loads(manifest.read_text())["parts"]
        return [
            json.loads(line) for part in parts for line in Path(part.removeprefix("file://")).read_text().splitlines()
        ]


def utc(moment: datetime) -> str:
    """As the jobs write times."""
    return moment.replace(tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
