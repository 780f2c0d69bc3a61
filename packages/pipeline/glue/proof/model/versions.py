"""Who wins: revisions of a message, versions of a key. The rules of semantics.md, a line each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from proof.history import Contract, RawRow
from proof.model.judge import cast_cell, sort_key
from proof.model.read_json import Cell

draft_key_paths = [
    ["_metadata", "idempotencyKeyResource"],
    ["_metadata", "idempotency_key"],
    ["idempotencyKeyResource"],
    ["idempotency_key"],
]


@dataclass(frozen=True)
class Version:
    """A row of `__versions`."""

    message_id: str
    edit_revision: int
    replay_id: str | None
    publish_time: int
    ingestion_ts: int
    body_sha256: str
    merge_key: str
    event_version: str | None
    version_kind: str
    pass_id: str
    pass_seq: int
    payload: Cell

    @property
    def order(self) -> tuple[Any, ...]:
        """Greatest wins within a key. Strings compare by UTF-8 bytes."""
        version = (0,) if self.event_version is None else (1, sort_key(self.event_version, self.version_kind))
        return (*version[:1], *version[1:], self.publish_time, self.message_id.encode())

    @property
    def arrival(self) -> tuple[int, str]:
        """Least wins among equal revisions of a message."""
        return (self.ingestion_ts, self.body_sha256)


def make_version(row: RawRow, payload: Cell, contract: Contract, pass_id: str, pass_seq: int) -> Version:
    rule = contract["eventVersion"]
    event_version = None
    if rule is not None:
        cell = find_cell(payload, rule["path"])
        event_version = None if cell is None else cast_cell(cell, rule["type"], rule["timestampFormat"])
    return Version(
        message_id=row.message_id,
        edit_revision=row.edit_revision,
        replay_id=row.replay_id,
        publish_time=row.publish_time,
        ingestion_ts=row.ingestion_ts,
        body_sha256=hash_body(row.body),
        merge_key=find_merge_key(row.message_id, payload, contract),
        event_version=event_version,
        version_kind="string" if rule is None else rule["type"]["kind"],
        pass_id=pass_id,
        pass_seq=pass_seq,
        payload=payload,
    )


def hash_body(body: str) -> str:
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()


def find_merge_key(message_id: str, payload: Cell, contract: Contract) -> str:
    paths = draft_key_paths if contract["keyPath"] is None else [contract["keyPath"]]
    for path in paths:
        cell = find_cell(payload, path)
        if cell is not None and cell.kind in ("string", "number", "boolean") and cell.text != "":
            return f"k:{cell.text}"
    return f"m:{message_id}"


def find_cell(payload: Cell, path: Iterable[str]) -> Cell | None:
    """None for what is absent, null or behind something that is no object."""
    cell: Cell | None = payload
    for name in path:
        cell = cell.members.get(name) if cell is not None else None
    return None if cell is None or cell.kind == "null" else cell


def first_arrivals(versions: Iterable[Version]) -> dict[tuple[str, int], Version]:
    found: dict[tuple[str, int], Version] = {}
    for version in versions:
        name = (version.message_id, version.edit_revision)
        if name not in found or version.arrival < found[name].arrival:
            found[name] = version
    return found


def newest_revisions(versions: Iterable[Version]) -> dict[str, Version]:
    """What each message says now: its highest revision, as it arrived first."""
    found: dict[str, Version] = {}
    for version in first_arrivals(versions).values():
        known = found.get(version.message_id)
        if known is None or version.edit_revision > known.edit_revision:
            found[version.message_id] = version
    return found


def group_by_key(versions: Iterable[Version]) -> dict[str, list[Version]]:
    """Per key, the newest first."""
    found: dict[str, list[Version]] = {}
    for version in sorted(versions, key=lambda v: v.order, reverse=True):
        found.setdefault(version.merge_key, []).append(version)
    return found
