"""One pass of the semantic job: `__versions` judged by the contract, the newest passing version of each key kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from lean_ops.errors import PassError
from lean_ops.kept_frames import KeptFrames
from lean_ops.rejects import MANIFEST, Staged, stage_rejects
from lean_ops.results import Finding, PassOutcome
from lean_ops.runner import PassContext
from lean_ops.snapshots import head, load_table, set_tag
from lean_ops.tables import ensure_tables

from .count_rows import ChangeCounts, RowCounts, count_changes, count_rows
from .held_pass import HELD, can_follow, discard_pass, drop_branches, publish_held
from .judge_rows import judge_rows, warnings_of
from .lake_names import LakeNames, lake_names
from .plan_changes import plan_changes
from .protect import needs_secret, protect_key, read_secret, register_secret
from .rank_rows import rank_rows
from .read_versions import read_versions
from .store_rows import clear_columns, drop_old_order, protected_columns, store_rows
from .write_changes import OUTCOME, Changes, branch_name, find_outcome, follow_branch, write_changes
from .write_rejects import Rejects, plan_rejects

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

#: Keeps the snapshot of `__versions` that the checkpoint names.
TAG = "consumer-semantic"
_KEPT = ("message_id", "edit_revision", "replay_id", "event_version", "publish_time", "ingestion_ts")
_FLAGS = ("in_range", "is_full", "is_effective")


def run_pass(context: PassContext) -> PassOutcome:
    """
    Judge → stage rejects → `__rejects` → `_restricted` → semantic table, whose commit carries the outcome.

    Every step looks first whether the pass has done it; after the last one a retry only reports.
    """
    plan, spark = context.plan, context.spark
    if not plan.contract.columns:
        raise PassError("NO_SCHEMA", "the contract has no columns: the gate is closed", "config")
    # Names and texts in SQL come from data: `${…}` in them is text.
    spark.conf.set("spark.sql.variable.substitute", "false")
    names = lake_names(context.job.databases, plan)
    if plan.mode == "recompute":
        drop_old_order(spark, context.job.databases.semantic, plan.tables)
    ensure_tables(spark, context.job.databases.semantic, plan.tables)
    if plan.verdict == "discard":
        return discard_pass(context, names)
    done = find_done(context, names)
    if done is not None:
        return done
    if needs_secret(plan.contract):
        register_secret(spark, read_secret(context.arguments.get("HASH_SECRET_ARN")))
    with KeptFrames() as kept:
        seen = read_versions(spark, names.versions, plan, context.store, kept)
        ranked = kept.keep(_judge(context, names, seen.rows))
        return _apply(context, names, ranked, kept, is_again=seen.is_again)


def find_done(context: PassContext, names: LakeNames) -> PassOutcome | None:
    """What an earlier attempt already completed; a branch that only waited for main to follow is finished here."""
    committed = find_outcome(context, names.semantic, "main")
    if committed is not None:
        outcome = _decode(committed.summary[OUTCOME])
        # In main, so it was released; the attempt that did it may have died before it announced the dead letters.
        return report(context, names, publish_held(context, outcome) if outcome.is_held else outcome)
    waiting = find_outcome(context, names.semantic, branch_name(context.plan.pass_seq))
    if waiting is None:
        return None
    outcome = _decode(waiting.summary[OUTCOME])
    if outcome.is_held and context.plan.verdict is None:
        return report(context, names, outcome)
    if not can_follow(context, names):
        # Main went on meanwhile: the pass is done again on top of it.
        drop_branches(context, names)
        return None
    for name in names.targets:
        follow_branch(context, name)
    return report(context, names, publish_held(context, outcome))


def report(context: PassContext, names: LakeNames, outcome: PassOutcome) -> PassOutcome:
    """With the heads as they are."""
    snapshots: dict[str, str] = {}
    rows: dict[str, int] = {}
    keys = {names.semantic: "semantic", names.rejects: "rejects"}
    if names.restricted is not None:
        keys[names.restricted] = "restricted"
    for name, key in keys.items():
        newest = head(load_table(context.spark, name))
        if newest is not None:
            snapshots[key] = newest.id
            rows[key] = newest.records
    return msgspec.structs.replace(outcome, snapshots=snapshots, rows={"semantic": rows.get("semantic", 0)})


def _decode(text: str) -> PassOutcome:
    return msgspec.json.decode(text, type=PassOutcome)


def _judge(context: PassContext, names: LakeNames, rows: DataFrame) -> DataFrame:
    contract = context.plan.contract
    key = f"{protect_key('merge_key', contract)} AS target_key"
    judged = judge_rows(rows.selectExpr("*", key), contract.columns, ["target_key", *_KEPT, *_FLAGS])
    return rank_rows(judged, load_table(context.spark, names.semantic))


def _apply(
    context: PassContext, names: LakeNames, ranked: DataFrame, kept: KeptFrames, *, is_again: bool
) -> PassOutcome:
    plan, contract = context.plan, context.plan.contract
    counts = count_rows(ranked, warnings_of(contract.columns))
    _refuse_to_go_on(counts)
    now = f"TIMESTAMP_NTZ'{context.now():%Y-%m-%d %H:%M:%S.%f}'"
    changes = kept.keep(_plan(context, names, ranked, counts, is_again=is_again))
    keys = count_changes(changes)
    is_spike = counts.read > 0 and counts.rejected * 100 >= contract.spike_percent * counts.read
    is_held = is_spike and counts.rejected > 0 and contract.on_spike == "hold" and plan.verdict is None
    rejects = plan_rejects(context, names, ranked, changes, counts, kept, is_again=is_again, now=now)
    staged = _stage(context, rejects, is_held)
    context.hook("staged")
    outcome = PassOutcome(
        state="succeeded" if counts.read > 0 else "nothing",
        counts=_counts(counts, keys),
        manifest=None if is_held else staged.manifest,
        findings=(*counts.warnings, *_spike(counts, is_spike)),
        is_held=is_held,
        branch=branch_name(plan.pass_seq) if is_held else None,
    )
    write_changes(context, names.rejects, rejects.changes, "", is_held=is_held)
    context.hook("rejects")
    if names.restricted is not None:
        _write(context, names.restricted, changes, clear_columns(contract.columns), keys, "", now, is_held)
        context.hook("restricted")
    text = msgspec.json.encode(outcome).decode()
    _write(context, names.semantic, changes, protected_columns(contract.columns), keys, text, now, is_held)
    context.hook("semantic")
    if not is_held:
        set_tag(load_table(context.spark, names.versions), TAG, plan.source_snapshot or "")
    return report(context, names, outcome)


def _refuse_to_go_on(counts: RowCounts) -> None:
    if counts.stopped_by is not None:
        rule = "a rule with action fail is broken"
        raise PassError("RULE_STOPPED_PASS", f"{rule}, first by message {counts.stopped_by[:100]}", "data")
    if counts.lacking > 0:
        raise PassError(
            "CURATED_BEHIND_CONTRACT",
            f"{counts.lacking} rows were curated before the contract named an object: rebuild curated",
            "config",
        )


def _plan(context: PassContext, names: LakeNames, ranked: DataFrame, counts: RowCounts, *, is_again: bool) -> DataFrame:
    contract, mode = context.plan.contract, context.plan.mode
    newest = head(load_table(context.spark, names.semantic))
    # By its present schema, in which a column may be newer than the snapshot.
    stored = None if newest is None or newest.records == 0 else context.spark.table(names.semantic)
    # Judged again by another contract, or after an earlier arrival, a row of the same message may have other values.
    same = {name: name for name in ("event_version", "ingestion_ts")}
    compared = list({**same, **protected_columns(contract.columns)}.items()) if is_again else []
    return plan_changes(ranked, stored, keys=counts.keys, is_whole=mode == "recompute", compared=compared)


def _stage(context: PassContext, rejects: Rejects, is_held: bool) -> Staged:
    if rejects.lines is None:
        return Staged(None, 0, 0)
    return stage_rejects(
        rejects.lines,
        context.store,
        context.errors,
        pass_id=context.plan.pass_id,
        topic=context.plan.topic,
        layer="semantic",
        # Only manifest.json is announced: a held pass has no dead letters until it is released.
        manifest=HELD if is_held else MANIFEST,
        lines_max=rejects.lines_max,
    )


def _write(
    context: PassContext,
    name: str,
    changes: DataFrame,
    values: dict[str, str],
    keys: ChangeCounts,
    outcome: str,
    now: str,
    is_held: bool,
) -> None:
    rows = store_rows(context, changes, context.spark.table(name).schema, values, now=now)
    planned = Changes(rows, "merge_key", keys.inserted, keys.updated + keys.deleted)
    write_changes(context, name, planned, outcome, is_held=is_held)


def _counts(rows: RowCounts, keys: ChangeCounts) -> dict[str, Any]:
    """read = stored by this pass or already there + superseded + rejectedMessages."""
    return {
        "read": rows.read,
        "keys": rows.keys,
        "inserted": keys.inserted,
        "updated": keys.updated,
        "deleted": keys.deleted,
        "unchanged": keys.unchanged,
        "superseded": rows.read - rows.rejected - keys.stored,
        "rejectedMessages": rows.rejected,
        "rejectRows": rows.reject_rows,
        "byCode": rows.by_code,
        "warned": rows.warned,
    }


def _spike(counts: RowCounts, is_spike: bool) -> tuple[Finding, ...]:
    if not is_spike or counts.rejected == 0:
        return ()
    return (
        Finding(kind="CDE_SPIKE", count=counts.rejected, detail=f"{counts.rejected} of {counts.read} rows refused"),
    )
