"""The pass result (`results/<execution>/<passId>.json`): written for every pass, failed ones too."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from .errors import ErrorClass, describe_error
from .objects import ObjectStore

FindingKind = Literal[
    "ADDED_COLUMN",
    "REMOVED_COLUMN",
    "TYPE_CHANGED",
    "OVERFLOW",
    "CONFLICTING_DUPLICATE",
    "NAME_COLLISION",
    "RULE_WARNING",
    "CDE_SPIKE",
]


class Finding(msgspec.Struct, frozen=True, rename="camel"):
    """Something a person should know; `detail` never holds values."""

    kind: FindingKind
    count: int = 1
    path: tuple[str, ...] | None = None
    column: str | None = None
    sample_message_id: str | None = None
    detail: str | None = None


class ResultError(msgspec.Struct, frozen=True):
    """Why the pass failed."""

    code: str
    message: str
    class_: ErrorClass = msgspec.field(name="class")

    @staticmethod
    def of(fault: BaseException) -> ResultError:
        """What of an exception may be shown; the log has the whole of it."""
        known = describe_error(fault)
        return ResultError(known.code, known.message, known.error_class)


class PassOutcome(msgspec.Struct, frozen=True, rename="camel"):
    """What a pass did, as the job says it; the runner adds the rest."""

    state: Literal["succeeded", "failed", "nothing"]
    counts: dict[str, Any] = {}
    snapshots: dict[str, str] = {}
    rows: dict[str, int] = {}
    manifest: str | None = None
    findings: tuple[Finding, ...] = ()
    is_held: bool = False
    branch: str | None = None
    error: ResultError | None = None


class PassResult(msgspec.Struct, frozen=True, rename="camel"):
    """The object that `settle-passes` reads."""

    version: Literal[1]
    pass_id: str
    topic: str
    layer: str
    pass_seq: int
    execution: str
    job_run_id: str
    state: Literal["succeeded", "failed", "nothing"]
    started_at: str
    finished_at: str
    from_: str | None = msgspec.field(name="from")
    to: str | None
    from_seq: int | None
    to_seq: int | None
    source_snapshot: str | None
    counts: dict[str, Any]
    snapshots: dict[str, str]
    rows: dict[str, int]
    is_held: bool
    branch: str | None
    manifest: str | None
    findings: tuple[Finding, ...]
    error: ResultError | None


def write_result(store: ObjectStore, lake: str, result: PassResult) -> str:
    """Returns the object's URI."""
    uri = f"{lake}/results/{result.execution}/{result.pass_id}.json"
    store.put(uri, msgspec.json.encode(result))
    return uri
