"""Which rows of a pass are revisions not known yet, and which are duplicates: of each other, or of earlier passes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyspark.sql import functions as f

from lean_ops.kept_frames import KeptFrames
from lean_ops.results import Finding

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_UNIT = ["message_id", "edit_revision"]
_FINDINGS_MAX = 20
# As many ids are told to every task; more are matched by a shuffle.
BROADCAST_ROWS_MAX = 2_000_000


@dataclass(frozen=True)
class Duplicates:
    """`skipped` = (file, pos) of rows that are no new version; None when there are none."""

    skipped: DataFrame | None
    exact: int
    conflicting: int
    # Rows that an earlier pass wrote itself; only a rescan meets them.
    known: int
    findings: tuple[Finding, ...]


NONE = Duplicates(None, 0, 0, 0, ())


def find_duplicates(
    parsed: DataFrame, rows: int, versions: DataFrame | None, is_rescan: bool, kept: KeptFrames
) -> Duplicates:
    """
    `parsed`: message_id, edit_revision, ingestion_ts, sha (binary), file, pos; `versions` = None when there are none.

    Per message and revision the first ingestion is kept, of equal ones the smaller hash. Where an earlier pass wrote a
    later ingestion, the earlier one is a version, too: readers take the first.
    """
    twice = parsed.groupBy(*_UNIT).agg(f.count("*").alias("rows")).where("rows > 1").select(*_UNIT)
    contested = twice
    known = None
    if versions is not None:
        ids = parsed.select(*_UNIT)
        known = versions.select(*_UNIT, "ingestion_ts", "body_sha256").join(_small(ids, rows), _UNIT, "left_semi")
        known = kept.keep(known)
        contested = twice.unionByName(known.select(*_UNIT)).distinct()
    contested = kept.keep(contested)
    count = contested.count()
    if count == 0:
        return NONE
    members = parsed.join(_small(contested, count), _UNIT, "left_semi").selectExpr(
        *_UNIT, "ingestion_ts", "lower(hex(sha)) AS sha", "file", "pos", "false AS is_known"
    )
    if known is not None:
        earlier = known.selectExpr(
            *_UNIT, "ingestion_ts", "body_sha256 AS sha", "NULL AS file", "NULL AS pos", "true AS is_known"
        )
        members = members.unionByName(earlier)
    members.createOrReplaceTempView("members")
    judged = kept.keep(
        parsed.sparkSession.sql(
            """
        SELECT *, row_number() OVER w AS place, first_value(sha) OVER w AS first_sha,
               max(CASE WHEN is_known THEN struct(ingestion_ts, sha) END) OVER (PARTITION BY message_id, edit_revision,
                   ingestion_ts, sha) AS same
        FROM members
        WINDOW w AS (PARTITION BY message_id, edit_revision ORDER BY ingestion_ts, sha, is_known DESC, file, pos)
        """
        )
    )
    counts = judged.selectExpr(
        "count_if(NOT is_known AND place > 1 AND sha = first_sha) AS exact",
        "count_if(NOT is_known AND place > 1 AND sha <> first_sha) AS conflicting",
        "count_if(NOT is_known AND place > 1 AND same IS NOT NULL) AS known",
        "count_if(sha <> first_sha) AS others",
    ).collect()[0]
    repeated = counts["known"] if is_rescan else 0
    return Duplicates(
        judged.where("NOT is_known AND place > 1").select("file", "pos"),
        counts["exact"] - repeated,
        counts["conflicting"],
        repeated,
        _conflicts(judged) if counts["others"] else (),
    )


def _conflicts(judged: DataFrame) -> tuple[Finding, ...]:
    """One finding per unit with several bodies, the last one for all further."""
    others = (
        judged.where("sha <> first_sha")
        .groupBy("message_id", "edit_revision", "first_sha")
        .agg(f.sort_array(f.collect_set("sha")).alias("others"))
    )
    found = others.orderBy("message_id", "edit_revision").limit(_FINDINGS_MAX + 1).collect()
    findings = [
        Finding(
            "CONFLICTING_DUPLICATE",
            count=len(row["others"]),
            sample_message_id=row["message_id"],
            detail=f"revision {row['edit_revision']}: kept the body {row['first_sha'][:12]}, "
            f"not {', '.join(sha[:12] for sha in row['others'][:3])}",
        )
        for row in found[:_FINDINGS_MAX]
    ]
    if len(found) > _FINDINGS_MAX:
        findings.append(
            Finding("CONFLICTING_DUPLICATE", detail=f"more than {_FINDINGS_MAX} messages have several bodies")
        )
    return tuple(findings)


def _small(frame: DataFrame, rows: int) -> DataFrame:
    return f.broadcast(frame) if rows <= BROADCAST_ROWS_MAX else frame
