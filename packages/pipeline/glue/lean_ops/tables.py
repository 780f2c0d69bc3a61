"""Makes and alters a layer's tables after the plan's shapes, whose one definition is the contract compiler."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .errors import PassError
from .names import literal, quote, table_name
from .plan import ShapeColumn, TableShape

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_DECIMAL = re.compile(r"decimal\((\d+),\s*(\d+)\)")
# Iceberg's words → Spark's; the rest is spelled alike. `timestamp` has no zone in Iceberg.
_SPARK_TYPES = {"timestamp": "timestamp_ntz", "long": "bigint"}


def ensure_tables(
    spark: SparkSession, database: str, shapes: tuple[TableShape, ...], rewritten: frozenset[str] = frozenset()
) -> list[str]:
    """
    Creates what is missing, adds columns, widens types. Returns what was done, for the log.

    A change that Iceberg cannot make in place raises TABLE_INCOMPATIBLE; columns that the shape does not name stay.
    `rewritten`: columns whose every value the pass writes anew: they may get another type by leaving and coming back.
    """
    done: list[str] = []
    for shape in shapes:
        name = table_name(database, shape.name)
        if not spark.catalog.tableExists(name):
            spark.sql(shape.create.rstrip().removesuffix(";"))
            done.append(f"created {shape.name}")
            continue
        done += _alter(spark, name, shape, rewritten)
    return done


def _alter(spark: SparkSession, name: str, shape: TableShape, rewritten: frozenset[str]) -> list[str]:
    present = {field.name: field.dataType.simpleString() for field in spark.table(name).schema.fields}
    for column in shape.columns:
        now, wanted = present.get(column.name), spark_type(column)
        if column.name in rewritten and now is not None and now != wanted and not _is_promotion(now, wanted):
            spark.sql(f"ALTER TABLE {name} DROP COLUMN {quote(column.name)}")
            del present[column.name]
    missing = [column for column in shape.columns if column.name not in present]
    done = []
    if missing:
        add_columns(spark, name, [(column.name, spark_type(column), column.doc) for column in missing])
        done += [f"added {shape.name}.{column.name}" for column in missing]
    for column in shape.columns:
        now, wanted = present.get(column.name), spark_type(column)
        if now is None or now == wanted:
            continue
        if not _is_promotion(now, wanted):
            raise PassError(
                "TABLE_INCOMPATIBLE",
                f"{shape.name}.{column.name} is {now}, the contract says {wanted}: needs a rebuild",
                "config",
            )
        spark.sql(f"ALTER TABLE {name} ALTER COLUMN {quote(column.name)} TYPE {wanted}")
        done.append(f"widened {shape.name}.{column.name} from {now} to {wanted}")
    return done


def add_columns(spark: SparkSession, name: str, columns: list[tuple[str, str, str]]) -> None:
    """One statement, one metadata commit: (column, Spark type, comment)."""
    parts = ", ".join(f"{quote(column)} {kind} COMMENT {literal(doc)}" for column, kind, doc in columns)
    spark.sql(f"ALTER TABLE {name} ADD COLUMNS ({parts})")


def spark_type(column: ShapeColumn) -> str:
    """As Spark's `simpleString` spells it."""
    text = re.sub(r"\s", "", column.type.lower())
    return _SPARK_TYPES.get(text, text)


def _is_promotion(now: str, wanted: str) -> bool:
    """What Iceberg does in place."""
    if (now, wanted) in (("int", "bigint"), ("float", "double")):
        return True
    old, new = _DECIMAL.fullmatch(now), _DECIMAL.fullmatch(wanted)
    return old is not None and new is not None and old[2] == new[2] and int(old[1]) < int(new[1])
