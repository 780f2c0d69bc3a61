"""The rebuild job: each topic anew from RAW, compared with what is there, and put in its place if that is asked for."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

import msgspec

from lean_ops.fetch_plan import fetch_plan
from lean_ops.names import table_name
from lean_ops.objects import ObjectStore, root_uri
from lean_ops.plan import JobPlan, PassPlan
from lean_ops.rebuild.build_shadow import build_shadow
from lean_ops.rebuild.compare_tables import compare_tables
from lean_ops.rebuild.plan import RebuildPlan, RebuildResult, RebuildTask, TableDifference, read_rebuild_plan
from lean_ops.rebuild.swap_table import swap_table
from lean_ops.results import ResultError
from lean_ops.runner import PassContext, rfc3339
from lean_ops.snapshots import head, load_table
from lean_ops.tables import ensure_tables

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

log = logging.getLogger("lean_ops")
# `__versions` first: the checkpoint of the semantic layer refers to it.
_CURATED = ("__versions", "", "__parse_errors")


def run_rebuild(spark: SparkSession, arguments: Mapping[str, str]) -> dict[str, str]:
    """Task id → state. Topics fail alone; a repeat of the same plan does what is missing."""
    store, body = fetch_plan(arguments)
    plan = read_rebuild_plan(body)
    states = {}
    for task in plan.tasks:
        context = _context(spark.newSession(), arguments, store, plan, task)
        result = _run_task(context, task)
        store.put(f"{context.lake}/results/{plan.execution}/{task.task_id}.json", msgspec.json.encode(result))
        states[task.task_id] = str(result.state)
    return states


def _context(
    spark: SparkSession, arguments: Mapping[str, str], store: ObjectStore, plan: RebuildPlan, task: RebuildTask
) -> PassContext:
    own = PassPlan(
        pass_id=task.task_id,
        pass_seq=task.pass_seq,
        topic=task.topic,
        table=task.table,
        lease_token=task.lease_token,
        mode="recompute",
        contract=task.contract,
        contract_version=task.contract_version,
        tables=task.tables,
    )
    return PassContext(
        spark=spark,
        job=JobPlan(1, plan.execution, plan.stage, "curated", plan.databases, (own,)),
        plan=own,
        store=store,
        lake=root_uri(arguments["LAKE_BUCKET"]),
        errors=root_uri(arguments["ERRORS_BUCKET"]),
        job_run_id=arguments.get("JOB_RUN_ID", "local"),
        arguments=arguments,
        now=lambda: datetime.now(UTC),
    )


def _run_task(context: PassContext, task: RebuildTask) -> RebuildResult:
    started, error = context.now(), None
    differences: list[TableDifference] = []
    archive = f"archive-{task.pass_seq}" if task.action == "swap" else None
    snapshots: dict[str, str] = {}
    try:
        build_shadow(context, task)
        tables = _tables(context, task)
        for layer, database, suffix in tables:
            differences.append(compare_tables(context.spark, database, layer, task.table, suffix))
        if archive is not None:
            for _, database, suffix in tables:
                swap_table(context, database, task.table, suffix, archive)
        for layer, database, suffix in tables:
            newest = head(load_table(context.spark, table_name(database, f"{task.table}{suffix}")))
            if newest is not None:
                snapshots[f"{layer}{suffix}"] = newest.id
    except Exception as fault:
        log.exception("rebuild of %s failed", task.topic)
        error = ResultError.of(fault)
    return RebuildResult(
        version=1,
        task_id=task.task_id,
        topic=task.topic,
        action=task.action,
        execution=context.job.execution,
        job_run_id=context.job_run_id,
        pass_seq=task.pass_seq,
        state="succeeded" if error is None else "failed",
        started_at=rfc3339(started),
        finished_at=rfc3339(context.now()),
        differences=tuple(differences),
        archive=archive,
        snapshots=snapshots,
        error=error,
    )


def _tables(context: PassContext, task: RebuildTask) -> list[tuple[Literal["curated", "semantic"], str, str]]:
    """Live tables that do not exist yet are made: a first rebuild has nothing to compare with."""
    databases = context.job.databases
    curated = tuple(shape for shape in task.tables if shape.layer == "curated")
    semantic = tuple(shape for shape in task.tables if shape.layer == "semantic")
    found: list[tuple[Literal["curated", "semantic"], str, str]] = []
    for shapes, database in ((curated, databases.curated), (semantic, databases.semantic)):
        missing = [s for s in shapes if not context.spark.catalog.tableExists(table_name(database, s.name))]
        ensure_tables(context.spark, database, tuple(missing))
    found += [("curated", databases.curated, suffix) for suffix in _CURATED]
    if task.contract.columns:
        restricted = ("_restricted",) if task.contract.has_restricted_table else ()
        found += [("semantic", databases.semantic, suffix) for suffix in ("", *restricted, "__rejects")]
    return found
