"""The payload columns of a topic's tables: the schema is the registry of paths, each in the comment of its column."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lean_ops.curated.column_names import column_name, fits_column
from lean_ops.errors import PassError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

COLUMNS_MAX = 2_000
NEW_COLUMNS_MAX = 500
_ADDED_BY = "lean-ops.columns-added-by"


@dataclass(frozen=True)
class ColumnPlan:
    """What becomes of the paths seen in a pass: `added` get a column, `overflow` stay in the map."""

    added: tuple[str, ...]
    overflow: tuple[str, ...]


def read_registry(table: Any) -> dict[str, str]:
    """Pointer → column of an Iceberg table."""
    found = {}
    for field in table.schema().columns():
        doc = field.doc()
        if doc is not None and doc.startswith("/"):
            found[str(doc)] = str(field.name())
    return found


def plan_columns(registry: Iterable[str], seen: Iterable[str], declared: Iterable[str]) -> ColumnPlan:
    """
    500 new columns per pass and 2,000 per table; paths of the contract come first and always get one.

    The same paths in any order give the same columns.
    """
    known, first = set(registry), set(declared)
    new = sorted(set(seen) - known)
    possible = sorted((p for p in new if fits_column(p)), key=lambda pointer: (pointer not in first, pointer))
    room = max(0, min(NEW_COLUMNS_MAX, COLUMNS_MAX - len(known)))
    added = [p for place, p in enumerate(possible) if place < room or p in first]
    return ColumnPlan(tuple(added), tuple(sorted(set(new) - set(added))))


def add_payload_columns(spark: SparkSession, table: Any, pointers: Iterable[str], pass_id: str) -> None:
    """
    Adds string columns in one commit, through Iceberg's API: names and paths come from data and belong in no SQL text.

    The commit also notes who added what, so that a repeated pass still knows.
    """
    jvm: Any = spark._jvm
    table.refresh()
    present = read_registry(table)
    missing = [pointer for pointer in pointers if pointer not in present]
    if not missing:
        return
    names = {field.name().lower() for field in table.schema().columns()}
    transaction = table.newTransaction()
    update = transaction.updateSchema()
    for pointer in missing:
        name = column_name(pointer)
        if name in names:
            raise PassError("COLUMN_TAKEN", f"the table has a column {name} that is not of the payload", "config")
        update.addColumn(name, jvm.org.apache.iceberg.types.Types.StringType.get(), pointer)
    update.commit()
    note = json.dumps({"passId": pass_id, "pointers": missing})
    transaction.updateProperties().set(_ADDED_BY, note).commit()
    transaction.commitTransaction()
    table.refresh()


def columns_added_by(table: Any, pass_id: str) -> tuple[str, ...]:
    """What an earlier attempt of this pass added."""
    note = table.properties().get(_ADDED_BY)
    if note is None:
        return ()
    read = json.loads(note)
    return tuple(read["pointers"]) if read["passId"] == pass_id else ()
