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
      - { name: updatedAt, logicalType: timestamp }
"""
YAML = contract_yaml(columns=COLUMNS, version_path="updatedAt", status="active")


def order(id: str, key: str, amount: Any, *, version: float = 0, **more: Any) -> Version:
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
    (result,) = lake.run(semantic.main, "semantic", [curated.plan()])

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
