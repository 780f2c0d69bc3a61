"""The plan of a rebuild and what it leaves behind (`results/<execution>/<taskId>.json`)."""

from __future__ import annotations

from typing import Literal

import msgspec

from lean_ops.plan import Contract, Databases, PlanError, TableShape
from lean_ops.results import ResultError


class _Base(msgspec.Struct, frozen=True, rename="camel"):
    """Unknown members are ignored."""


class RebuildTask(_Base, frozen=True):
    """
    One topic from the beginning of RAW up to `raw_snapshot`. `tables`: the shapes of both layers, as in job plans.
    `pass_seq` is above that of every pass so far: a swap leaves its rows with it.
    """

    task_id: str
    topic: str
    table: str
    lease_token: int
    pass_seq: int
    action: Literal["compare", "swap"]
    raw_snapshot: str
    contract: Contract
    contract_version: str
    tables: tuple[TableShape, ...]


class RebuildPlan(_Base, frozen=True):
    """Everything one run of the job does."""

    version: Literal[1]
    execution: str
    stage: str
    databases: Databases
    tasks: tuple[RebuildTask, ...]


class TableDifference(_Base, frozen=True):
    """Rows that only one side has, times and passes aside; `samples` are message ids."""

    layer: Literal["curated", "semantic"]
    table: str
    rows: int
    rebuilt_rows: int
    only_live: int
    only_rebuilt: int
    samples: tuple[str, ...]


class RebuildResult(_Base, frozen=True):
    """`archive`: tag of the old state in every table, after a swap. `snapshots`: heads of the live tables."""

    version: Literal[1]
    task_id: str
    topic: str
    action: str
    execution: str
    job_run_id: str
    pass_seq: int
    state: Literal["succeeded", "failed"]
    started_at: str
    finished_at: str
    differences: tuple[TableDifference, ...]
    archive: str | None
    snapshots: dict[str, str]
    error: ResultError | None


def read_rebuild_plan(body: bytes) -> RebuildPlan:
    """Validated; the fault names the member."""
    try:
        return msgspec.json.decode(body, type=RebuildPlan)
    except msgspec.DecodeError as error:
        raise PlanError(f"the rebuild plan cannot be read: {error}") from error
