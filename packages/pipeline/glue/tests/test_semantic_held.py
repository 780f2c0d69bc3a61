"""Held passes, protected values, and crashes: what reaches the tables, and when."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest

import semantic
from tests.contracts import contract_yaml
from tests.lake import Lake
from tests.versions import Curated, Version

COLUMNS = """      - { name: orderId, logicalType: string, criticalDataElement: true, classification: hash }
      - { name: email, logicalType: string, classification: hash }
      - { name: phone, logicalType: string, classification: mask }
      - { name: note, logicalType: string, classification: drop }
      - { name: amount, logicalType: integer, criticalDataElement: true }
"""
SETTINGS = """  - { property: restrictedTable, value: true }
  - { property: onSpike, value: hold }
  - { property: spikePercent, value: 50 }
"""
YAML = contract_yaml(columns=COLUMNS, status="active", extra=SETTINGS)
SECRET = b"stage secret"
TABLES = ("orders", "orders_restricted", "orders__rejects")


def hashed(text: str) -> str:
    """As Python's own library hashes it."""
    return hmac.new(SECRET, text.encode(), hashlib.sha256).hexdigest()


def order(id: str, key: str, amount: Any, **more: Any) -> Version:
    """A version with something to hide."""
    values = {"orderId": key, "email": f"{key}@x.ch", "phone": "079", "note": "psst", "amount": amount}
    return Version(id, values, key=key, **more)


def run(lake: Lake, plan: dict[str, Any], crash: str | None = None) -> dict[str, Any]:
    """With the stage's secret; `crash` = the step after which the process dies."""
    secret = lake.folder / "secret"
    secret.write_bytes(SECRET)

    def hook(step: str) -> None:
        if step == crash:
            raise KeyboardInterrupt

    (result,) = lake.run(semantic.main, "semantic", [plan], hook, HASH_SECRET_ARN=secret.as_uri())
    return result


def contents(lake: Lake) -> dict[str, list[tuple[Any, ...]]]:
    """Every table without its times."""
    found = {}
    for table in TABLES:
        rows = lake.rows("semantic", table)
        kept = [c for c in rows.columns if not c.endswith("_ts") and c not in ("rejected_at", "pass_id")]
        found[table] = sorted((tuple(row) for row in rows.select(*kept).collect()), key=str)
    return found


def test_a_crash_after_any_step_is_made_good_by_the_same_plan(lake: Lake) -> None:
    curated = Curated(lake, YAML)
    curated.append([order("m1", "a", 1), order("m2", "b", 2), order("m3", "c", "x")])
    first = curated.plan()
    for step in ("staged", "rejects", "restricted"):
        with pytest.raises(KeyboardInterrupt):
            run(lake, first, step)
    assert lake.rows("semantic", "orders").isEmpty()
    done = run(lake, first)
    with pytest.raises(KeyboardInterrupt):
        curated.append([order("m4", "a", 4, at=9), order("m5", "d", 5, at=9), order("m6", "e", "y", at=9)])
        second = curated.plan(from_seq=1)
        run(lake, second, "semantic")

    result = run(lake, second)

    assert done["error"] is None
    assert done["counts"]["inserted"] == 2
    assert result["counts"] | {"warned": {}} == {
        "read": 3,
        "keys": 3,
        "inserted": 1,
        "updated": 1,
        "deleted": 0,
        "unchanged": 0,
        "superseded": 0,
        "rejectedMessages": 1,
        "rejectRows": 1,
        "byCode": {"TYPE_CAST": 1},
        "warned": {},
    }
    assert [line["messageId"] for line in lake.rejects(second["passId"])] == ["m6"]
    rows = {row["message_id"]: row for row in lake.rows("semantic", "orders").collect()}
    assert set(rows) == {"m2", "m4", "m5"}
    assert rows["m4"]["merge_key"] == f"k:{hashed('a')}"
    assert rows["m4"]["order_id"] == hashed("a")
    assert rows["m4"]["email"] == hashed("a@x.ch")
    assert rows["m4"]["phone"] == "•••"
    assert "note" not in rows["m4"].asDict()
    clear = {row["message_id"]: row for row in lake.rows("semantic", "orders_restricted").collect()}
    assert {id: (r["email"], r["phone"]) for id, r in clear.items()} == {
        "m2": ("b@x.ch", "079"),
        "m4": ("a@x.ch", "079"),
        "m5": ("d@x.ch", "079"),
    }
    assert lake.rows("semantic", "orders__rejects").count() == 2


def test_a_spike_holds_the_pass_until_somebody_decides(lake: Lake) -> None:
    curated = Curated(lake, YAML)
    curated.append([order("m1", "a", 1), order("m2", "b", 2)])
    run(lake, curated.plan())
    before = contents(lake)
    curated.append([order("m3", "a", 3, at=5), order("m4", "c", "x", at=5)])
    plan = curated.plan(from_seq=1)

    held = run(lake, plan)
    repeated = run(lake, plan)

    assert held["isHeld"] and repeated["isHeld"]
    assert held["branch"] == "pass_2"
    assert held["manifest"] is None
    assert held["findings"][0]["kind"] == "CDE_SPIKE"
    assert contents(lake) == before
    assert lake.rejects(plan["passId"]) == []
    waiting = lake.spark.read.option("branch", "pass_2").table(lake.table("semantic", "orders"))
    assert {row["message_id"] for row in waiting.collect()} == {"m2", "m3"}

    discarded = run(lake, {**plan, "verdict": "discard"})
    assert discarded["state"] == "nothing"
    assert contents(lake) == before
    released = run(lake, {**plan, "verdict": "release"})
    assert not released["isHeld"]
    assert {row["message_id"] for row in lake.rows("semantic", "orders").collect()} == {"m2", "m3"}
    assert [line["messageId"] for line in lake.rejects(plan["passId"])] == ["m4"]


def test_a_held_pass_is_released_as_it_waits(lake: Lake) -> None:
    curated = Curated(lake, YAML)
    curated.append([order("m1", "a", 1), order("m2", "b", "x")])
    plan = curated.plan()
    assert run(lake, plan)["isHeld"]
    assert lake.rows("semantic", "orders").isEmpty()

    released = run(lake, {**plan, "verdict": "release"})

    assert released["error"] is None
    assert released["manifest"].endswith("/manifest.json")
    assert {row["message_id"] for row in lake.rows("semantic", "orders").collect()} == {"m1"}
    assert {row["message_id"] for row in lake.rows("semantic", "orders__rejects").collect()} == {"m2"}
    assert json.loads(Path(released["manifest"].removeprefix("file://")).read_text())["records"] == 1
    assert run(lake, plan)["counts"] == released["counts"]


def test_a_lost_lease_and_a_rule_that_fails_commit_nothing(lake: Lake) -> None:
    rule = '{ type: custom, engine: lean-ops, name: low, implementation: { rule: range, maximum: "9", action: fail } }'
    strict = COLUMNS.replace("amount, logicalType: integer", f"amount, quality: [{rule}], logicalType: integer")
    curated = Curated(lake, contract_yaml(columns=strict, status="active", extra=SETTINGS))
    curated.append([order("m1", "a", 1), order("m2", "b", 10)])
    plan = curated.plan()

    stopped = run(lake, plan)
    lake.set_lease("orders", 99)
    lost = run(lake, {**plan, "contract": {**plan["contract"], "columns": plan["contract"]["columns"][:4]}})

    assert stopped["state"] == "failed"
    assert (stopped["error"]["code"], stopped["error"]["class"]) == ("RULE_STOPPED_PASS", "data")
    assert lost["error"]["code"] == "LEASE_LOST"
    assert lake.rows("semantic", "orders").isEmpty()
    assert lake.rejects(plan["passId"]) == []
