"""Bodies that could not be read: staged for the dead letters, then kept in `__parse_errors`, each once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa

from lean_ops.curated.scan import reject_line

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_LINES = "kind string, line string"


def unique_errors(scanned: DataFrame, topic: str) -> DataFrame:
    """One row per message and revision whose body cannot be read: the first ingestion, as for readable ones."""
    return (
        scanned.where("code IS NOT NULL")
        .selectExpr(
            "*",
            f"sha2(concat_ws('\\n', '{topic}', message_id, edit_revision, 'curated'), 256) AS error_id",
            "row_number() OVER (PARTITION BY message_id, edit_revision ORDER BY ingestion_ts, sha, file, pos) AS place",
        )
        .where("place = 1")
    )


def count_new_errors(errors: DataFrame, known: DataFrame, pass_seq: int) -> int:
    """How many of `unique_errors` no earlier pass has met; `known` = `__parse_errors`."""
    earlier = known.where(f"pass_seq < {pass_seq}").select("error_id")
    return errors.select("error_id").join(earlier, "error_id", "left_anti").count()


def reject_lines(errors: DataFrame, topic: str) -> DataFrame:
    """Part lines of unreadable bodies."""
    return errors.mapInArrow(_reject_writer(topic), _LINES)


def settled_lines(scanned: DataFrame, versions: DataFrame | None, topic: str) -> DataFrame:
    """
    Part lines of replays that got through: the replayed attempt is `accepted`, or `superseded` by a higher revision of
    its message that is known by now.
    """
    rows = scanned.where("code IS NULL AND replay_id IS NOT NULL").select("message_id", "edit_revision", "replay_id")
    revisions = scanned.where("code IS NULL").select("message_id", "edit_revision")
    if versions is not None:
        revisions = revisions.unionByName(versions.select("message_id", "edit_revision"))
    newest = (
        revisions.join(rows.select("message_id").distinct(), "message_id", "left_semi")
        .groupBy("message_id")
        .agg({"edit_revision": "max"})
        .withColumnRenamed("max(edit_revision)", "newest")
    )
    judged = rows.join(newest, "message_id").selectExpr(
        "message_id", "replay_id", "if(edit_revision < newest, 'superseded', 'accepted') AS outcome"
    )
    return judged.distinct().mapInArrow(_settled_writer(topic), _LINES)


def insert_errors(spark: SparkSession, errors: DataFrame, table: str, pass_id: str, pass_seq: int) -> None:
    """MERGE on error_id: a repeated pass, or a body that comes again, adds nothing."""
    errors.selectExpr(
        "error_id",
        "message_id",
        "edit_revision",
        "error_replay_id AS replay_id",
        "error_publish_time AS publish_time",
        "ingestion_ts",
        "code",
        "detail",
        "error_payload AS raw_payload",
        f"'{pass_id}' AS pass_id",
        f"{pass_seq}L AS pass_seq",
        "CAST(current_timestamp() AS TIMESTAMP_NTZ) AS curated_at",
    ).createOrReplaceTempView("new_errors")
    spark.sql(f"MERGE INTO {table} t USING new_errors s ON t.error_id = s.error_id WHEN NOT MATCHED THEN INSERT *")


_Mapper = Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]


def _reject_writer(topic: str) -> _Mapper:
    def write(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            lines = [reject_line(row, topic=topic, error_id=row["error_id"]) for row in batch.to_pylist()]
            yield pa.RecordBatch.from_pydict({"kind": ["reject"] * len(lines), "line": lines}, schema=_SCHEMA)

    return write


def _settled_writer(topic: str) -> _Mapper:
    def write(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            lines = [
                msgspec.json.encode(
                    {
                        "kind": "settled",
                        "topic": topic,
                        "messageId": row["message_id"],
                        "replayId": row["replay_id"],
                        "stage": "curated",
                        "outcome": row["outcome"],
                    }
                ).decode()
                for row in batch.to_pylist()
            ]
            yield pa.RecordBatch.from_pydict({"kind": ["settled"] * len(lines), "line": lines}, schema=_SCHEMA)

    return write


_SCHEMA = pa.schema([("kind", pa.string()), ("line", pa.string())])
