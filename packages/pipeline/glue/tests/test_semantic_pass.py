"""The semantic job on real Spark and Iceberg: exact counts and contents."""

from __future__ import annotations

from typing import Any

import semantic
from tests.contracts import contract_yaml
from tests.lake import Lake
from tests.versions import Curated, Version

COLUMNS = """      - { name: orderId, logicalType: string, required: true, criticalDataElement: true }
      - { name: amount, logicalType: number, physicalType: "decimal(12,2)", criticalDataElement: true }
      - { name: status, logicalType: string, required: true }
      - { name: action, logicalType: string }
      - { name: updatedAt, logicalType: timestamp }
"""
YAML = contract_yaml(columns=COLUMNS, version_path="updatedAt", status="active")


def order(id: str, key: str, amount: Any, *, version: float | None = 0, **more: Any) -> Version:
    """A version of an order."""
    values = {"orderId": key, "amount": amount, "status": "OPEN", **more.pop("values", {})}
    return Version(id, values, key=key, version=version, **more)


def stored(lake: Lake, table: str = "orders") -> dict[str, tuple[str, str]]:
    """Key → (message, amount)."""
    rows = lake.rows("semantic", table).collect()
    return {row["merge_key"]: (row["message_id"], str(row["amount"])) for row in rows}


def test_newest_passing_version_wins_and_the_rest_is_accounted_for(lake: Lake) -> None:
    curated = Curated(lake, YAML)
    curated.append(
        [
            order("m1", "a", 1, version=1),
            order("m2", "a", 2.5, version=2),
            order("m3", "a", "x", version=3),
            order("m4", "b", None, version=1, replay_id="r4"),
            order("m5", "c", "7.10", version=1, replay_id="r5"),
        ]
    )
    again_plan = curated.plan()

    (result,) = lake.run(semantic.main, "semantic", [again_plan])

    assert result["error"] is None
    assert stored(lake) == {"k:a": ("m2", "2.50"), "k:c": ("m5", "7.10")}
    assert result["counts"] == {
        "read": 5,
        "keys": 3,
        "inserted": 2,
        "updated": 0,
        "deleted": 0,
        "unchanged": 0,
        "superseded": 1,
        "rejectedMessages": 2,
        "rejectRows": 2,
        "byCode": {"CDE_MISSING": 1, "TYPE_CAST": 1},
        "warned": {},
    }
    lines = {line["messageId"]: line for line in lake.rejects("orders-semantic-1")}
    assert {id: (line["kind"], line["replayId"]) for id, line in lines.items()} == {
        "m3": ("reject", None),
        "m4": ("reject", "r4"),
        "m5": ("settled", "r5"),
    }
    assert lines["m3"]["body"] == '{"orderId": "a", "amount": "x", "status": "OPEN"}'
    assert lines["m3"]["fields"] == [
        {
            "column": "amount",
            "path": ["amount"],
            "code": "TYPE_CAST",
            "rule": None,
            "detail": "a string that is no decimal(12,2)",
        }
    ]
    assert lines["m5"]["outcome"] == "accepted"
    rejects = lake.rows("semantic", "orders__rejects").collect()
    assert sorted((r["message_id"], r["code"], r["column_name"], r["path"]) for r in rejects) == [
        ("m3", "TYPE_CAST", "amount", "/amount"),
        ("m4", "CDE_MISSING", "amount", "/amount"),
    ]
    # The same plan once more: only a report.
    heads = [lake.head("semantic", table) for table in ("orders", "orders__rejects")]
    (again,) = lake.run(semantic.main, "semantic", [again_plan])
    assert again["counts"] == result["counts"]
    assert again["manifest"] == result["manifest"]
    assert [lake.head("semantic", table) for table in ("orders", "orders__rejects")] == heads


def test_later_passes_update_revert_and_move_by_one_total_order(lake: Lake) -> None:
    curated = Curated(lake, YAML)
    curated.append(
        [
            order("m1", "newer", 1, version=5),
            order("m2", "older", 2, version=5),
            order("m3", "tie", 3, version=5),
            order("m4", "reverts", 4, version=1),
            order("m5", "reverts", 5, version=2),
            order("m6", "moves", 6, version=1),
            order("m7", "arrives earlier", 7, version=1, at=100),
            order("m8", "gone", 8, version=1),
        ]
    )
    lake.run(semantic.main, "semantic", [curated.plan()])
    first_seen = {r["merge_key"]: r["first_seen_ts"] for r in lake.rows("semantic", "orders").collect()}
    curated.append(
        [
            order("n1", "newer", 11, version=6, at=200),
            order("n2", "older", 12, version=4, at=200),
            order("n3", "tie", 13, version=5, at=200, published=0),
            order("m5", "reverts", "bad", version=2, revision=1, at=200),
            order("m6", "moved", 16, version=1, revision=1, at=200),
            order("m7", "arrives earlier", 17, version=1, at=50),
            order("m8", "gone", None, version=1, revision=2, at=200, replay_id="r8"),
            order("n9", "new", 19, version=None, at=200),
        ]
    )

    (result,) = lake.run(semantic.main, "semantic", [curated.plan(from_seq=1)])

    assert result["error"] is None
    assert stored(lake) == {
        "k:newer": ("n1", "11.00"),
        "k:older": ("m2", "2.00"),
        "k:tie": ("n3", "13.00"),
        "k:reverts": ("m4", "4.00"),
        "k:moved": ("m6", "16.00"),
        "k:arrives earlier": ("m7", "17.00"),
        "k:new": ("n9", "19.00"),
    }
    counts = result["counts"]
    assert (counts["read"], counts["rejectedMessages"], counts["superseded"]) == (8, 2, 1)
    assert (counts["inserted"], counts["updated"], counts["deleted"]) == (2, 4, 2)
    rows = {r["merge_key"]: r for r in lake.rows("semantic", "orders").collect()}
    assert all(rows[key]["first_seen_ts"] == first_seen[key] for key in ("k:newer", "k:tie", "k:reverts"))
    assert rows["k:newer"]["pass_id"] == result["passId"]
    assert rows["k:older"]["pass_id"] == "orders-semantic-1"
    # One commit for the readers: main never stood between inserts and updates.
    refs = {
        row["name"] for row in lake.spark.sql(f"SELECT name FROM {lake.table('semantic', 'orders')}.refs").collect()
    }
    assert refs == {"main"}
    # Both orders of arrival, all at once, end in the same rows.
    other = Lake(lake.spark, lake.folder / "other", f"{lake.name}_other")
    whole = Curated(other, YAML)
    versions = lake.rows("curated", "orders__versions").collect()
    whole.copy(curated, versions)
    (once,) = other.run(semantic.main, "semantic", [whole.plan()])
    assert once["error"] is None
    assert stored(other) == stored(lake)
    assert reject_ids(other) == reject_ids(lake)


def reject_ids(lake: Lake, table: str = "orders") -> set[tuple[str, int, str]]:
    """What waits for somebody."""
    rows = lake.rows("semantic", f"{table}__rejects").collect()
    return {(row["message_id"], row["edit_revision"], row["column_name"]) for row in rows}
