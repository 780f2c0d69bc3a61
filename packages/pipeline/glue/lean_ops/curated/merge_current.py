"""
The current row per key, from `__versions` alone: a repeated pass comes to the same rows.

Most keys of a pass are simple: their messages have no other revision, so the greatest of them wins, or the row that is
there. The others (an edit may move a message to another key, or make a winner the lesser) are computed from all
versions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as f

from lean_ops.curated.duplicates import BROADCAST_ROWS_MAX
from lean_ops.kept_frames import KeptFrames
from lean_ops.names import quote

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

# Greatest first; of equal revisions the first ingestion is the one that counts.
NEWEST = "event_version DESC NULLS LAST, publish_time DESC, message_id DESC"
_REVISION = "edit_revision DESC, ingestion_ts, body_sha256"
_NARROW = ["merge_key", "message_id", "edit_revision", "ingestion_ts", "body_sha256", "event_version", "publish_time"]
_ROW = ["message_id", "edit_revision", "ingestion_ts", "body_sha256"]


def merge_current(
    spark: SparkSession,
    versions: str,
    current: str,
    before: str | None,
    after: str,
    *,
    is_empty: bool,
    is_overwrite: bool,
) -> int:
    """
    Brings `current` up to the rows that snapshot `after` of `versions` has and `before` (None = nothing) has not.

    `is_empty`: `current` has no rows, so there is nothing to compare with; `is_overwrite`: its rows are replaced by
    what `after` says as a whole. Returns how many of the new rows are keyless.
    """
    everything = spark.read.option("snapshot-id", after).table(versions)
    new = _new_rows(spark, versions, before, after)
    with KeptFrames() as kept:
        narrow = kept.keep(new.select(*_NARROW))
        counted = narrow.selectExpr("count(*) AS rows", "count_if(startswith(merge_key, 'm:')) AS keyless").collect()[0]
        rows, keyless = int(counted["rows"]), int(counted["keyless"])
        if rows == 0 and not is_overwrite:
            return 0
        others = _keys_with_history(narrow, rows, everything if before is not None else None, kept)
        recomputed = None if others is None else _recompute(everything, others, kept)
        _write(spark, current, new, narrow, others, recomputed, rows, is_empty, is_overwrite)
        return keyless


def count_keyless(spark: SparkSession, versions: str, before: str | None, after: str) -> int:
    """Keyless rows among the new ones."""
    return _new_rows(spark, versions, before, after).where("idempotency_key IS NULL").count()


def _new_rows(spark: SparkSession, versions: str, before: str | None, after: str) -> DataFrame:
    if before is None:
        return spark.read.option("snapshot-id", after).table(versions)
    return spark.read.option("start-snapshot-id", before).option("end-snapshot-id", after).table(versions)


def _keys_with_history(
    narrow: DataFrame, rows: int, everything: DataFrame | None, kept: KeptFrames
) -> DataFrame | None:
    """Keys that messages with several version rows have or had; None when there is no such message."""
    ids = narrow.select("message_id")
    if everything is None:
        several = narrow.groupBy("message_id").agg(f.count("*").alias("rows")).where("rows > 1").select("message_id")
        source = narrow
    else:
        wanted = f.broadcast(ids) if rows <= BROADCAST_ROWS_MAX else ids
        family = kept.keep(everything.select("message_id", "merge_key").join(wanted, "message_id", "left_semi"))
        several = family.groupBy("message_id").agg(f.count("*").alias("rows")).where("rows > 1").select("message_id")
        source = family
    keys = kept.keep(source.join(several, "message_id", "left_semi").select("merge_key").distinct())
    return keys if keys.count() > 0 else None


def _write(
    spark: SparkSession,
    current: str,
    new: DataFrame,
    narrow: DataFrame,
    others: DataFrame | None,
    recomputed: DataFrame | None,
    rows: int,
    is_empty: bool,
    is_overwrite: bool,
) -> None:
    simple = narrow if others is None else narrow.join(f.broadcast(others), "merge_key", "left_anti")
    ranked = simple.selectExpr("*", f"row_number() OVER (PARTITION BY merge_key ORDER BY {NEWEST}) AS place")
    losers = ranked.where("place > 1").select(*_ROW)
    if others is not None:
        losers = losers.unionByName(narrow.join(f.broadcast(others), "merge_key", "left_semi").select(*_ROW))
    wide = new.join(f.broadcast(losers) if rows <= BROADCAST_ROWS_MAX else losers, _ROW, "left_anti")
    source = wide.withColumn("_action", f.lit("newer"))
    if recomputed is not None:
        source = source.unionByName(recomputed, allowMissingColumns=True)
    target_columns = spark.table(current).columns
    if is_empty or is_overwrite:
        writer = (
            source.where("_action <> 'delete'")
            .select(*target_columns)
            .writeTo(current)
            .option("distribution-mode", "none")
            .option("fanout-enabled", "true")
        )
        if is_overwrite:
            writer.overwrite(f.lit(True))
        else:
            writer.append()
        return
    source.createOrReplaceTempView("newcomers")
    deletes = "" if others is None else "WHEN MATCHED AND s._action = 'delete' THEN DELETE"
    assignments = ", ".join(f"t.{quote(c)} = s.{quote(c)}" for c in target_columns)
    names = ", ".join(map(quote, target_columns))
    values = ", ".join(f"s.{quote(c)}" for c in target_columns)
    spark.sql(
        f"""
        MERGE INTO {current} t USING newcomers s ON t.merge_key = s.merge_key
        {deletes}
        WHEN MATCHED AND (s._action = 'set' OR {is_newer("s", "t")}) THEN UPDATE SET {assignments}
        WHEN NOT MATCHED AND s._action <> 'delete' THEN INSERT ({names}) VALUES ({values})
        """
    )


def is_newer(a: str, b: str) -> str:
    """SQL: row `a` wins over row `b` of the same key. Never NULL."""
    same = f"{a}.event_version <=> {b}.event_version"
    greater = (
        f"coalesce({a}.event_version > {b}.event_version, {b}.event_version IS NULL AND {a}.event_version IS NOT NULL)"
    )
    tie = f"({a}.publish_time = {b}.publish_time AND {a}.message_id > {b}.message_id)"
    return f"({greater} OR ({same} AND ({a}.publish_time > {b}.publish_time OR {tie})))"


def _recompute(everything: DataFrame, keys: DataFrame, kept: KeptFrames) -> DataFrame:
    """Winners of these keys among all versions (`set`), and the keys that nobody has any more (`delete`)."""
    narrow = everything.select(*_NARROW)
    messages = narrow.join(f.broadcast(keys), "merge_key", "left_semi").select("message_id").distinct()
    said = (
        narrow.join(f.broadcast(messages), "message_id", "left_semi")
        .selectExpr("*", f"row_number() OVER (PARTITION BY message_id ORDER BY {_REVISION}) AS place")
        .where("place = 1")
        .join(f.broadcast(keys), "merge_key", "left_semi")
    )
    winners = kept.keep(
        said.drop("place")
        .selectExpr("*", f"row_number() OVER (PARTITION BY merge_key ORDER BY {NEWEST}) AS place")
        .where("place = 1")
    )
    rows = everything.join(f.broadcast(winners.select(*_ROW)), _ROW, "left_semi").withColumn("_action", f.lit("set"))
    gone = keys.join(winners.select("merge_key"), "merge_key", "left_anti").withColumn("_action", f.lit("delete"))
    return rows.unionByName(gone, allowMissingColumns=True)
