"""An Iceberg table's history, through Iceberg's own Java API: no Spark job for a look at the metadata."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .errors import PassError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

PASS_ID = "lean-ops.pass-id"
PASS_SEQ = "lean-ops.pass-seq"
EXECUTION = "lean-ops.execution"


@dataclass(frozen=True)
class Snapshot:
    """`operation`: append | overwrite | replace | delete."""

    id: str
    parent: str | None
    operation: str
    committed_ms: int
    summary: dict[str, str]

    @property
    def records(self) -> int:
        """Rows of the table, deletes taken off."""
        return int(self.summary.get("total-records", "0")) - int(self.summary.get("total-position-deletes", "0"))


def load_table(spark: SparkSession, name: str) -> Any:
    """Iceberg's `org.apache.iceberg.Table`, fresh. `name` as `table_name` gives it."""
    jvm: Any = spark._jvm
    return jvm.org.apache.iceberg.spark.Spark3Util.loadIcebergTable(spark._jsparkSession, name)


def head(table: Any, ref: str = "main") -> Snapshot | None:
    """Newest snapshot of a branch."""
    found = table.refs().get(ref)
    return None if found is None else find(table, str(found.snapshotId()))


def find(table: Any, snapshot_id: str) -> Snapshot | None:
    """A snapshot by id; None when expired or never there."""
    java = table.snapshot(int(snapshot_id))
    if java is None:
        return None
    parent = java.parentId()
    summary = {str(key): str(value) for key, value in dict(java.summary()).items()}
    return Snapshot(
        str(snapshot_id),
        None if parent is None else str(parent),
        str(java.operation()),
        int(java.timestampMillis()),
        summary,
    )


def ancestors(table: Any, snapshot_id: str | None) -> Iterator[Snapshot]:
    """The snapshot itself and those before it, newest first; ends early where history was expired."""
    while snapshot_id is not None:
        snapshot = find(table, snapshot_id)
        if snapshot is None:
            return
        yield snapshot
        snapshot_id = snapshot.parent


def find_pass(table: Any, pass_id: str, pass_seq: int, ref: str = "main") -> Snapshot | None:
    """
    The commit of a pass among a branch's ancestors: compaction hides it from the head.

    Passes of a table are committed in rising order, so an older pass ends the search.
    """
    newest = head(table, ref)
    for snapshot in ancestors(table, None if newest is None else newest.id):
        if snapshot.summary.get(PASS_ID) == pass_id:
            return snapshot
        seq = snapshot.summary.get(PASS_SEQ)
        if seq is not None and int(seq) < pass_seq and PASS_ID in snapshot.summary:
            return None
    return None


def between(table: Any, start: str | None, end: str) -> list[Snapshot] | None:
    """Snapshots in (start, end], oldest first; None when the chain does not reach from one to the other."""
    if find(table, end) is None:
        return None
    found: list[Snapshot] = []
    for snapshot in ancestors(table, end):
        if snapshot.id == start:
            return found[::-1]
        found.append(snapshot)
        if start is not None and snapshot.parent == start:
            # The start itself may have expired.
            return found[::-1]
    reaches_beginning = bool(found) and found[-1].parent is None
    return found[::-1] if start is None and reaches_beginning else None


def set_tag(table: Any, tag: str, snapshot_id: str) -> None:
    """Makes or moves a tag, which keeps the snapshot from expiry."""
    table.refresh()
    current = table.refs().get(tag)
    if current is not None and str(current.snapshotId()) == snapshot_id:
        return
    manage = table.manageSnapshots()
    if current is None:
        manage.createTag(tag, int(snapshot_id))
    else:
        manage.replaceTag(tag, int(snapshot_id))
    manage.commit()


class CommitProperties:
    """
    `with CommitProperties(spark, {...}):` every Iceberg commit of this thread, MERGE's too, carries these.

    Iceberg has a write option for appends only. For SQL it has `CommitMetadata.withCommitProperties(map, callable)`,
    which keeps the map in a thread local while the callable runs; there is no callable to give it from Python, so the
    thread local is set directly. pyspark runs all calls of one Python thread in one Java thread (PYSPARK_PIN_THREAD).
    """

    def __init__(self, spark: SparkSession, properties: dict[str, str]) -> None:
        self._jvm: Any = spark._jvm
        self._properties = properties

    def __enter__(self) -> None:
        values = self._jvm.java.util.HashMap()
        for key, value in self._properties.items():
            values.put(key, value)
        self._thread_local().set(values)
        seen = self._jvm.org.apache.iceberg.spark.CommitMetadata.commitProperties()
        if dict(seen) != self._properties:
            raise PassError("COMMIT_UNMARKED", "commits cannot carry the pass id: threads are not pinned", "config")

    def __exit__(self, *_error: object) -> None:
        self._thread_local().remove()

    def _thread_local(self) -> Any:
        name = "org.apache.iceberg.spark.CommitMetadata"
        loader = self._jvm.java.lang.Thread.currentThread().getContextClassLoader()
        field = self._jvm.java.lang.Class.forName(name, True, loader).getDeclaredField("COMMIT_PROPERTIES")
        field.setAccessible(True)
        return field.get(None)


def require_head(table: Any, name: str) -> Snapshot:
    """The head of a table that must have one."""
    newest = head(table)
    if newest is None:
        raise PassError("TABLE_EMPTY", f"{name} has no snapshot", "unknown")
    return newest
