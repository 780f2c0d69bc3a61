"""Results as the JSON rowsets that the Node driver reads (it has no Arrow reader)."""

from __future__ import annotations

import datetime as dt
import decimal
import json
from dataclasses import dataclass
from typing import Any

_EPOCH_DAY = dt.date(1970, 1, 1)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Column:
    """A result column in Snowflake's type words."""

    name: str
    kind: str

    def rowtype(self) -> dict[str, Any]:
        """As the wire format describes it."""
        return {
            "name": self.name,
            "type": self.kind,
            "nullable": True,
            "precision": 0 if self.kind.startswith("timestamp") else None,
            "scale": 9 if self.kind.startswith("timestamp") else None,
            "length": 16777216 if self.kind == "text" else None,
            "byteLength": 16777216 if self.kind == "text" else None,
            "database": "",
            "schema": "",
            "table": "",
            "collation": None,
        }


@dataclass(frozen=True)
class Answer:
    """Columns and rows of Python values."""

    columns: list[Column]
    rows: list[list[Any]]

    def rowset(self) -> list[list[str | None]]:
        """The rows as text."""
        kinds = [column.kind for column in self.columns]
        return [[encode(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in self.rows]


def text_columns(*names: str) -> list[Column]:
    """Columns of type text."""
    return [Column(name, "text") for name in names]


def encode(value: Any, kind: str) -> str | None:
    """One value as Snowflake's JSON format writes it."""
    if value is None:
        return None
    if kind == "boolean":
        return "1" if value else "0"
    if kind == "date":
        return str((value - _EPOCH_DAY).days)
    if kind.startswith("timestamp"):
        moment = value if value.tzinfo else value.replace(tzinfo=dt.UTC)
        micros = (moment - _EPOCH) // dt.timedelta(microseconds=1)
        # A zone is its offset in minutes plus 1440.
        return f"{micros // 10**6}.{micros % 10**6:06d}000" + (" 1440" if kind == "timestamp_tz" else "")
    if kind == "time":
        return f"{value.hour * 3600 + value.minute * 60 + value.second}.{value.microsecond:06d}000"
    if kind == "binary":
        return str(value.hex()).upper()
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, dict | list):
        return json.dumps(value, default=str)
    return str(value)
