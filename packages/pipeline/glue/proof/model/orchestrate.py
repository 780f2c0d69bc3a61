"""Plans, checkpoints, repeats and maintenance around the passes: one topic, one run at a time."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field

from proof.history import Activate, Append, Compact, Contract, Expire, History, Letter, RerunPass, RunPass, Step
from proof.model.lake import BrokenChainError
from proof.model.passes import Done, Lake, Plan, run_curated, run_semantic


class DiedError(Exception):
    """The process ends here; what was written stays."""


@dataclass
class World:
    """Everything that outlives a process."""

    contract: Contract
    lake: Lake = field(default_factory=Lake)
    letters: dict[str, Letter] = field(default_factory=dict)
    open: dict[str, Plan] = field(default_factory=dict)
    settled: dict[str, Plan] = field(default_factory=dict)
    #: Contract that the layer's tables were computed with.
    computed: dict[str, Contract] = field(default_factory=dict)
    #: RAW snapshot up to which curated has everything.
    raw_checkpoint: int | None = None
    #: Pass number up to which semantic has everything, and where in `__versions` that is.
    semantic_seq: int = 0
    versions_checkpoint: int | None = None
    curated_seq: int = 0
    sequence: int = 0


def play_history(history: History) -> World:
    world = World(history.contracts[0])
    for step in history.steps:
        play_step(world, step, history)
    catch_up(world)
    return world


def play_step(world: World, step: Step, history: History) -> None:
    match step:
        case Append(rows):
            world.lake.raw.append(rows)
        case RunPass(layer, crash_after):
            run_pass(world, layer, crash_after)
        case RerunPass(layer):
            rerun_pass(world, layer)
        case Compact(table):
            getattr(world.lake, table).compact()
        case Expire(table):
            expire(world, table)
        case Activate(contract):
            world.contract = history.contracts[contract]
        case Letter(message_id):
            world.letters[message_id] = step


def catch_up(world: World) -> None:
    """At most one recompute and one increment per layer are ever left."""
    for _ in range(4):
        run_pass(world, "curated", None)
        run_pass(world, "semantic", None)


def run_pass(world: World, layer: str, crash_after: int | None) -> None:
    plan = world.open.get(layer) or (plan_curated(world) if layer == "curated" else plan_semantic(world))
    if plan is None:
        return
    world.open[layer] = plan
    try:
        _execute(world, plan, crash_after)
    except DiedError:
        return
    # One step further the checkpoint moves: until then the pass is open and will be repeated.
    if crash_after is not None:
        return
    settle(world, plan)


def rerun_pass(world: World, layer: str) -> None:
    """A settled pass once more. Where its snapshots are gone it fails loudly and changes nothing."""
    if layer in world.settled and layer not in world.open:
        with contextlib.suppress(BrokenChainError):
            _execute(world, world.settled[layer], None)


def _execute(world: World, plan: Plan, crash_after: int | None) -> None:
    count = 0

    def done() -> None:
        nonlocal count
        if count == crash_after:
            raise DiedError
        count += 1

    job: Done = done
    (run_curated if plan.layer == "curated" else run_semantic)(world.lake, plan, job)


def settle(world: World, plan: Plan) -> None:
    world.open.pop(plan.layer)
    world.settled[plan.layer] = plan
    world.computed[plan.layer] = plan.contract
    if plan.layer == "curated":
        world.raw_checkpoint = plan.to
        world.curated_seq = plan.pass_seq
    else:
        world.semantic_seq = plan.to_seq
        world.versions_checkpoint = plan.to


def plan_curated(world: World) -> Plan | None:
    head = world.lake.raw.head
    mode = "recompute" if _is_keyed_otherwise(world) else "incremental"
    if head is None or (head == world.raw_checkpoint and mode == "incremental"):
        return None
    world.sequence += 1
    pass_id = f"orders-curated-{world.sequence}"
    return Plan(pass_id, world.sequence, "curated", mode, world.contract, world.raw_checkpoint, head)


def plan_semantic(world: World) -> Plan | None:
    """Waits for a recompute of curated: keys and versions must come from the contract that judges them."""
    head = world.lake.versions.head
    if not world.contract["columns"] or head is None or "curated" in world.open or _is_keyed_otherwise(world):
        return None
    is_new = world.curated_seq > world.semantic_seq
    mode = "incremental" if world.computed.get("semantic", world.contract) is world.contract else "recompute"
    if world.settled.get("curated") is None or (not is_new and mode == "incremental"):
        return None
    world.sequence += 1
    pass_id = f"orders-semantic-{world.sequence}"
    mode = "recompute" if world.settled["curated"].mode == "recompute" else mode
    seqs = (world.semantic_seq, world.curated_seq)
    return Plan(pass_id, world.sequence, "semantic", mode, world.contract, None, head, *seqs)


def _is_keyed_otherwise(world: World) -> bool:
    """A changed key or version path recomputes the topic."""
    before = world.computed.get("curated")
    now = world.contract
    return before is not None and (before["keyPath"], before["eventVersion"]) != (now["keyPath"], now["eventVersion"])


def expire(world: World, table: str) -> None:
    """Never past the oldest consumer's checkpoint, and never while a pass that may look for its own commit is open."""
    keep = {"raw": world.raw_checkpoint, "versions": world.versions_checkpoint}
    if table in ("current", "semantic"):
        is_looked_for = ("curated" if table == "current" else "semantic") in world.open
        keep[table] = None if is_looked_for else getattr(world.lake, table).head
    if table == "versions" and "curated" in world.open:
        return
    getattr(world.lake, table).expire(keep[table])
