"""One curated pass over a test's lake, and what its tables say afterwards."""

from __future__ import annotations

from typing import Any

import curated
from lean_ops.runner import no_hook
from tests.contracts import contract_yaml
from tests.lake import Lake

ORDER_ID = "      - { name: orderId, logicalType: string }\n"

YAML = contract_yaml()

VERSIONED = contract_yaml(
    version_path="updatedAt",
    columns="      - { name: updatedAt, logicalType: timestamp }\n      - { name: orderId, logicalType: string }\n",
)


def run(lake: Lake, yaml: str = YAML, start: str | None = None, hook: Any = no_hook, **changes: Any) -> dict[str, Any]:
    """One pass from `start` to the head of RAW."""
    plan = lake.plan_pass("curated", yaml, **{"from": start, "to": lake.head("raw", "orders"), **changes})
    if start is None and "mode" not in changes:
        plan["mode"] = "first"
    (result,) = lake.run(curated.main, "curated", [plan], hook)
    return result


def payloads(lake: Lake, table: str = "orders") -> dict[str, str]:
    """Pointer → column."""
    return {
        field.metadata["comment"]: field.name
        for field in lake.rows("curated", table).schema.fields
        if field.metadata.get("comment", "").startswith("/")
    }


def current(lake: Lake) -> dict[str, str]:
    """merge key → message id."""
    rows = lake.rows("curated", "orders").collect()
    assert len({row["merge_key"] for row in rows}) == len(rows)
    return {row["merge_key"]: row["message_id"] for row in rows}


def units(lake: Lake, table: str = "orders__versions") -> list[tuple[str, int]]:
    return sorted((row["message_id"], row["edit_revision"]) for row in lake.rows("curated", table).collect())


def everything(lake: Lake) -> dict[str, Any]:
    """Contents of all tables, without what tells attempts apart."""
    found: dict[str, Any] = {}
    for table in ("orders__versions", "orders", "orders__parse_errors"):
        frame = lake.rows("curated", table).drop("curated_at")
        names = sorted(frame.columns)
        found[table] = sorted((tuple(str(row[name]) for name in names) for row in frame.collect()), key=str)
        found[f"{table} columns"] = names
    return found
