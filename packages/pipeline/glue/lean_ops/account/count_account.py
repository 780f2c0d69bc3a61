"""Counts the account of a topic and writes it beside the run's plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from lean_ops.account.plan import AccountPlan, read_account_plan
from lean_ops.account.states import states_sql
from lean_ops.errors import PassError
from lean_ops.fetch_plan import fetch_plan
from lean_ops.names import table_name
from lean_ops.objects import ObjectStore, root_uri
from lean_ops.plan import Databases, PlanError
from lean_ops.runner import rfc3339
from lean_ops.snapshots import find, head, load_table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

LISTED_MAX = 100
_COLUMNS = {
    "versions": "message_id string, edit_revision int, ingestion_ts timestamp_ntz, body_sha256 string, "
    "merge_key string, event_version string, publish_time timestamp_ntz, pass_seq bigint",
    "current": "message_id string, edit_revision int",
    "parse_errors": "message_id string, edit_revision int",
    "rejects": "message_id string, edit_revision int",
    "semantic": "message_id string, edit_revision int",
}
_LETTERS = "message_id string, status string, stage string"


def count_account(spark: SparkSession, arguments: Mapping[str, str]) -> dict[str, Any]:
    """
    The account of `--PLAN`: `total` = the sum of its terms and `unexplained`.

    Raises when the plan, the dead letters or the RAW snapshot cannot be read: no account is better than a wrong one.
    """
    store, body = fetch_plan(arguments)
    plan = read_account_plan(body)
    databases = plan.databases or _databases_of(arguments["STAGE"])
    raw_snapshot = _register(spark, plan, databases)
    _register_letters(spark, store, plan)
    is_gate_open = plan.is_gate_open
    if is_gate_open is None:
        is_gate_open = _has_commit(spark, table_name(databases.semantic, _table(plan)))
    states = spark.sql(states_sql(is_gate_open=is_gate_open, semantic_seq=plan.semantic_seq)).persist()
    try:
        account = {
            "version": 1,
            "run": plan.run,
            "topic": plan.topic,
            "rawSnapshotId": raw_snapshot,
            "computedAt": rfc3339(datetime.now(UTC)),
            **_count(states),
        }
    finally:
        states.unpersist()
    store.put(
        f"{root_uri(arguments['LAKE_BUCKET'])}/results/{plan.run}/account.json",
        msgspec.json.encode(account),
    )
    return account


def _databases_of(stage: str) -> Databases:
    prefix = f"lean_ops_{stage.replace('-', '_')}"
    return Databases(f"{prefix}_raw", f"{prefix}_curated", f"{prefix}_semantic")


def _table(plan: AccountPlan) -> str:
    return plan.topic.replace("-", "_")


def _register(spark: SparkSession, plan: AccountPlan, databases: Databases) -> str:
    """Views by the names that the SQL has; a table that nobody made yet is empty. Returns the RAW snapshot."""
    table = _table(plan)
    raw = table_name(databases.raw, table)
    java = load_table(spark, raw)
    snapshot = head(java) if plan.raw_snapshot is None else find(java, plan.raw_snapshot)
    if snapshot is None:
        raise PassError("SNAPSHOT_GONE", f"RAW has no snapshot {plan.raw_snapshot or '(no commit yet)'}", "config")
    spark.read.option("snapshot-id", snapshot.id).table(raw).createOrReplaceTempView("raw")
    places = {
        "versions": table_name(databases.curated, f"{table}__versions"),
        "current": table_name(databases.curated, table),
        "parse_errors": table_name(databases.curated, f"{table}__parse_errors"),
        "rejects": table_name(databases.semantic, f"{table}__rejects"),
        "semantic": table_name(databases.semantic, table),
    }
    for view, name in places.items():
        columns = _COLUMNS[view]
        found = spark.table(name) if spark.catalog.tableExists(name) else spark.createDataFrame([], columns)
        found.select(*[column.split(" ")[0] for column in columns.split(", ")]).createOrReplaceTempView(view)
    return snapshot.id


def _has_commit(spark: SparkSession, name: str) -> bool:
    return spark.catalog.tableExists(name) and head(load_table(spark, name)) is not None


def _register_letters(spark: SparkSession, store: ObjectStore, plan: AccountPlan) -> None:
    """Resolved letters are of no concern: their messages are where the tables say."""
    body = b"" if plan.dead_letters is None else store.get(plan.dead_letters)
    if body is None:
        raise PlanError("there is no object at `$.deadLetters`")
    letters = [msgspec.json.decode(line) for line in body.splitlines() if line.strip()]
    rows = [(one["messageId"], one["status"], one["stage"]) for one in letters if one["status"] != "resolved"]
    spark.createDataFrame(rows, _LETTERS).createOrReplaceTempView("letters")


def _count(states: DataFrame) -> dict[str, Any]:
    sums = states.selectExpr(
        "count(*) AS total",
        "coalesce(sum(rows), 0) AS rows",
        "count_if(rows > 0) AS messages",
        "coalesce(sum(rows - revisions), 0) AS duplicate_rows",
    ).first()
    assert sums is not None
    by_state = {row["state"]: row["count"] for row in states.groupBy("state").count().collect()}
    opened = states.filter("state = 'openDeadLetters'")
    by_stage = {row["open_stage"]: row["count"] for row in opened.groupBy("open_stage").count().collect()}
    unexplained = states.filter("state = 'unexplained'").orderBy("message_id")
    unindexed = opened.filter("NOT is_indexed").orderBy("message_id")
    return {
        "received": {
            "rows": sums["rows"],
            "messages": sums["messages"],
            "duplicateRows": sums["duplicate_rows"],
            "beforeRaw": sums["total"] - sums["messages"],
        },
        "total": sums["total"],
        "terms": {
            "semantic": by_state.get("semantic", 0),
            "superseded": by_state.get("superseded", 0),
            "curatedOnly": by_state.get("curatedOnly", 0),
            "discarded": by_state.get("discarded", 0),
            "openDeadLetters": {
                stage: by_stage.get(stage, 0) for stage in ("ingest", "delivery", "curated", "semantic")
            },
            "awaitingSemantic": by_state.get("awaitingSemantic", 0),
        },
        "unexplained": by_state.get("unexplained", 0),
        "unexplainedMessages": [
            {"messageId": row["message_id"], "reason": row["reason"]} for row in unexplained.limit(LISTED_MAX).collect()
        ],
        "notIndexed": unindexed.count(),
        "notIndexedMessages": [row["message_id"] for row in unindexed.limit(LISTED_MAX).collect()],
    }
