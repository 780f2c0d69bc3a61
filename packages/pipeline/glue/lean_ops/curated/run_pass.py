"""
One pass of the curated job. The order of effects is what makes a repeat safe after a crash anywhere:
rejects staged → error rows MERGEd → columns added → `__versions` committed → current MERGEd → tag → result.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from pyspark.sql import functions as f

from lean_ops.curated.columns import add_payload_columns, columns_added_by, plan_columns, read_registry
from lean_ops.curated.drift import describe_drift
from lean_ops.curated.duplicates import NONE, Duplicates, find_duplicates
from lean_ops.curated.merge_current import count_keyless, merge_current
from lean_ops.curated.parse_errors import (
    count_new_errors,
    insert_errors,
    reject_lines,
    settled_lines,
    unique_errors,
)
from lean_ops.curated.read_raw import RawRange, read_raw
from lean_ops.curated.scan import Expected, scan
from lean_ops.curated.write_versions import declared_pointers, write_versions
from lean_ops.errors import PassError, describe_error
from lean_ops.kept_frames import KeptFrames
from lean_ops.names import table_name
from lean_ops.rejects import stage_rejects
from lean_ops.results import Finding, PassOutcome
from lean_ops.runner import PassContext
from lean_ops.snapshots import CommitProperties, Snapshot, between, find_pass, head, load_table, set_tag
from lean_ops.tables import ensure_tables

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

# What the commit of `__versions` says, so that a repeat after it can still give the whole result.
REPORT = "lean-ops.report"
TAG = "consumer-curated"
_ATTEMPTS_MAX = 3


@dataclass(frozen=True)
class Names:
    """Full names of a topic's tables."""

    raw: str
    versions: str
    current: str
    errors: str


class Report(msgspec.Struct, frozen=True):
    """Counts and findings known when `__versions` is committed."""

    counts: dict[str, int]
    findings: tuple[Finding, ...]
    manifest: str | None


def run_pass(context: PassContext) -> PassOutcome:
    """Does what is missing of the pass; what an earlier attempt committed is found by the pass id and left as it is."""
    spark, plan = context.spark, context.plan
    if plan.mode == "keys" or plan.to is None:
        raise PassError("PLAN_UNSUITABLE", f"a curated pass needs `to` and no mode {plan.mode}", "config")
    # Names and texts in SQL come from data: `${…}` in them is text. A static default on Glue may say otherwise.
    spark.conf.set("spark.sql.variable.substitute", "false")
    names = _names(context)
    # A draft has no typed version, its successor may: a recompute writes every row of both tables anew.
    rewritten = frozenset({"event_version"} if plan.mode == "recompute" else ())
    ensure_tables(spark, context.job.databases.curated, plan.tables, rewritten)
    versions = load_table(spark, names.versions)
    done = find_pass(versions, plan.pass_id, plan.pass_seq)
    if done is None:
        report = _write_versions(context, names, versions)
        if report is None:
            return PassOutcome(state="nothing", snapshots=_heads(context, names), rows=_rows(context, names))
        versions.refresh()
        done = find_pass(versions, plan.pass_id, plan.pass_seq)
        if done is None:
            raise PassError("COMMIT_UNMARKED", "the commit does not carry the pass id", "config")
    report = msgspec.json.decode(done.summary[REPORT], type=Report)
    context.hook("versions")
    counts = {**report.counts, **_merge(context, names, done)}
    context.hook("current")
    set_tag(load_table(spark, names.raw), TAG, plan.to)
    context.hook("tag")
    return PassOutcome(
        state="succeeded",
        counts=counts,
        snapshots=_heads(context, names),
        rows=_rows(context, names),
        manifest=report.manifest,
        findings=report.findings,
    )


def _names(context: PassContext) -> Names:
    databases, table = context.job.databases, context.plan.table
    return Names(
        raw=table_name(databases.raw, context.plan.raw_table or table),
        versions=table_name(databases.curated, f"{table}__versions"),
        current=table_name(databases.curated, table),
        errors=table_name(databases.curated, f"{table}__parse_errors"),
    )


def _write_versions(context: PassContext, names: Names, versions: Any) -> Report | None:
    """None when the range holds no rows."""
    spark, plan = context.spark, context.plan
    is_recompute = plan.mode == "recompute"
    earlier = None if is_recompute or head(versions) is None else spark.table(names.versions)
    raw = _read(context, names, earlier)
    if raw.rows == 0 and not is_recompute:
        return None
    declared = declared_pointers(plan.contract)
    registry = read_registry(versions)
    _limit_batches(context, raw)
    with KeptFrames() as kept:
        scanned = kept.keep(scan(raw.frame, Expected(frozenset(registry), declared)))
        totals = scanned.agg(
            f.count("message_id").alias("read"),
            f.count("code").alias("errors"),
            f.count(f.expr("CASE WHEN code IS NULL THEN replay_id END")).alias("replays"),
            f.collect_list("paths").alias("paths"),
            f.min("ingestion_ts").alias("first"),
            f.max("ingestion_ts").alias("last"),
        ).collect()[0]
        context.hook("scanned")
        errors = kept.keep(unique_errors(scanned, plan.topic)) if totals["errors"] else None
        manifest = _stage(context, scanned, errors, earlier, totals["errors"], totals["replays"])
        context.hook("staged")
        parse_errors = 0
        if errors is not None:
            known = None if is_recompute else head(load_table(spark, names.errors))
            parse_errors = (
                errors.count() if known is None else count_new_errors(errors, spark.table(names.errors), plan.pass_seq)
            )
            context.check_lease()
            with CommitProperties(spark, context.commit_properties()):
                insert_errors(spark, errors, names.errors, plan.pass_id, plan.pass_seq)
        context.hook("errors")
        seen = _seen(totals["paths"])
        columns = plan_columns(registry, seen, declared)
        add_payload_columns(spark, versions, columns.added, plan.pass_id)
        context.hook("columns")
        registry = read_registry(versions)
        add_payload_columns(spark, load_table(spark, names.current), registry, plan.pass_id)
        added = sorted({*columns.added, *columns_added_by(versions, plan.pass_id)})
        parsed = scanned.where("code IS NULL AND message_id IS NOT NULL")
        good = totals["read"] - totals["errors"]
        duplicates = find_duplicates(parsed, good, earlier, raw.since is not None, kept) if good else NONE
        counts = _counts(totals, duplicates, parse_errors)
        counts |= {"newColumns": len(added), "overflowPaths": len(columns.overflow)}
        drift = describe_drift(versions, plan, registry, seen, added, columns.overflow, good)
        report = Report(counts, (*drift.findings, *duplicates.findings), manifest)
        context.check_lease()
        properties = {**context.commit_properties(), REPORT: msgspec.json.encode(report).decode()}
        with CommitProperties(spark, properties):
            write_versions(
                spark,
                raw.frame,
                names.versions,
                plan,
                registry,
                duplicates.skipped,
                days=(totals["last"] - totals["first"]).days + 1 if totals["first"] else 1,
                is_overwrite=is_recompute,
            )
        drift.remember(load_table(spark, names.versions))
        return report


def _read(context: PassContext, names: Names, earlier: DataFrame | None) -> RawRange:
    plan = context.plan
    start = plan.from_ if plan.mode == "incremental" else None
    up_to = None
    raw = load_table(context.spark, names.raw)
    if start is not None and earlier is not None and _is_cut(raw, start, plan.to or ""):
        up_to = earlier.where(f.col("pass_seq") < plan.pass_seq).agg(f.max("ingestion_ts")).collect()[0][0]
    return read_raw(context.spark, raw, names.raw, start, plan.to or "", up_to)


def _is_cut(raw: Any, start: str, end: str) -> bool:
    return between(raw, start, end) is None


def _limit_batches(context: PassContext, raw: RawRange) -> None:
    """Arrow batches are counted in rows, and a body may have a megabyte: 16 MB a batch, 8 the guessed compression."""
    row = max(1, 8 * raw.bytes // max(1, raw.rows))
    rows = min(max(16 * 1024 * 1024 // row, 64), 8_192)
    context.spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", str(rows))


def _stage(
    context: PassContext,
    scanned: DataFrame,
    errors: DataFrame | None,
    earlier: DataFrame | None,
    faults: int,
    replays: int,
) -> str | None:
    topic = context.plan.topic
    lines = None if errors is None else reject_lines(errors, topic)
    if replays:
        settled = settled_lines(scanned, earlier, topic)
        lines = settled if lines is None else lines.unionByName(settled)
    if lines is None:
        return None
    staged = stage_rejects(
        lines,
        context.store,
        context.errors,
        pass_id=context.plan.pass_id,
        topic=topic,
        layer="curated",
        lines_max=faults + replays,
    )
    return staged.manifest


def _seen(reports: list[str]) -> dict[str, dict[str, str]]:
    """Pointer → letter of a JSON kind → a message that has it so, over all tasks' reports."""
    found: dict[str, dict[str, str]] = {}
    for report in reports:
        for name, message_id in json.loads(report).items():
            kinds = found.setdefault(name[1:], {})
            kinds[name[0]] = min(kinds.get(name[0], message_id), message_id)
    return found


def _counts(totals: Any, duplicates: Duplicates, parse_errors: int) -> dict[str, int]:
    known = duplicates.exact + duplicates.conflicting + duplicates.known
    return {
        "read": totals["read"] - duplicates.known,
        "exactDuplicates": duplicates.exact + totals["errors"] - parse_errors,
        "conflictingDuplicates": duplicates.conflicting,
        "versions": totals["read"] - totals["errors"] - known,
        "parseErrors": parse_errors,
        "rescanned": duplicates.known,
    }


def _merge(context: PassContext, names: Names, done: Snapshot) -> dict[str, int]:
    """The current table; its counts are read back from the commit, so that a repeat says the same."""
    spark, plan = context.spark, context.plan
    is_whole = plan.mode == "recompute"
    before = None if is_whole else done.parent
    current = load_table(spark, names.current)
    keyless: int | None = None
    for attempt in range(_ATTEMPTS_MAX):
        merged = find_pass(current, plan.pass_id, plan.pass_seq)
        if merged is not None:
            break
        newest = head(current)
        context.check_lease()
        try:
            with CommitProperties(spark, context.commit_properties()):
                keyless = merge_current(
                    spark,
                    names.versions,
                    names.current,
                    before,
                    done.id,
                    is_empty=newest is None or newest.records == 0,
                    is_overwrite=is_whole,
                )
        except Exception as error:
            # Compaction got in between: the MERGE is computed anew. (Iceberg's own retries do not cover it.)
            if describe_error(error).code != "COMMIT_CONFLICT" or attempt == _ATTEMPTS_MAX - 1:
                raise
        current.refresh()
    merged = find_pass(current, plan.pass_id, plan.pass_seq)
    if keyless is None:
        keyless = count_keyless(spark, names.versions, before, done.id)
    return {"keyless": keyless, "merged": 0 if merged is None else int(merged.summary.get("added-records", "0"))}


def _heads(context: PassContext, names: Names) -> dict[str, str]:
    found = {}
    for name, table in (("versions", names.versions), ("current", names.current), ("parseErrors", names.errors)):
        newest = head(load_table(context.spark, table))
        if newest is not None:
            found[name] = newest.id
    return found


def _rows(context: PassContext, names: Names) -> dict[str, int]:
    counted = {}
    for name, table in (("versions", names.versions), ("current", names.current)):
        newest = head(load_table(context.spark, table))
        counted[name] = 0 if newest is None else newest.records
    return counted
