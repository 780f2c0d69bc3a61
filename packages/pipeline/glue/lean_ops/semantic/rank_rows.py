"""Judged rows with their rank within the key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lean_ops.names import CATALOG, quote

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

#: Greatest wins; a missing event version is the lowest. Spark compares strings by UTF-8 bytes.
ORDER = "event_version DESC NULLS LAST, publish_time DESC, message_id DESC"


def rank_rows(judged: DataFrame, table: Any) -> DataFrame:
    """
    Adds `rank`: 1 is the row whose key it decides; that row is the key's winner if it passes and is effective.

    One shuffle, by the bucket of the target table: the files are written as the rows lie. `judged` has `target_key`.
    """
    columns = [quote(name) for name in judged.columns]
    bucket = _bucket_of(table)
    if bucket is None:
        return judged.selectExpr(*columns, _rank("target_key"))
    # A hash below the bucket's bits: Spark sorts by its first 8 bytes, and those of business keys are much alike.
    place = f"shiftleft(CAST({bucket} AS BIGINT), 52) + (xxhash64(target_key) & {2**52 - 1}L)"
    placed = judged.selectExpr(*columns, f"{bucket} AS bucket").repartition("bucket")
    return placed.selectExpr(*columns, "bucket", f"{place} AS place").selectExpr(
        *columns, _rank("place, bucket, target_key")
    )


def _rank(partition: str) -> str:
    order = f"(passes AND is_effective) DESC, {ORDER}, edit_revision DESC"
    return f"row_number() OVER (PARTITION BY {partition} ORDER BY {order}) AS rank"


def _bucket_of(table: Any) -> str | None:
    """SQL of the partition value of `target_key`, when the table is bucketed by its merge key."""
    fields = table.spec().fields()
    transform = str(fields.get(0).transform()) if fields.size() == 1 else ""
    if not transform.startswith("bucket["):
        return None
    return f"{CATALOG}.system.bucket({transform[len('bucket[') : -1]}, target_key)"
