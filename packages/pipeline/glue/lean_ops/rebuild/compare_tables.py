"""What a rebuilt table has and the live one has not, and the other way round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from lean_ops.names import quote, table_name
from lean_ops.rebuild.build_shadow import SHADOW
from lean_ops.rebuild.plan import TableDifference

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

# Of the pass that wrote a row, not of the row.
_VOLATILE = frozenset(
    {"pass_id", "pass_seq", "curated_at", "first_seen_ts", "last_updated_ts", "rejected_at", "contract_version"}
)
_SAMPLES_MAX = 20


def compare_tables(
    spark: SparkSession, database: str, layer: Literal["curated", "semantic"], table: str, suffix: str
) -> TableDifference:
    """Whole rows as multisets. Columns that one side lacks count as NULL there."""
    live = spark.table(table_name(database, f"{table}{suffix}"))
    rebuilt = spark.table(table_name(database, f"{table}{SHADOW}{suffix}"))
    if suffix == "__versions":
        live, rebuilt = _first_arrivals(live), _first_arrivals(rebuilt)
    columns = sorted((set(live.columns) | set(rebuilt.columns)) - _VOLATILE)
    left, right = _comparable(live, columns).persist(), _comparable(rebuilt, columns).persist()
    only_live, only_rebuilt = left.exceptAll(right).persist(), right.exceptAll(left).persist()
    samples = only_live.select("message_id").union(only_rebuilt.select("message_id")).distinct().limit(_SAMPLES_MAX)
    result = TableDifference(
        layer=layer,
        table=f"{table}{suffix}",
        rows=left.count(),
        rebuilt_rows=right.count(),
        only_live=only_live.count(),
        only_rebuilt=only_rebuilt.count(),
        samples=tuple(sorted(row["message_id"] for row in samples.collect())),
    )
    for frame in (left, right, only_live, only_rebuilt):
        frame.unpersist()
    return result


def _first_arrivals(versions: DataFrame) -> DataFrame:
    """A pass after another may have brought an earlier arrival of one revision; only the earliest speaks."""
    order = "PARTITION BY message_id, edit_revision ORDER BY ingestion_ts, body_sha256"
    return versions.selectExpr("*", f"row_number() OVER ({order}) AS arrival").filter("arrival = 1").drop("arrival")


def _comparable(frame: DataFrame, columns: list[str]) -> DataFrame:
    """As text, as maps have no equality; times and decimals have one text per value."""
    types = dict(frame.dtypes)
    parts = []
    for column in columns:
        name = quote(column)
        if column not in types:
            parts.append(f"CAST(NULL AS STRING) AS {name}")
        elif types[column].startswith("map"):
            parts.append(f"to_json(array_sort(map_entries({name}))) AS {name}")
        else:
            parts.append(f"CAST({name} AS STRING) AS {name}")
    return frame.selectExpr(*parts)
