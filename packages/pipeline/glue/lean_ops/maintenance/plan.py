"""The plan of a maintenance run and what it leaves behind (`results/<execution>/<taskId>.json`)."""

from __future__ import annotations

from typing import Literal

import msgspec

from lean_ops.plan import Databases, PlanError
from lean_ops.results import ResultError

Layer = Literal["raw", "curated", "semantic"]


class _Base(msgspec.Struct, frozen=True, rename="camel"):
    """Unknown members are ignored."""


class MaintenanceTask(_Base, frozen=True):
    """
    One topic. `keep_days`: snapshots younger than this stay. `keep_last`: so many stay in any case. `keep`: snapshot
    ids that an open pass or a checkpoint needs, besides the tags; they and all later ones stay.
    """

    task_id: str
    topic: str
    table: str
    lease_token: int
    keep_days: float = 5.0
    keep_last: int = 20
    keep: tuple[str, ...] = ()


class MaintenancePlan(_Base, frozen=True):
    """Everything one run of the job does."""

    version: Literal[1]
    execution: str
    databases: Databases
    tasks: tuple[MaintenanceTask, ...]


class Measure(_Base, frozen=True):
    """A table's weight, from its metadata. `bytes` of the files that the head reads."""

    files: int
    bytes: int
    delete_files: int
    rows: int
    snapshots: int
    manifests: int


class TableResult(_Base, frozen=True):
    """`skipped` says why nothing was done."""

    layer: Layer
    table: str
    before: Measure | None
    after: Measure | None
    skipped: str | None = None


class TaskResult(_Base, frozen=True):
    """What was done for a topic."""

    version: Literal[1]
    task_id: str
    topic: str
    execution: str
    job_run_id: str
    state: Literal["succeeded", "failed"]
    started_at: str
    finished_at: str
    tables: tuple[TableResult, ...]
    error: ResultError | None


def read_maintenance_plan(body: bytes) -> MaintenancePlan:
    """Validated; the fault names the member."""
    try:
        return msgspec.json.decode(body, type=MaintenancePlan)
    except msgspec.DecodeError as error:
        raise PlanError(f"the maintenance plan cannot be read: {error}") from error
