"""The rules themselves: any order, any pass boundaries, any crash end where the sequential oracle says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from proof.check import check_seeds, explain, random_seed
from proof.generate import generate_history
from proof.model import account, lake, orchestrate, passes, versions

first_seed = random_seed()
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


mistakes: dict[str, tuple[Any, str, Any]] = {
    "the last arrival of a duplicate wins": (versions, "first_arrivals", _last_arrivals),
    "an edit that moves a key forgets the old key": (passes, "_touched_keys", _keys_of_new_rows),
    "versions compare by time alone": (versions.Version, "order", property(lambda v: (v.publish_time,))),
    "expiry passes a checkpoint": (orchestrate, "expire", _ignores_the_checkpoint),
    "a changed key path recomputes nothing": (orchestrate, "_is_keyed_otherwise", _never_recomputes),
    "only the newest commit of a range is read": (lake.Table, "appended", _looks_at_every_append),
    "replaced revisions still speak": (
        versions,
        "newest_revisions",
        lambda found: {v.message_id: v for v in versions.first_arrivals(found).values()},
    ),
}


@pytest.mark.parametrize("mistake", mistakes)
def test_finds_a_wrong_rule(mistake: str, monkeypatch: pytest.MonkeyPatch) -> None:
    owner, name, wrong = mistakes[mistake]
    monkeypatch.setattr(owner, name, wrong)
    for module in (passes, account):
        if owner is versions and hasattr(module, name):
            monkeypatch.setattr(module, name, wrong)

    assert check_seeds(0, 60).differences
