"""The contracts that random histories move through, in the compiled form that job plans carry."""

from __future__ import annotations

from typing import Any

from proof.history import Contract


def column(name: str, path: list[str], kind: str, **more: Any) -> dict[str, Any]:
    """A compiled column; what is not said is as lax as possible."""
    column_type: dict[str, Any] = {"kind": kind}
    if kind == "decimal":
        column_type |= {"precision": more.pop("precision"), "scale": more.pop("scale")}
    return {
        "name": name,
        "path": path,
        "type": column_type,
        "timestampFormat": "rfc3339",
        "required": bool(more.get("isCritical")),
        "isCritical": False,
        "isBlankAllowed": False,
        "rules": [],
        "classification": None,
        "description": None,
        **more,
    }


def _range(name: str, minimum: str | None, maximum: str | None, action: str = "quarantine") -> dict[str, Any]:
    return {"name": name, "action": action, "kind": "range", "minimum": minimum, "maximum": maximum}


def _enum(name: str, values: list[str], action: str = "quarantine") -> dict[str, Any]:
    return {"name": name, "action": action, "kind": "enum", "values": values}


_pattern = {"name": "email_form", "action": "quarantine", "kind": "pattern", "pattern": "[^@]+@[^@]+"}
_length = {"name": "city_short", "action": "warn", "kind": "length", "minimum": 2, "maximum": 12}


def _columns() -> list[dict[str, Any]]:
    return [
        column("order_id", ["orderId"], "string", isCritical=True),
        column("ref", ["ref"], "string"),
        column("user_id", ["userId"], "string", isCritical=True),
        column("nickname", ["nickname"], "string", isCritical=True, isBlankAllowed=True),
        column("seq", ["seq"], "long"),
        column("rank", ["rank"], "long"),
        column(
            "amount", ["amount"], "decimal", precision=8, scale=2, rules=[_range("amount_range", "0.00", "5000.00")]
        ),
        column("status", ["status"], "string", rules=[_enum("status_known", ["OPEN", "PAID", "GONE"])]),
        column("updated_at", ["updatedAt"], "timestamp"),
        column("sent_at", ["sentAt"], "timestamp", timestampFormat="epochMillis"),
        column("day", ["day"], "date"),
        column("flag", ["flag"], "boolean", required=True),
        column("count", ["count"], "int", rules=[_range("count_low", "10", None, "warn")]),
        column("ratio", ["ratio"], "double"),
        column("email", ["email"], "string", classification="hash", rules=[_pattern]),
        column("phone", ["phone"], "string", classification="mask"),
        column("secret", ["secret"], "string", classification="drop"),
        column("city", ["address", "city"], "string", rules=[_length]),
        column("dotted", ["a.b"], "long"),
        column("tags", ["tags"], "array"),
        column("meta", ["meta"], "object"),
    ]


def contract(version: str, **more: Any) -> Contract:
    base = {
        "topic": "orders",
        "version": version,
        "status": "active",
        "owner": "proof",
        "purpose": None,
        "columns": _columns(),
        "keyPath": ["orderId"],
        "eventVersion": {"path": ["seq"], "type": {"kind": "long"}, "timestampFormat": "rfc3339"},
        "onSpike": "continue",
        "spikePercent": 10,
        "latencySeconds": None,
        "backlogThreshold": 10000,
        "runbook": None,
        "hasRestrictedTable": False,
        "snowflake": None,
    }
    return {**base, **more}


def draft(version: str, **more: Any) -> Contract:
    """No schema yet: the gate is closed, the topic ends at curated."""
    return contract(version, **{"status": "draft", "columns": [], "eventVersion": None, **more})


def _changed(name: str, **change: Any) -> list[dict[str, Any]]:
    return [{**c, **change} if c["name"] == name else c for c in _columns()]


base = contract("1.0.0")

#: Other versions of the same contract, by what they change.
changes: dict[str, Contract] = {
    "more digits": contract("1.1.0", columns=_changed("amount", type={"kind": "decimal", "precision": 10, "scale": 2})),
    "a rule less": contract("1.2.0", columns=_changed("status", rules=[])),
    "no longer critical": contract("1.3.0", columns=_changed("user_id", isCritical=False, required=False)),
    "a new column": contract("1.4.0", columns=[*_columns(), column("note", ["note"], "string")]),
    "stricter": contract("2.0.0", columns=_changed("flag", isCritical=True, required=True)),
    "another version path": contract(
        "3.0.0", eventVersion={"path": ["rank"], "type": {"kind": "long"}, "timestampFormat": "rfc3339"}
    ),
    "another key": contract("4.0.0", keyPath=["ref"]),
}

#: Changes of a column's type that Iceberg cannot make in place.
rebuilt_changes: dict[str, Contract] = {
    "a version of another type": contract(
        "3.1.0", eventVersion={"path": ["updatedAt"], "type": {"kind": "timestamp"}, "timestampFormat": "rfc3339"}
    ),
    "no version path": contract("3.2.0", eventVersion=None),
}

drafts: list[Contract] = [draft("0.1.0", keyPath=["orderId"]), draft("0.2.0", keyPath=None)]
