"""
Refused rows: lines for dead letters with the whole original body, and one row per failing field in `__rejects`.

`__rejects` has the faults of the row that speaks for a message and of no other, so that its messages are those that
wait for somebody.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

from pyspark.sql import DataFrame

from lean_ops.kept_frames import KeptFrames
from lean_ops.names import literal, quote
from lean_ops.runner import PassContext

from .count_rows import RowCounts
from .lake_names import LakeNames
from .plan_changes import BROADCAST_ROWS_MAX
from .write_changes import ACTION, Changes, before_pass

_LINE_TIME = "yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'"
_MESSAGE = ["message_id", "edit_revision"]
_AS_JSON = "map('ignoreNullFields', 'false')"
_ERROR_ID = (
    "sha2(concat_ws('\\n', message_id, CAST(edit_revision AS STRING), fault.`column`, "
    "coalesce(fault.rule, fault.code)), 256)"
)


@dataclass(frozen=True)
class Rejects:
    """`lines` (columns kind, line) for the manifest, None when there are none; `changes` for `__rejects`."""

    lines: DataFrame | None
    lines_max: int
    changes: Changes


def plan_rejects(
    context: PassContext,
    names: LakeNames,
    ranked: DataFrame,
    changes: DataFrame,
    counts: RowCounts,
    kept: KeptFrames,
    *,
    is_again: bool,
    now: str,
) -> Rejects:
    """
    A pass over new rows only adds. One that judges rows again also takes away what no longer holds: a message that
    passes now leaves a settled line, and only messages that fail in a new way become lines again.
    """
    refused = ranked.filter("is_effective AND NOT passes")
    rows = _reject_rows(refused, context, now)
    before = _rejects_before(context, names)
    fresh = rows if before is None else rows.join(before.select("error_id"), "error_id", "left_anti")
    written = fresh.selectExpr(*rows.columns, f"'insert' AS {quote(ACTION)}")
    inserts, others, gone = counts.reject_rows, 0, None
    if is_again:
        fresh = kept.keep(fresh)
        inserts = fresh.count()
        if before is not None:
            gone = kept.keep(_stale(before, rows, ranked, is_whole=context.plan.mode == "recompute"))
            others = gone.count()
            written = written.unionByName(gone.selectExpr(*rows.columns, f"'delete' AS {quote(ACTION)}"))
    lines = []
    if counts.refused > 0 and inserts > 0:
        told = refused.join(fresh.select(*_MESSAGE).distinct(), _MESSAGE, "left_semi") if is_again else refused
        lines.append(_reject_lines(context, names, told, counts.refused))
    if counts.replays > 0 or others > 0:
        lines.append(_settled_lines(context, ranked, changes, gone))
    return Rejects(
        reduce(DataFrame.unionByName, lines) if lines else None,
        counts.refused + counts.replays + others,
        Changes(written, "error_id", inserts, others),
    )


def _reject_rows(refused: DataFrame, context: PassContext, now: str) -> DataFrame:
    """In the order of the table's columns."""
    exploded = refused.selectExpr(
        "target_key", "message_id", "edit_revision", "publish_time", "ingestion_ts", "explode(faults) AS fault"
    )
    pointer = "concat_ws('', transform(fault.path, p -> concat('/', replace(replace(p, '~', '~0'), '/', '~1'))))"
    return exploded.selectExpr(
        f"{_ERROR_ID} AS error_id",
        "target_key AS merge_key",
        "message_id",
        "edit_revision",
        "publish_time",
        "ingestion_ts",
        "fault.code AS code",
        "fault.`column` AS column_name",
        f"{pointer} AS path",
        "fault.rule AS rule",
        "fault.detail AS detail",
        f"{literal(context.plan.contract_version)} AS contract_version",
        f"{literal(context.plan.pass_id)} AS pass_id",
        f"{now} AS rejected_at",
    )


def _rejects_before(context: PassContext, names: LakeNames) -> DataFrame | None:
    """The table as the pass found it, so that a retry decides the same."""
    snapshot = before_pass(context, names.rejects)
    if snapshot is None or snapshot.records == 0:
        return None
    return context.spark.read.option("snapshot-id", snapshot.id).table(names.rejects)


def _stale(before: DataFrame, rows: DataFrame, ranked: DataFrame, *, is_whole: bool) -> DataFrame:
    gone = before.join(rows.select("error_id"), "error_id", "left_anti")
    if is_whole:
        return gone
    # A message that speaks for another key is judged there.
    judged = ranked.filter("is_full AND is_effective").select("message_id")
    return gone.join(judged, "message_id", "left_semi")


def _reject_lines(context: PassContext, names: LakeNames, refused: DataFrame, rejected: int) -> DataFrame:
    """With the body as RAW has it. RAW is read for the days of these rows alone."""
    days = refused.selectExpr("min(ingestion_ts) AS first", "max(ingestion_ts) AS last").first()
    assert days is not None
    # One row per message and revision: RAW keeps physical duplicates; the smallest hash counts.
    raw = context.spark.table(names.raw)
    if days["first"] is not None:
        raw = raw.filter(f"ingestion_ts BETWEEN TIMESTAMP_NTZ'{days['first']}' AND TIMESTAMP_NTZ'{days['last']}'")
    bodies = raw.selectExpr(
        "message_id AS raw_id",
        "coalesce(edit_revision, 0) AS raw_revision",
        "ingestion_ts AS raw_ts",
        "origin_arn",
        "message_attributes",
        "payload_encoding",
        "json_payload",
    )
    wanted = refused.select("message_id", "edit_revision", "ingestion_ts")
    if rejected <= BROADCAST_ROWS_MAX:
        wanted = wanted.hint("broadcast")
    same = (
        (bodies.raw_id == wanted.message_id)
        & (bodies.raw_revision == wanted.edit_revision)
        & (bodies.raw_ts == wanted.ingestion_ts)
    )
    found = bodies.join(wanted, same, "left_semi").selectExpr(
        "*", "row_number() OVER (PARTITION BY raw_id, raw_revision ORDER BY sha2(json_payload, 256)) AS copy"
    )
    first = found.filter("copy = 1").drop("copy")
    with_body = refused.join(
        first, (refused.message_id == first.raw_id) & (refused.edit_revision == first.raw_revision), "left"
    )
    return with_body.selectExpr("'reject' AS kind", f"to_json({_reject_line(context)}, {_AS_JSON}) AS line")


def _reject_line(context: PassContext) -> str:
    first = "filter(faults, f -> f.code = code)[0]"
    more = "CASE WHEN size(faults) > 1 THEN concat(' (and ', size(faults) - 1, ' more)') ELSE '' END"
    return f"""named_struct(
        'kind', 'reject', 'errorId', sha2(concat_ws('\\n', message_id, CAST(edit_revision AS STRING)), 256),
        'topic', {literal(context.plan.topic)}, 'messageId', message_id, 'editRevision', edit_revision,
        'replayId', replay_id, 'publishTime', date_format(publish_time, "{_LINE_TIME}"),
        'ingestionTs', date_format(ingestion_ts, "{_LINE_TIME}"), 'originArn', origin_arn, 'stage', 'semantic',
        'code', code, 'message', concat({first}.`column`, ': ', {first}.detail, {more}),
        'fields', faults, 'messageAttributes', message_attributes, 'payloadEncoding', payload_encoding,
        'body', json_payload)"""


def _settled_lines(context: PassContext, ranked: DataFrame, changes: DataFrame, healed: DataFrame | None) -> DataFrame:
    """Replays that got through, and messages that were refused before and are accepted now."""
    through = ranked.filter("passes OR NOT is_effective")
    if healed is None:
        settled = through.filter("in_range AND replay_id IS NOT NULL")
    else:
        was_refused = healed.selectExpr("message_id", "true AS was_refused").distinct()
        settled = through.join(was_refused, "message_id", "left").filter(
            "(in_range AND replay_id IS NOT NULL) OR (was_refused AND is_effective)"
        )
    kept = changes.filter("is_stored").select(*_MESSAGE, "is_stored")
    line = f"""named_struct('kind', 'settled', 'topic', {literal(context.plan.topic)}, 'messageId', message_id,
        'replayId', replay_id, 'stage', 'semantic', 'outcome',
        CASE WHEN is_stored THEN 'accepted' ELSE 'superseded' END)"""
    return settled.join(kept, _MESSAGE, "left").selectExpr("'settled' AS kind", f"to_json({line}, {_AS_JSON}) AS line")
