"""The counts of a pass, exact, from one look at the judged rows and one at the changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lean_ops.results import Finding

from .judge_rows import Warning

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_CODES = ("CDE_MISSING", "TYPE_CAST", "RULE")


@dataclass(frozen=True)
class RowCounts:
    """
    Of the rows that the pass accounts for; only `refused` and `keys` are of all that it looks at.

    Rejected and warned are rows that speak for their message; an older revision is superseded, whatever it says.
    """

    read: int
    keys: int
    refused: int
    rejected: int
    reject_rows: int
    replays: int
    by_code: dict[str, int]
    stopped_by: str | None
    lacking: int
    warnings: tuple[Finding, ...]

    @property
    def warned(self) -> dict[str, int]:
        """Rule → rows; a required column without value counts under its own name."""
        return {str(finding.detail): finding.count for finding in self.warnings}


def count_rows(ranked: DataFrame, warnings: Sequence[Warning]) -> RowCounts:
    """One Spark job."""
    own = "in_range AND is_effective"
    counted = ranked.selectExpr(
        "count_if(in_range) AS read",
        "count_if(rank = 1) AS keys",
        "count_if(is_effective AND NOT passes) AS refused",
        f"count_if({own} AND NOT passes) AS rejected",
        f"coalesce(sum(CASE WHEN {own} AND NOT passes THEN size(faults) END), 0) AS reject_rows",
        "count_if(in_range AND replay_id IS NOT NULL) AS replays",
        *(f"count_if({own} AND code = '{code}') AS code_{code}" for code in _CODES),
        f"min(CASE WHEN {own} AND stops THEN message_id END) AS stopped_by",
        "count_if(lacks_slice) AS lacking",
        *(f"count_if({own} AND {w.flag}) AS {w.flag}" for w in warnings),
        *(f"min(CASE WHEN {own} AND {w.flag} THEN message_id END) AS {w.flag}_sample" for w in warnings),
    ).first()
    assert counted is not None
    row = counted.asDict()
    return RowCounts(
        read=row["read"],
        keys=row["keys"],
        refused=row["refused"],
        rejected=row["rejected"],
        reject_rows=row["reject_rows"],
        replays=row["replays"],
        by_code={code: row[f"code_{code}"] for code in _CODES if row[f"code_{code}"] > 0},
        stopped_by=row["stopped_by"],
        lacking=row["lacking"],
        warnings=tuple(
            Finding(
                kind="RULE_WARNING",
                count=row[w.flag],
                column=w.column,
                sample_message_id=row[f"{w.flag}_sample"],
                detail=w.rule or f"{w.column}:REQUIRED_MISSING",
            )
            for w in warnings
            if row[w.flag] > 0
        ),
    )


@dataclass(frozen=True)
class ChangeCounts:
    """Keys by what happens to them; `stored` = rows of this pass that the table has afterwards."""

    inserted: int
    updated: int
    deleted: int
    unchanged: int
    stored: int


def count_changes(changes: DataFrame) -> ChangeCounts:
    """One Spark job."""
    actions = ("insert", "update", "delete", "unchanged")
    row = changes.selectExpr(
        *(f"count_if(action = '{action}') AS `{action}`" for action in actions),
        "count_if(coalesce(in_range, false) AND is_stored) AS stored",
    ).first()
    assert row is not None
    return ChangeCounts(row["insert"], row["update"], row["delete"], row["unchanged"], row["stored"])
