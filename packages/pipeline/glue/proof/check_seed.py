"""Model against oracle: the differences of one history, in words."""

from __future__ import annotations

from typing import Any

from proof.history import History
from proof.model.account import account_messages
from proof.model.orchestrate import World, play_history
from proof.model.versions import Version, newest_revisions
from proof.oracle import Truth, Won


def check_history(history: History, truth: Truth) -> list[str]:
    """Plays the history through the model; empty when every table and every state is as the oracle says."""
    world = play_history(history)
    newest = newest_revisions(world.lake.versions.rows())
    found: list[tuple[str, Any, Any]] = [
        ("open passes", dict(world.open), {}),
        ("messages", {name: _won(v) for name, v in newest.items()}, truth.messages),
        ("event versions", {name: v.event_version for name, v in newest.items()}, truth.versions),
        ("current", {v.merge_key: _won(v) for v in world.lake.current.rows()}, truth.current),
        ("semantic", _semantic(world), {key: (won, _plain(values)) for key, (won, values) in truth.semantic.items()}),
        ("rejects", _rejects(world, newest), truth.faults if history.final_contract["columns"] else {}),
        ("parse errors", frozenset(world.lake.parse_errors), truth.unparsed),
        ("states", account_messages(world), truth.states),
    ]
    return [difference for name, model, oracle in found for difference in differences(name, model, oracle)]


def differences(name: str, found: Any, expected: Any) -> list[str]:
    if found == expected:
        return []
    if isinstance(found, dict) and isinstance(expected, dict):
        return [
            f"{name} {key!r}: found {found.get(key)!r}, the oracle says {expected.get(key)!r}"
            for key in sorted(found.keys() | expected.keys(), key=str)
            if found.get(key) != expected.get(key)
        ]
    return [f"{name}: found {found!r}, the oracle says {expected!r}"]


def _won(version: Version) -> Won:
    return (version.message_id, version.edit_revision, version.ingestion_ts, version.body_sha256)


def _semantic(world: World) -> dict[str, tuple[Won, dict[str, Any]]]:
    rows = world.lake.semantic.rows()
    return {row.merge_key: (_won(row), _plain(world.lake.judge(row, world.contract).values)) for row in rows}


def _plain(values: dict[str, str | None]) -> dict[str, Any]:
    """`ratio` is the one floating column of the proof's contracts: compared as a number, not by its digits."""
    return {n: float(v) if n == "ratio" and v is not None else v for n, v in values.items()}


def _rejects(world: World, newest: dict[str, Version]) -> dict[str, frozenset[tuple[str, str, str | None]]]:
    """Of messages as they now are: rejects of revisions that an edit replaced are history."""
    return {
        name: frozenset((fault.column, fault.code, fault.rule) for fault in faults)
        for name, (revision, faults) in world.lake.rejects.items()
        if name in newest and newest[name].edit_revision == revision
    }
