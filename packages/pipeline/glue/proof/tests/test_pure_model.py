"""The rules themselves: any order, any pass boundaries, any crash end where the sequential oracle says."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from proof.check import check_seeds, explain
from proof.generate import generate_history
from proof.model import account, lake, orchestrate, passes, versions

first_seed = int(os.environ["LEAN_OPS_PROOF_SEED"])
blocks = 5


@pytest.mark.parametrize("block", range(blocks), ids=lambda block: f"seeds-from-{first_seed + block * 200}")
def test_a_thousand_histories_end_as_the_oracle_says(block: int) -> None:
    outcome = check_seeds(first_seed + block * 200, 200)

    assert not outcome.differences, explain(outcome)
    # A generator that stopped making some kind of message would prove nothing about it.
    assert set(outcome.states) == {"semantic", "superseded", "dead-letter", "discarded", "curated-only"}


def test_a_seed_is_one_history() -> None:
    assert generate_history(11) == generate_history(11)
    assert generate_history(11) != generate_history(12)


def _last_arrivals(found: Any) -> dict[tuple[str, int], versions.Version]:
    return {(v.message_id, v.edit_revision): v for v in sorted(found, key=lambda v: v.arrival)}


def _keys_of_new_rows(found: tuple[versions.Version, ...], is_new: Callable[[versions.Version], bool]) -> set[str]:
    return {version.merge_key for version in found if is_new(version)}


def _ignores_the_checkpoint(world: orchestrate.World, table: str) -> None:
    getattr(world.lake, table).expire(getattr(world.lake, table).head)


def _never_recomputes(world: orchestrate.World) -> bool:
    return False


def _looks_at_every_append(self: lake.Table[Any], after: int | None, to: int) -> Any:
    return self.rows(to) if after is None else self.snapshots[to].added


@dataclass(frozen=True)
class Mistake:
    """`wrong` in place of a rule; `seen_in` = how the difference begins that gives it away."""

    owner: Any
    name: str
    wrong: Any
    seen_in: str


mistakes = {
    "the last arrival of a duplicate wins": Mistake(versions, "first_arrivals", _last_arrivals, "messages"),
    "an edit that moves a key forgets the old key": Mistake(passes, "_touched_keys", _keys_of_new_rows, "current"),
    "versions compare by time alone": Mistake(
        versions.Version, "order", property(lambda v: (v.publish_time,)), "current"
    ),
    "expiry passes a checkpoint": Mistake(
        orchestrate, "expire", _ignores_the_checkpoint, "the model broke: BrokenChainError"
    ),
    "a changed key path recomputes nothing": Mistake(orchestrate, "_is_keyed_otherwise", _never_recomputes, "current"),
    "only the newest commit of a range is read": Mistake(lake.Table, "appended", _looks_at_every_append, "messages"),
    "replaced revisions still speak": Mistake(
        versions,
        "newest_revisions",
        lambda found: {v.message_id: v for v in versions.first_arrivals(found).values()},
        "current",
    ),
}


@pytest.mark.parametrize("name", mistakes)
def test_finds_a_wrong_rule(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mistake = mistakes[name]
    monkeypatch.setattr(mistake.owner, mistake.name, mistake.wrong)
    for module in (passes, account):
        if mistake.owner is versions and hasattr(module, mistake.name):
            monkeypatch.setattr(module, mistake.name, mistake.wrong)

    assert any(_gives_away(mistake, first) for first in range(0, 200, 20))


def _gives_away(mistake: Mistake, first: int) -> bool:
    found = check_seeds(first, 20).differences.values()
    return any(text.startswith(mistake.seen_in) for texts in found for text in texts)
