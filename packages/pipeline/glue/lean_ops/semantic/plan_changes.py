"""What a pass does to the semantic rows: each key it decides against the row that is stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lean_ops.names import quote

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

#: Above this many rows the side of a join is shuffled instead of sent to every worker.
BROADCAST_ROWS_MAX = 300_000
_ORDER = ("event_version", "publish_time", "message_id")
_TAKES_PART = "rank = 1 AND ((passes AND is_effective) OR is_full)"


def plan_changes(
    ranked: DataFrame, stored: DataFrame | None, *, keys: int, is_whole: bool, compared: Sequence[tuple[str, str]]
) -> DataFrame:
    """
    One row per decided key: `action` (insert | update | delete | unchanged), `is_stored` (the row is what the table has
    afterwards), `first_seen_ts` of the row it meets, and the columns of `ranked`.

    `stored`: the semantic table, None when empty. `keys`: about how many keys there are. `is_whole`: keys not decided
    here have no version at all. `compared`: pairs (column of `stored`, SQL on `ranked`) that must be equal for a row of
    the same message to stay; none when only the message counts.
    """
    decided = ranked.filter(_TAKES_PART)
    columns = [quote(name) for name in decided.columns]
    if stored is None:
        wins = decided.filter("passes AND is_effective")
        return wins.selectExpr(
            *columns, "CAST(NULL AS TIMESTAMP_NTZ) AS first_seen_ts", "'insert' AS action", "true AS is_stored"
        )
    wanted = ["merge_key", "edit_revision", "first_seen_ts", *_ORDER, *(name for name, _ in compared)]
    there = stored.selectExpr(*(f"{quote(name)} AS {quote(f'old_{name}')}" for name in dict.fromkeys(wanted)))
    met = there if is_whole else _meet(there, decided, keys)
    joined = decided.join(met, decided.target_key == met.old_merge_key, "full" if is_whole else "left")
    changes = joined.selectExpr(
        *(name for name in columns if name != "`target_key`"),
        "coalesce(target_key, old_merge_key) AS target_key",
        "old_first_seen_ts AS first_seen_ts",
        f"{_action(compared)} AS action",
        f"coalesce(passes AND is_effective AND {_SAME_ROW}, false) AS is_same_row",
    )
    return changes.selectExpr(
        *columns, "first_seen_ts", "action", "(action IN ('insert', 'update') OR is_same_row) AS is_stored"
    ).filter("action <> 'none'")


_SAME_ROW = "old_message_id <=> message_id AND old_edit_revision <=> edit_revision"


def _meet(there: DataFrame, decided: DataFrame, keys: int) -> DataFrame:
    """The stored rows of these keys: the big table streams past the few keys."""
    wanted = decided.select("target_key")
    if keys <= BROADCAST_ROWS_MAX:
        wanted = wanted.hint("broadcast")
    return there.join(wanted, there.old_merge_key == wanted.target_key, "left_semi")


def _order_of(prefix: str) -> str:
    fields = ", ".join(f"'{name}', {prefix}{name}" for name in _ORDER)
    return f"named_struct({fields})"


def _action(compared: Sequence[tuple[str, str]]) -> str:
    # NULL is lowest in both. Spark compares structs only when their fields have the same names.
    newer = f"{_order_of('')} > {_order_of('old_')}"
    differs = " OR ".join(f"NOT ({quote(f'old_{name}')} <=> {value})" for name, value in compared) or "false"
    return f"""CASE
        WHEN target_key IS NULL THEN 'delete'
        WHEN NOT (passes AND is_effective) THEN CASE WHEN old_merge_key IS NULL THEN 'none' ELSE 'delete' END
        WHEN old_merge_key IS NULL THEN 'insert'
        WHEN {_SAME_ROW} THEN CASE WHEN {differs} THEN 'update' ELSE 'unchanged' END
        WHEN is_full OR {newer} THEN 'update'
        ELSE 'unchanged' END"""
