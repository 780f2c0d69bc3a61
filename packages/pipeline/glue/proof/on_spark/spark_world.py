"""One history on real tables: planned as the control plane plans, run by the jobs themselves."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from proof.history import Activate, Append, Compact, Contract, Expire, History, Letter, RawRow, RerunPass, RunPass, Step
from proof.on_spark.contract_tables import tables_of

secret = b"proof-secret"
epoch = datetime(1970, 1, 1)
_raw_columns = (
    "topic string, message_id string, sqs_message_id string, idempotency_key string, period_reference string, "
    "correlation_id string, publish_time timestamp_ntz, ingestion_ts timestamp_ntz, edit_revision int, "
    "replay_id string, origin_arn string, message_attributes string, payload_encoding string, json_payload string"
)
_tables = {
    "raw": ("raw", "orders"),
    "versions": ("curated", "orders__versions"),
    "current": ("curated", "orders"),
    "semantic": ("semantic", "orders"),
}

Main = Callable[[SparkSession, Mapping[str, str], Callable[[str], None]], dict[str, str]]


class CrashedError(Exception):
    """A process that ends in the middle of a pass."""


class PassFailedError(Exception):
    """A pass that must not fail did."""


@dataclass
class SparkWorld:
    """`name` is part of the databases' names; `folder` stands for the buckets."""

    spark: SparkSession
    folder: Path
    name: str
    mains: dict[str, Main]
    contract: Contract
    letters: dict[str, Letter] = field(default_factory=dict)
    open: dict[str, dict[str, Any]] = field(default_factory=dict)
    settled: dict[str, dict[str, Any]] = field(default_factory=dict)
    computed: dict[str, Contract] = field(default_factory=dict)
    raw_checkpoint: str | None = None
    versions_checkpoint: str | None = None
    versions_head: str | None = None
    curated_seq: int = 0
    semantic_seq: int = 0
    sequence: int = 0
    must_recompute_semantic: bool = False
    runs: int = 0

    def __post_init__(self) -> None:
        self.databases = {layer: f"{self.name}_{layer}" for layer in ("raw", "curated", "semantic")}
        for database in self.databases.values():
            self.spark.sql(f"CREATE NAMESPACE IF NOT EXISTS glue_catalog.`{database}`")
        self.spark.sql(
            f"CREATE TABLE {self.table('raw')} ({_raw_columns}) USING iceberg "
            "PARTITIONED BY (days(ingestion_ts)) TBLPROPERTIES ('format-version'='2')"
        )
        (self.folder / "lake/leases").mkdir(parents=True)
        (self.folder / "lake/leases/orders.json").write_text('{"token":1,"execution":"e"}')
        (self.folder / "secret").write_bytes(secret)

    def table(self, which: str) -> str:
        layer, table = _tables[which]
        return f"glue_catalog.`{self.databases[layer]}`.`{table}`"

    def head(self, which: str) -> str | None:
        found = self.spark.sql(f"SELECT snapshot_id FROM {self.table(which)}.refs WHERE name = 'main'").first()
        return None if found is None else str(found[0])

    def append(self, rows: tuple[RawRow, ...]) -> None:
        frame = self.spark.createDataFrame([_raw_row(row) for row in rows], _raw_columns)
        frame.coalesce(1).writeTo(self.table("raw")).append()

    def run_pass(self, layer: str, crash_after: int | None) -> None:
        plan = self.open.get(layer) or (self._plan_curated() if layer == "curated" else self._plan_semantic())
        if plan is None:
            return
        self.open[layer] = plan
        result = self.execute(layer, plan, crash_after)
        # A crash after the result but before the checkpoint is one, too.
        if crash_after is None:
            self._settle(layer, plan, result)

    def execute(self, layer: str, plan: dict[str, Any], crash_after: int | None) -> dict[str, Any]:
        """The pass's result; raises when it failed for another reason than the crash asked for."""
        steps = 0

        def hook(step: str) -> None:
            nonlocal steps
            if steps == crash_after:
                raise CrashedError(step)
            steps += 1

        self.runs += 1
        file = self.folder / f"lake/plans/e/{self.runs}-{layer}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        job = {"version": 1, "execution": "e", "stage": "local", "layer": layer, "databases": self.databases}
        file.write_text(json.dumps({**job, "passes": [plan]}))
        arguments = {
            "PLAN": file.as_uri(),
            "LAKE_BUCKET": (self.folder / "lake").as_uri(),
            "ERRORS_BUCKET": (self.folder / "errors").as_uri(),
            "STAGE": "local",
            "HASH_SECRET_ARN": (self.folder / "secret").as_uri(),
        }
        self.mains[layer](self.spark, arguments, hook)
        result: dict[str, Any] = json.loads((self.folder / f"lake/results/e/{plan['passId']}.json").read_text())
        if crash_after is None and result["state"] == "failed":
            raise PassFailedError(f"{plan['passId']} ({plan['mode']}): {result['error']}")
        return result

    def rerun_pass(self, layer: str) -> None:
        """A settled pass once more; it may refuse when its snapshots are gone, and must change nothing."""
        if layer in self.settled and not self.open:
            try:
                self.execute(layer, self.settled[layer], None)
            except PassFailedError as error:
                if not any(code in str(error) for code in ("SNAPSHOT", "SPARK_FAILED", "CHAIN")):
                    raise

    def catch_up(self) -> None:
        for _ in range(3):
            self.run_pass("curated", None)
            self.run_pass("semantic", None)

    def compact(self, which: str) -> None:
        if self._exists(which) and self.head(which) is not None:
            layer, table = _tables[which]
            self.spark.sql(
                f"CALL glue_catalog.system.rewrite_data_files(table => '{self.databases[layer]}.{table}', "
                "options => map('rewrite-all', 'true'))"
            ).collect()

    def expire(self, which: str) -> None:
        """As maintenance may: nothing that a checkpoint or an open pass still needs."""
        if self.open or not self._exists(which):
            return
        keep = {"raw": self.raw_checkpoint, "versions": self.versions_checkpoint}.get(which, self.head(which))
        if keep is None:
            return
        kept_from = self.spark.sql(
            f"SELECT committed_at FROM {self.table(which)}.snapshots WHERE snapshot_id = {keep}"
        ).first()
        assert kept_from is not None, f"the snapshot {keep} of {which} was expired too early"
        layer, table = _tables[which]
        self.spark.sql(
            f"CALL glue_catalog.system.expire_snapshots(table => '{self.databases[layer]}.{table}', "
            f"older_than => TIMESTAMP '{kept_from[0]}', retain_last => 1)"
        ).collect()

    def _exists(self, which: str) -> bool:
        return self.spark.catalog.tableExists(self.table(which))

    def _settle(self, layer: str, plan: dict[str, Any], result: dict[str, Any]) -> None:
        del self.open[layer]
        self.settled[layer] = plan
        self.computed[layer] = plan["contract"]
        if layer == "curated":
            self.raw_checkpoint = plan["to"]
            self.curated_seq = plan["passSeq"]
            self.versions_head = result["snapshots"].get("versions")
            self.must_recompute_semantic = self.must_recompute_semantic or plan["mode"] == "recompute"
        else:
            self.semantic_seq = plan["toSeq"]
            self.versions_checkpoint = plan["sourceSnapshot"]
            self.must_recompute_semantic = False

    def _plan_curated(self) -> dict[str, Any] | None:
        head = self.head("raw")
        is_rekeyed = self._is_keyed_otherwise()
        if head is None or (head == self.raw_checkpoint and not is_rekeyed):
            return None
        mode = "recompute" if is_rekeyed else "incremental" if self.raw_checkpoint else "first"
        start = None if is_rekeyed else self.raw_checkpoint
        return self._plan("curated", mode) | {"from": start, "to": head}

    def _plan_semantic(self) -> dict[str, Any] | None:
        """Waits for a recompute of curated: keys and versions must come from the contract that judges them."""
        if not self.contract["columns"] or self.versions_head is None or "curated" in self.open:
            return None
        before = self.computed.get("semantic")
        is_other = before is not None and before != self.contract
        is_again = is_other or self.must_recompute_semantic
        if self._is_keyed_otherwise() or (self.curated_seq <= self.semantic_seq and not is_again):
            return None
        mode = "recompute" if is_again and before is not None else "incremental" if before is not None else "first"
        seqs = {"fromSeq": self.semantic_seq, "toSeq": self.curated_seq, "sourceSnapshot": self.versions_head}
        return self._plan("semantic", mode) | seqs

    def _plan(self, layer: str, mode: str) -> dict[str, Any]:
        self.sequence += 1
        return {
            "passId": f"orders-{layer}-{self.sequence}",
            "passSeq": self.sequence,
            "topic": "orders",
            "table": "orders",
            "leaseToken": 1,
            "mode": mode,
            "contract": self.contract,
            "contractVersion": self.contract["version"],
            "tables": tables_of(self.contract, layer, self.databases[layer]),
        }

    def _is_keyed_otherwise(self) -> bool:
        before = self.computed.get("curated")
        now = self.contract
        return before is not None and (before["keyPath"], before["eventVersion"]) != (
            now["keyPath"],
            now["eventVersion"],
        )


def play_on_spark(spark: SparkSession, folder: Path, name: str, mains: dict[str, Main], history: History) -> SparkWorld:
    """Every step, then passes until all is caught up."""
    world = SparkWorld(spark, folder, name, mains, history.contracts[0])
    for step in history.steps:
        _play_step(world, step, history)
    world.catch_up()
    return world


def _play_step(world: SparkWorld, step: Step, history: History) -> None:
    match step:
        case Append(rows):
            world.append(rows)
        case RunPass(layer, crash_after):
            world.run_pass(layer, crash_after)
        case RerunPass(layer):
            world.rerun_pass(layer)
        case Compact(table):
            world.compact(table)
        case Expire(table):
            world.expire(table)
        case Activate(contract):
            world.contract = history.contracts[contract]
        case Letter(message_id):
            world.letters[message_id] = step


def _raw_row(row: RawRow) -> tuple[Any, ...]:
    body = row.body
    if row.payload_encoding == "gzip+base64":
        body = base64.b64encode(gzip.compress(body.encode(), mtime=0)).decode()
    return (
        "orders",
        row.message_id,
        f"sqs-{hashlib.sha256(row.message_id.encode()).hexdigest()[:8]}",
        None,
        None,
        None,
        epoch + timedelta(microseconds=row.publish_time),
        epoch + timedelta(microseconds=row.ingestion_ts),
        row.edit_revision,
        row.replay_id,
        "arn:aws:sqs:us-east-1:000000000000:lean-ops-local-orders-queue",
        None,
        row.payload_encoding,
        body,
    )
