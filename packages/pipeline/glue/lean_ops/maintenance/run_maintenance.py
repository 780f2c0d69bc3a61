"""The maintenance job: every table of the plan's topics, each topic failing alone."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from lean_ops.fetch_plan import fetch_plan
from lean_ops.lease import check_lease
from lean_ops.maintenance.maintain_table import maintain_table
from lean_ops.maintenance.plan import (
    Layer,
    MaintenancePlan,
    MaintenanceTask,
    TableResult,
    TaskResult,
    read_maintenance_plan,
)
from lean_ops.names import table_name
from lean_ops.objects import ObjectStore, root_uri
from lean_ops.results import ResultError
from lean_ops.runner import rfc3339

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

log = logging.getLogger("lean_ops")
_SUFFIXES: dict[Layer, tuple[str, ...]] = {
    "raw": ("",),
    "curated": ("__versions", "", "__parse_errors"),
    "semantic": ("", "_restricted", "__rejects"),
}


def run_maintenance(
    spark: SparkSession,
    arguments: Mapping[str, str],
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> dict[str, str]:
    """Task id → state. A topic whose lease went to a run stops before its next commit; what is done stays done."""
    store, body = fetch_plan(arguments)
    plan = read_maintenance_plan(body)
    states = {}
    for task in plan.tasks:
        result = _run_task(spark.newSession(), arguments, store, plan, task, now)
        target = f"{root_uri(arguments['LAKE_BUCKET'])}/results/{plan.execution}/{task.task_id}.json"
        store.put(target, msgspec.json.encode(result))
        states[task.task_id] = str(result.state)
    return states


def _run_task(
    spark: SparkSession,
    arguments: Mapping[str, str],
    store: ObjectStore,
    plan: MaintenancePlan,
    task: MaintenanceTask,
    now: Callable[[], datetime],
) -> TaskResult:
    started, error = now(), None
    lake = root_uri(arguments["LAKE_BUCKET"])
    done: list[TableResult] = []
    try:
        for layer, name in _tables(plan, task):
            guard = lambda: check_lease(store, lake, task.topic, task.lease_token)  # noqa: E731
            done.append(maintain_table(spark, name, layer, task, now(), guard))
    except Exception as fault:
        log.exception("maintenance of %s failed", task.topic)
        error = ResultError.of(fault)
    return TaskResult(
        version=1,
        task_id=task.task_id,
        topic=task.topic,
        execution=plan.execution,
        job_run_id=arguments.get("JOB_RUN_ID", "local"),
        state="succeeded" if error is None else "failed",
        started_at=rfc3339(started),
        finished_at=rfc3339(now()),
        tables=tuple(done),
        error=error,
    )


def _tables(plan: MaintenancePlan, task: MaintenanceTask) -> list[tuple[Layer, str]]:
    databases: dict[Layer, str] = {
        "raw": plan.databases.raw,
        "curated": plan.databases.curated,
        "semantic": plan.databases.semantic,
    }
    return [
        (layer, table_name(databases[layer], f"{task.table}{suffix}"))
        for layer, suffixes in _SUFFIXES.items()
        for suffix in suffixes
    ]
