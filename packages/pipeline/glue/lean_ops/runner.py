"""N passes in one Spark application, each failing alone, each with its result object."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .fetch_plan import fetch_plan
from .lease import check_lease
from .objects import ObjectStore, root_uri
from .plan import JobPlan, Layer, PassPlan, read_plan
from .results import PassOutcome, PassResult, ResultError, write_result
from .snapshots import EXECUTION, PASS_ID, PASS_SEQ

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

log = logging.getLogger("lean_ops")


def no_hook(_step: str) -> None:
    """Tests put a crash here."""


@dataclass(frozen=True)
class PassContext:
    """What a pass works with. `lake` and `errors` are URIs without a slash at the end."""

    spark: SparkSession
    job: JobPlan
    plan: PassPlan
    store: ObjectStore
    lake: str
    errors: str
    job_run_id: str
    arguments: Mapping[str, str]
    now: Callable[[], datetime]
    # Called with the name of each step just done: a test raises here to be a crash at that point.
    hook: Callable[[str], None] = field(default=no_hook)

    def check_lease(self) -> None:
        """Just before each commit."""
        check_lease(self.store, self.lake, self.plan.topic, self.plan.lease_token)

    def commit_properties(self) -> dict[str, str]:
        """What every commit of the pass carries."""
        return {PASS_ID: self.plan.pass_id, PASS_SEQ: str(self.plan.pass_seq), EXECUTION: self.job.execution}


RunPass = Callable[[PassContext], PassOutcome]


def run_job(
    spark: SparkSession,
    arguments: Mapping[str, str],
    layer: Layer,
    run_pass: RunPass,
    hook: Callable[[str], None] = no_hook,
) -> dict[str, str]:
    """
    Runs every pass of the plan; pass id → state.

    Raises only when the job itself could not do its work: the plan is unreadable, a result not writable.
    """
    store, body = fetch_plan(arguments)
    job = read_plan(body, layer)

    def run(plan: PassPlan) -> str:
        # A session of its own: commit properties and temporary views are the session's.
        context = PassContext(
            spark=spark.newSession(),
            job=job,
            plan=plan,
            store=store,
            lake=root_uri(arguments["LAKE_BUCKET"]),
            errors=root_uri(arguments["ERRORS_BUCKET"]),
            job_run_id=arguments.get("JOB_RUN_ID", "local"),
            arguments=arguments,
            now=lambda: datetime.now(UTC),
            hook=hook,
        )
        return _run_pass(context, run_pass).state

    with ThreadPoolExecutor(max_workers=int(arguments.get("PARALLEL_PASSES", "1"))) as pool:
        return dict(zip([plan.pass_id for plan in job.passes], pool.map(run, job.passes), strict=True))


def _run_pass(context: PassContext, run_pass: RunPass) -> PassResult:
    started = context.now()
    plan = context.plan
    try:
        outcome = run_pass(context)
    except Exception as error:
        log.exception("pass %s failed", plan.pass_id)
        outcome = PassOutcome(state="failed", error=ResultError.of(error))
    result = PassResult(
        version=1,
        pass_id=plan.pass_id,
        topic=plan.topic,
        layer=context.job.layer,
        pass_seq=plan.pass_seq,
        execution=context.job.execution,
        job_run_id=context.job_run_id,
        state=outcome.state,
        started_at=rfc3339(started),
        finished_at=rfc3339(context.now()),
        from_=plan.from_,
        to=plan.to,
        from_seq=plan.from_seq,
        to_seq=plan.to_seq,
        source_snapshot=plan.source_snapshot,
        counts=outcome.counts,
        snapshots=outcome.snapshots,
        rows=outcome.rows,
        is_held=outcome.is_held,
        branch=outcome.branch,
        manifest=outcome.manifest,
        findings=outcome.findings,
        error=outcome.error,
    )
    write_result(context.store, context.lake, result)
    return result


def rfc3339(moment: datetime) -> str:
    """UTC with microseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
