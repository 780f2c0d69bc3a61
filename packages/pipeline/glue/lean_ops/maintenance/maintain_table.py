"""Compacts one table and expires what nobody needs any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from lean_ops.maintenance.plan import Layer, MaintenanceTask, Measure, TableResult
from lean_ops.names import CATALOG, literal
from lean_ops.snapshots import find, head, load_table

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# Passes that are held or half done wait on such branches: main may not move under them.
_PASS_BRANCH = "pass_"
_OPTIONS = "map('min-input-files', '2', 'delete-file-threshold', '1', 'remove-dangling-deletes', 'true')"


def maintain_table(
    spark: SparkSession,
    name: str,
    layer: Layer,
    task: MaintenanceTask,
    now: datetime,
    check_lease: Callable[[], None],
) -> TableResult:
    """
    Rewrites small files and files with deletes, then manifests, then expires. Readers of the retained snapshots see
    what they saw; incremental reads from a checkpoint that a tag or `keep` names find every snapshot after it.
    """
    short = name.rsplit(".", 1)[-1].strip("`")
    if not spark.catalog.tableExists(name):
        return TableResult(layer, short, None, None, "there is no such table")
    table = load_table(spark, name)
    if head(table) is None:
        return TableResult(layer, short, None, None, "the table is empty")
    before = measure(table)
    if any(str(ref).startswith(_PASS_BRANCH) for ref in table.refs()):
        return TableResult(layer, short, before, before, "a pass waits on a branch")
    check_lease()
    _call(spark, "rewrite_data_files", f"table => {literal(name)}, options => {_OPTIONS}")
    if measure(load_table(spark, name)).delete_files > 0:
        # A rewritten file keeps the sequence number it began with, so that what deleted from it still counts as in use.
        check_lease()
        _call(
            spark, "rewrite_position_delete_files", f"table => {literal(name)}, options => map('rewrite-all', 'true')"
        )
    if measure(load_table(spark, name)).manifests > 1:
        check_lease()
        _call(spark, "rewrite_manifests", f"table => {literal(name)}, use_caching => false")
    table = load_table(spark, name)
    cutoff = _cutoff(table, task, now)
    check_lease()
    _call(
        spark,
        "expire_snapshots",
        f"table => {literal(name)}, older_than => TIMESTAMP '{cutoff:%Y-%m-%d %H:%M:%S.%f}', "
        f"retain_last => {task.keep_last}",
    )
    return TableResult(layer, short, before, measure(load_table(spark, name)))


def measure(table: Any) -> Measure:
    """From the newest snapshot's summary: no file is opened."""
    newest = head(table)
    summary = {} if newest is None else newest.summary
    manifests = 0 if newest is None else table.currentSnapshot().allManifests(table.io()).size()
    return Measure(
        files=int(summary.get("total-data-files", "0")),
        bytes=int(summary.get("total-files-size", "0")),
        delete_files=int(summary.get("total-delete-files", "0")),
        rows=0 if newest is None else newest.records,
        snapshots=sum(1 for _ in table.snapshots()),
        manifests=manifests,
    )


def _cutoff(table: Any, task: MaintenanceTask, now: datetime) -> datetime:
    """No later than the oldest snapshot that somebody continues from: what came after it stays a chain."""
    wanted = [str(ref.snapshotId()) for ref in table.refs().values() if ref.isTag()]
    moments = [now - timedelta(days=task.keep_days)]
    for snapshot_id in (*wanted, *task.keep):
        snapshot = find(table, snapshot_id)
        if snapshot is not None:
            moments.append(datetime.fromtimestamp(snapshot.committed_ms / 1000, UTC))
    return min(moments)


def _call(spark: SparkSession, procedure: str, arguments: str) -> None:
    spark.sql(f"CALL {CATALOG}.system.{procedure}({arguments})").collect()
