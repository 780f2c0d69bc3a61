"""Final tables of the jobs against the oracle: the differences in words."""

from __future__ import annotations

from typing import Any

from proof.check_seed import differences
from proof.history import History
from proof.on_spark.read_tables import (
    expect_stored,
    read_current,
    read_parse_errors,
    read_rejects,
    read_semantic,
    read_versions,
)
from proof.on_spark.spark_world import SparkWorld
from proof.oracle import Truth


def compare_tables(world: SparkWorld, history: History, truth: Truth) -> list[str]:
    """Empty when every row and every value is as the oracle says."""
    found: list[tuple[str, Any, Any]] = [("open passes", dict(world.open), {})]
    if history.raw_rows:
        versions = read_versions(world)
        current, wrong = read_current(world, history)
        expected = {name: (won, truth.versions[name]) for name, won in truth.messages.items()}
        found += [
            ("messages", versions, expected),
            ("current", current, truth.current),
            ("parse errors", read_parse_errors(world), sorted(truth.unparsed)),
        ]
    else:
        wrong = []
    if history.raw_rows and world.contract["columns"]:
        stored = {key: (won, expect_stored(values, world.contract)) for key, (won, values) in truth.semantic.items()}
        found += [("semantic", read_semantic(world), stored), ("rejects", _open_rejects(world, truth), truth.faults)]
    return wrong + [text for name, model, oracle in found for text in differences(name, model, oracle)]


def _open_rejects(world: SparkWorld, truth: Truth) -> dict[str, Any]:
    """Of messages as they now are: rejects of revisions that an edit replaced are history."""
    return {
        message: faults
        for (message, revision), faults in read_rejects(world).items()
        if message in truth.messages and truth.messages[message][1] == revision
    }
