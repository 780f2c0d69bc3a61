"""What the account job is asked: `plans/<run>/account.json`."""

from __future__ import annotations

import msgspec

from lean_ops.plan import Databases, PlanError


class AccountPlan(msgspec.Struct, frozen=True, rename="camel"):
    """Members that are absent are found on the tables."""

    version: int
    #: The count's name: its result is `results/<run>/account.json`.
    run: str
    topic: str
    #: NDJSON of the dead letters that are not resolved: `{messageId, status, stage}`. None = there are none.
    dead_letters: str | None = None
    #: RAW snapshot that curated has read up to; absent = RAW's head.
    raw_snapshot: str | None = None
    #: Curated pass that semantic has read up to; absent = it has read everything.
    semantic_seq: int | None = None
    #: Whether the contract has a schema; absent = the semantic table has a commit.
    is_gate_open: bool | None = None
    #: Absent = those of the stage.
    databases: Databases | None = None


def read_account_plan(body: bytes) -> AccountPlan:
    """Validated; the fault names the member."""
    try:
        plan = msgspec.json.decode(body, type=AccountPlan)
    except msgspec.DecodeError as error:
        raise PlanError(f"the account's plan cannot be read: {error}") from error
    if plan.raw_snapshot is not None and not plan.raw_snapshot.isdecimal():
        raise PlanError("Expected a snapshot id in digits - at `$.rawSnapshot`")
    return plan
