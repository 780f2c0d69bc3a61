"""
Commits planned changes to a table: all of them or none, once.

Inserts are an append and changed rows a MERGE that only matches, so that Spark may send the few rows to the many
instead of shuffling the whole table. Where both are needed, or the pass is held, they meet on a branch that main then
follows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lean_ops.errors import PassError
from lean_ops.names import quote
from lean_ops.runner import PassContext
from lean_ops.snapshots import (
    PASS_ID,
    PASS_SEQ,
    CommitProperties,
    Snapshot,
    ancestors,
    find,
    find_pass,
    head,
    load_table,
)

from .plan_changes import BROADCAST_ROWS_MAX

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

#: On the last commit of a pass to a table; its value is the pass's outcome as JSON on the semantic table, else "".
OUTCOME = "lean-ops.outcome"
#: What is done with a row: insert | update | delete. A contract may name a column `action`, but none with a space.
ACTION = "row action"
_VIEW = "lean_ops_changes"


@dataclass(frozen=True)
class Changes:
    """`rows` has the table's columns and ACTION; `key` names the column that an action is matched by."""

    rows: DataFrame
    key: str
    inserts: int
    others: int


def branch_name(pass_seq: int) -> str:
    """The branch of a pass that is held or not yet whole."""
    return f"pass_{pass_seq}"


def find_outcome(context: PassContext, name: str, ref: str) -> Snapshot | None:
    """The commit that completed this pass on a branch of a table."""
    found = find_pass(load_table(context.spark, name), context.plan.pass_id, context.plan.pass_seq, ref)
    return found if found is not None and OUTCOME in found.summary else None


def before_pass(context: PassContext, name: str) -> Snapshot | None:
    """Main as it was before the pass, whether or not the pass is in it already."""
    table = load_table(context.spark, name)
    newest = head(table)
    before = newest
    for snapshot in ancestors(table, None if newest is None else newest.id):
        if snapshot.summary.get(PASS_ID) == context.plan.pass_id:
            before = None if snapshot.parent is None else find(table, snapshot.parent)
        elif int(snapshot.summary.get(PASS_SEQ, context.plan.pass_seq)) < context.plan.pass_seq:
            break
    return before


def write_changes(context: PassContext, name: str, changes: Changes, outcome: str, *, is_held: bool) -> None:
    """Nothing to do makes no commit. On a retry the table's own history says what is done."""
    steps = int(changes.inserts > 0) + int(changes.others > 0)
    if steps == 0:
        return
    branch = branch_name(context.plan.pass_seq)
    if find_outcome(context, name, "main") is not None:
        return
    if find_outcome(context, name, branch) is None or not can_follow(context, name):
        drop_branch(context, name)
        target = branch if is_held or steps > 1 else "main"
        if target == branch:
            _create_branch(context, name)
        _commit(context, name, changes, outcome, target)
        if target == "main":
            return
    if not is_held:
        follow_branch(context, name)


def can_follow(context: PassContext, name: str) -> bool:
    """The pass's branch continues main, or there is none."""
    table = load_table(context.spark, name)
    tip, main = head(table, branch_name(context.plan.pass_seq)), head(table)
    return tip is None or main is None or any(snapshot.id == main.id for snapshot in ancestors(table, tip.id))


def follow_branch(context: PassContext, name: str) -> None:
    """Main becomes the pass's branch, which ends. Raises HELD_PASS_STALE when main went another way meanwhile."""
    table = load_table(context.spark, name)
    branch = branch_name(context.plan.pass_seq)
    if not table.refs().containsKey(branch):
        return
    if not can_follow(context, name):
        raise PassError("HELD_PASS_STALE", f"{branch} does not continue main: discard it and run again", "config")
    context.check_lease()
    table.manageSnapshots().fastForwardBranch("main", branch).removeBranch(branch).commit()


def drop_branch(context: PassContext, name: str) -> None:
    """What a crashed attempt began, or what nobody wants."""
    table = load_table(context.spark, name)
    branch = branch_name(context.plan.pass_seq)
    if table.refs().containsKey(branch):
        context.check_lease()
        table.manageSnapshots().removeBranch(branch).commit()


def _create_branch(context: PassContext, name: str) -> None:
    table: Any = load_table(context.spark, name)
    main, manage = head(table), table.manageSnapshots()
    branch = branch_name(context.plan.pass_seq)
    (manage.createBranch(branch) if main is None else manage.createBranch(branch, int(main.id))).commit()


def _commit(context: PassContext, name: str, changes: Changes, outcome: str, ref: str) -> None:
    place = name if ref == "main" else f"{name}.{quote(f'branch_{ref}')}"
    last = {**context.commit_properties(), OUTCOME: outcome}
    if changes.inserts > 0:
        context.check_lease()
        with CommitProperties(context.spark, context.commit_properties() if changes.others > 0 else last):
            _append(place, changes.rows)
    if changes.others > 0:
        context.check_lease()
        with CommitProperties(context.spark, last):
            _merge(context, place, changes)


def _append(place: str, rows: DataFrame) -> None:
    writer = rows.filter(f"{quote(ACTION)} = 'insert'").drop(ACTION).writeTo(place)
    # The rows lie by bucket already (`rank_rows`): no second shuffle.
    writer.option("distribution-mode", "none").option("fanout-enabled", "true").append()


def _merge(context: PassContext, place: str, changes: Changes) -> None:
    rows = changes.rows.filter(f"{quote(ACTION)} IN ('update', 'delete')")
    if changes.others <= BROADCAST_ROWS_MAX:
        rows = rows.hint("broadcast")
    rows.createOrReplaceTempView(_VIEW)
    columns = [quote(column) for column in changes.rows.columns if column != ACTION]
    context.spark.sql(
        f"MERGE INTO {place} t USING {_VIEW} s ON t.{quote(changes.key)} = s.{quote(changes.key)} "
        f"WHEN MATCHED AND s.{quote(ACTION)} = 'delete' THEN DELETE "
        f"WHEN MATCHED THEN UPDATE SET {', '.join(f't.{column} = s.{column}' for column in columns)}"
    )
    context.spark.catalog.dropTempView(_VIEW)
