"""The RAW rows of a pass: appended in (from, to], nothing skipped in silence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from lean_ops.errors import PassError
from lean_ops.snapshots import Snapshot, ancestors, between, find

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

# An operation that changes RAW on purpose (erase) says so in its snapshot's summary.
MARK = "lean-ops.operation"
# Firehose keeps trying for 24 hours: nothing lands later than that after its ingestion time.
LANDING_MAX = timedelta(hours=24)
_SPLIT_BYTES_MIN, _SPLIT_BYTES_MAX = 512 * 1024, 32 * 1024 * 1024


@dataclass(frozen=True)
class RawRange:
    """`rows` as the metadata counts them; `since` = lower bound of a rescan by ingestion time."""

    frame: DataFrame
    rows: int
    bytes: int
    since: datetime | None


def read_raw(
    spark: SparkSession, table: Any, name: str, start: str | None, end: str, processed_up_to: datetime | None
) -> RawRange:
    """
    Rows that the appends after `start` brought, up to `end`.

    `processed_up_to` = greatest ingestion time that curated has of earlier passes: where the chain of snapshots is cut
    by expiry, rows from 24 hours before it are read again (those already known are recognised).
    Raises RAW_NOT_APPEND_ONLY and RAW_SNAPSHOT_MISSING.
    """
    newest = find(table, end)
    if newest is None:
        raise PassError("RAW_SNAPSHOT_MISSING", f"RAW has no snapshot {end} any more", "config")
    steps = between(table, start, end)
    if steps is not None:
        _require_appends(steps)
        if start is None:
            return _whole(spark, name, newest, None)
        added, size = _added(steps)
        frame = (
            spark.read.options(**_split(spark, size)).option("start-snapshot-id", start).option("end-snapshot-id", end)
        )
        return RawRange(frame.table(name), added, size, None)
    known = list(ancestors(table, end))
    _require_appends(known)
    if start is not None and known[-1].parent is None:
        # The history is whole and the start is not in it. Else it was cut: a tag may have kept the start itself.
        raise PassError(
            "RAW_HISTORY_CHANGED", f"snapshot {start} is no ancestor of {end}: RAW was rolled back", "config"
        )
    since = None if start is None or processed_up_to is None else processed_up_to - LANDING_MAX
    return _whole(spark, name, newest, since)


def _whole(spark: SparkSession, name: str, newest: Snapshot, since: datetime | None) -> RawRange:
    size = int(newest.summary.get("total-files-size", "0"))
    frame = spark.read.options(**_split(spark, size)).option("snapshot-id", newest.id).table(name)
    if since is not None:
        frame = frame.where(f"ingestion_ts >= TIMESTAMP_NTZ'{since.isoformat(sep=' ')}'")
    return RawRange(frame, newest.records, size, since)


def _require_appends(steps: list[Snapshot]) -> None:
    for step in steps:
        if step.operation in ("append", "replace") or MARK in step.summary:
            continue
        raise PassError(
            "RAW_NOT_APPEND_ONLY",
            f"snapshot {step.id} of RAW is a {step.operation} that no operation of ours made",
            "config",
        )


def _added(steps: list[Snapshot]) -> tuple[int, int]:
    appends = [step.summary for step in steps if step.operation == "append"]
    return (
        sum(int(summary.get("added-records", "0")) for summary in appends),
        sum(int(summary.get("added-files-size", "0")) for summary in appends),
    )


def _split(spark: SparkSession, size: int) -> dict[str, str]:
    """Splits small enough that each core has its share, not so small that tasks cost more than rows."""
    cores = max(1, spark.sparkContext.defaultParallelism)
    split = min(max(size // (2 * cores), _SPLIT_BYTES_MIN), _SPLIT_BYTES_MAX)
    return {"split-size": str(split), "file-open-cost": str(256 * 1024)}
