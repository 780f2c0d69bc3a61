"""Compaction and expiry between passes: smaller tables, the same rows, no broken pass (A28)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import semantic
from lean_ops.maintenance.run_maintenance import run_maintenance
from lean_ops.snapshots import between, load_table, set_tag
from tests.lake import Lake
from tests.test_semantic_pass import YAML, order, stored
from tests.versions import Curated


def maintain(lake: Lake, token: int, **task: Any) -> dict[str, Any]:
    """As of tomorrow week, so that age keeps nothing."""
    plan = lake.folder / "lake/plans/m.json"
    one = {"taskId": "m1", "topic": "orders", "table": "orders", "leaseToken": token, "keepLast": 1, **task}
    plan.write_text(json.dumps({"version": 1, "execution": "e", "databases": lake.databases, "tasks": [one]}))
    arguments = {"PLAN": plan.as_uri(), "LAKE_BUCKET": lake.lake, "ERRORS_BUCKET": lake.errors, "STAGE": "local"}
    run_maintenance(lake.spark, arguments, lambda: datetime.now(UTC) + timedelta(days=8))
    return lake.result("m1")


def test_a_pass_after_compaction_and_expiry_ends_as_without_them(lake: Lake) -> None:
    curated = Curated(lake, YAML)
    curated.append([order("m1", "a", 1), order("m2", "b", 2), order("m3", "c", "x")])
    lake.run(semantic.main, "semantic", [curated.plan()])
    curated.append([order("m4", "a", 4, version=4, at=5), order("m5", "d", 5, at=5)])
    lake.run(semantic.main, "semantic", [curated.plan(from_seq=1)])
    checkpoint = curated.pin()
    curated.append([order("m6", "b", 6, version=6, at=9), order("m7", "c", 7, at=9)])
    open_pass = curated.plan(from_seq=2)
    set_tag(load_table(lake.spark, lake.table("curated", "orders__versions")), "consumer-semantic", checkpoint)
    before = stored(lake)

    result = maintain(lake, open_pass["leaseToken"])

    assert result["error"] is None
    assert stored(lake) == before
    tables = {(t["layer"], t["table"]): t for t in result["tables"]}
    semantic_table = tables["semantic", "orders"]
    assert semantic_table["before"]["deleteFiles"] > 0
    assert semantic_table["after"]["deleteFiles"] == 0
    assert semantic_table["after"]["files"] < semantic_table["before"]["files"]
    assert semantic_table["after"]["snapshots"] < semantic_table["before"]["snapshots"]
    assert semantic_table["before"]["rows"] == semantic_table["after"]["rows"] == 3
    # What the checkpoint needs is still a chain: its own snapshot and all after it.
    versions = load_table(lake.spark, lake.table("curated", "orders__versions"))
    assert between(versions, checkpoint, lake.head("curated", "orders__versions")) is not None
    assert lake.head("raw", "orders") is not None
    assert tables["semantic", "orders_restricted"]["skipped"] == "there is no such table"
    (done,) = lake.run(semantic.main, "semantic", [open_pass])
    assert done["error"] is None
    assert stored(lake) == {
        "k:a": ("m4", "4.00"),
        "k:b": ("m6", "6.00"),
        "k:c": ("m7", "7.00"),
        "k:d": ("m5", "5.00"),
    }


def test_a_table_with_a_waiting_pass_and_a_lost_lease_are_left_alone(lake: Lake) -> None:
    curated = Curated(lake, YAML)
    curated.append([order("m1", "a", 1)])
    plan = curated.plan()
    lake.run(semantic.main, "semantic", [plan])
    name = lake.table("semantic", "orders")
    lake.spark.sql(f"ALTER TABLE {name} CREATE BRANCH pass_2")
    head = lake.head("semantic", "orders")

    waiting = maintain(lake, plan["leaseToken"])
    lost = maintain(lake, 99)

    skipped = {(t["layer"], t["table"]): t["skipped"] for t in waiting["tables"]}
    assert skipped["semantic", "orders"] == "a pass waits on a branch"
    assert lake.head("semantic", "orders") == head
    assert lost["error"]["code"] == "LEASE_LOST"
