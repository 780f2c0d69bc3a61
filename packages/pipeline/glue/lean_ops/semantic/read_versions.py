"""Which rows of `__versions` a pass looks at, and which of them speak for their message."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import msgspec
from pyspark.sql import DataFrame, SparkSession

from lean_ops.errors import PassError
from lean_ops.kept_frames import KeptFrames
from lean_ops.names import quote
from lean_ops.objects import ObjectStore
from lean_ops.plan import PassPlan

_ROW = ["message_id", "edit_revision", "ingestion_ts", "body_sha256"]


@dataclass(frozen=True)
class Seen:
    """
    `rows` with three flags:

    - `in_range`: the pass accounts for the row in its counts;
    - `is_effective`: the row speaks for its message: the highest revision, of that the first arrival;
    - `is_full`: every version of its key is here, so the winner replaces what is stored, newer or not.

    `is_again`: some keys are full, so their rejects may change, too.
    """

    rows: DataFrame
    is_again: bool


def read_versions(spark: SparkSession, versions: str, plan: PassPlan, store: ObjectStore, kept: KeptFrames) -> Seen:
    """
    A pass reads its increment alone, unless a message in it has other rows: an edit or an earlier arrival. Those can
    move a key or lower a winner, so every key that such a message ever had is read whole.
    """
    if plan.source_snapshot is None:
        raise PassError("PLAN_INCOMPLETE", "a semantic pass needs sourceSnapshot", "config")
    history = spark.read.option("snapshot-id", plan.source_snapshot).table(versions)
    if plan.to_seq is not None:
        history = history.filter(f"pass_seq <= {plan.to_seq}")
    if plan.mode == "recompute":
        return Seen(_mark_effective(history, history, "true"), is_again=True)
    if plan.mode == "keys":
        keys = _named_keys(spark, plan, store)
        return Seen(_whole_keys(history, keys, "true"), is_again=True)
    return _read_increment(history, plan.from_seq or 0, kept)


def _read_increment(history: DataFrame, from_seq: int, kept: KeptFrames) -> Seen:
    in_range = f"pass_seq > {from_seq}"
    increment = history.filter(in_range)
    many = _messages_with_other_rows(history, increment, from_seq)
    if many is None or kept.keep(many).isEmpty():
        flags = ["true AS in_range", "true AS is_effective", "false AS is_full"]
        return Seen(increment.selectExpr("*", *flags), is_again=False)
    ids = many.select("message_id").distinct().hint("broadcast")
    keys = history.join(ids, "message_id", "left_semi").select("merge_key").distinct()
    whole = _whole_keys(history, keys, in_range)
    rest = increment.join(keys.hint("broadcast"), "merge_key", "left_anti")
    plain = rest.selectExpr("*", "true AS in_range", "true AS is_effective", "false AS is_full")
    return Seen(plain.unionByName(whole), is_again=True)


def _messages_with_other_rows(history: DataFrame, increment: DataFrame, from_seq: int) -> DataFrame | None:
    """None when there can be none. Narrow columns, and files that statistics rule out are not opened."""
    facts = increment.selectExpr("min(ingestion_ts) AS first", "min(pass_seq) <> max(pass_seq) AS is_many").first()
    if facts is None or facts["first"] is None:
        return None
    ids = increment.select("message_id")
    found = []
    revisions = history.filter("edit_revision > 0").select("message_id")
    if not revisions.isEmpty():
        found.append(ids.join(revisions, "message_id", "left_semi"))
    if facts["is_many"]:
        found.append(ids.groupBy("message_id").count().filter("count > 1").select("message_id"))
    if from_seq > 0:
        # Curated appends a second arrival of one revision only when it is the earlier one.
        later = f"pass_seq <= {from_seq} AND ingestion_ts >= TIMESTAMP_NTZ'{facts['first']}'"
        found.append(history.filter(later).select("message_id").join(ids, "message_id", "left_semi"))
    return reduce(DataFrame.unionByName, found) if found else None


def _whole_keys(history: DataFrame, keys: DataFrame, in_range: str) -> DataFrame:
    rows = history.join(keys.hint("broadcast"), "merge_key", "left_semi")
    ids = rows.select("message_id").distinct()
    return _mark_effective(rows, history.join(ids, "message_id", "left_semi"), in_range)


def _mark_effective(rows: DataFrame, siblings: DataFrame, in_range: str) -> DataFrame:
    """`siblings`: all rows of the messages in `rows`."""
    order = "edit_revision DESC, ingestion_ts, body_sha256"
    ranked = siblings.selectExpr(*_ROW, f"row_number() OVER (PARTITION BY message_id ORDER BY {order}) AS place")
    speaking = ranked.filter("place = 1").selectExpr(*_ROW, "true AS speaks")
    columns = [quote(name) for name in rows.columns]
    return rows.join(speaking, _ROW, "left").selectExpr(
        *columns, f"({in_range}) AS in_range", "coalesce(speaks, false) AS is_effective", "true AS is_full"
    )


def _named_keys(spark: SparkSession, plan: PassPlan, store: ObjectStore) -> DataFrame:
    body = None if plan.keys_object is None else store.get(plan.keys_object)
    if body is None:
        raise PassError("KEYS_MISSING", "there is no object at keysObject", "config")
    keys = [(msgspec.json.decode(line, type=str),) for line in body.splitlines() if line.strip()]
    return spark.createDataFrame(keys, "merge_key string").distinct()
