"""Both layers of a topic built from RAW into tables beside the live ones, by the very passes that built those."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from lean_ops.curated.run_pass import run_pass as run_curated
from lean_ops.errors import PassError
from lean_ops.plan import JobPlan, Layer, PassPlan, TableShape
from lean_ops.rebuild.plan import RebuildTask
from lean_ops.results import PassOutcome
from lean_ops.runner import PassContext
from lean_ops.semantic.run_pass import run_pass as run_semantic

#: Shadow tables stay and are filled anew by the next rebuild.
SHADOW = "__rebuild"


def build_shadow(context: PassContext, task: RebuildTask) -> None:
    """A repeat finds each layer by its pass id and does only what is missing."""
    curated = run_curated(_context(context, task, "curated", {"to": task.raw_snapshot}))
    versions = curated.snapshots.get("versions")
    if versions is None or not task.contract.columns:
        return
    changes = {"to_seq": task.pass_seq, "source_snapshot": versions, "verdict": "release"}
    _check(run_semantic(_context(context, task, "semantic", changes)))


def _context(context: PassContext, task: RebuildTask, layer: Layer, changes: dict[str, object]) -> PassContext:
    plan = PassPlan(
        pass_id=f"{task.task_id}-{layer}",
        pass_seq=task.pass_seq,
        topic=task.topic,
        table=f"{task.table}{SHADOW}",
        raw_table=task.table,
        lease_token=task.lease_token,
        mode="recompute",
        contract=task.contract,
        contract_version=task.contract_version,
        tables=tuple(_move(shape, task.table) for shape in task.tables if shape.layer == layer),
    )
    job: JobPlan = msgspec.structs.replace(context.job, layer=layer)
    # Its dead letters are known already: nothing under this prefix is announced.
    errors = f"{context.lake}/results/{context.job.execution}/{task.task_id}"
    return replace(context, plan=msgspec.structs.replace(plan, **changes), job=job, errors=errors)


def _move(shape: TableShape, table: str) -> TableShape:
    """The same table under the shadow's name and in its own folder."""
    name = f"{table}{SHADOW}{shape.name.removeprefix(table)}"
    create = shape.create.replace(f"`{shape.name}` (", f"`{name}` (", 1)
    create = create.replace(f"/{shape.layer}/{shape.name}'", f"/{shape.layer}/{name}'", 1)
    return msgspec.structs.replace(shape, name=name, create=create)


def _check(outcome: PassOutcome) -> None:
    if outcome.error is not None:
        raise PassError(outcome.error.code, outcome.error.message, outcome.error.class_)
