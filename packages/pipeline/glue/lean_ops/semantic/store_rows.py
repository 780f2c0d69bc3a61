"""Changed rows as the semantic tables have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lean_ops.names import literal, quote, table_name
from lean_ops.plan import ContractColumn, TableShape
from lean_ops.runner import PassContext
from lean_ops.tables import spark_type

from .cast_value import sql_type
from .protect import protect_value
from .write_changes import ACTION

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.types import StructType


def protected_columns(columns: tuple[ContractColumn, ...]) -> dict[str, str]:
    """Column → SQL for the table that everybody reads: hashed, masked, dropped as classified."""
    return {
        column.name: protect_value(f"v{n}", column)
        for n, column in enumerate(columns)
        if column.classification != "drop"
    }


def clear_columns(columns: tuple[ContractColumn, ...]) -> dict[str, str]:
    """Column → SQL for `_restricted`: the clear values of hashed and masked columns."""
    return {
        column.name: f"CAST(v{n} AS {sql_type(column.type)})"
        for n, column in enumerate(columns)
        if column.classification in ("hash", "mask")
    }


def drop_old_order(spark: SparkSession, database: str, shapes: tuple[TableShape, ...]) -> None:
    """
    Another version path may have another type, which no table can be altered to. Every row is judged again, so the
    column may start anew.
    """
    for shape in shapes:
        wanted = next((spark_type(column) for column in shape.columns if column.name == "event_version"), None)
        name = table_name(database, shape.name)
        if wanted is None or not spark.catalog.tableExists(name):
            continue
        present = {field.name: field.dataType.simpleString() for field in spark.table(name).schema.fields}
        if present.get("event_version", wanted) != wanted:
            spark.sql(f"ALTER TABLE {name} DROP COLUMN event_version")


def store_rows(
    context: PassContext, changes: DataFrame, schema: StructType, values: dict[str, str], *, now: str
) -> DataFrame:
    """The table's columns in its order, and ACTION. What the contract no longer names stays NULL in new rows."""
    known = {
        "merge_key": "target_key",
        **{name: name for name in ("message_id", "edit_revision", "event_version", "publish_time", "ingestion_ts")},
        "pass_id": literal(context.plan.pass_id),
        "contract_version": literal(context.plan.contract_version),
        "first_seen_ts": f"coalesce(first_seen_ts, {now})",
        "last_updated_ts": now,
        **values,
    }
    columns = []
    for field in schema.fields:
        value = known.get(field.name, "NULL")
        columns.append(f"CAST({value} AS {field.dataType.simpleString()}) AS {quote(field.name)}")
    return changes.selectExpr(*columns, f"action AS {quote(ACTION)}")
