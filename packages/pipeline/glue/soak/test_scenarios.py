"""The old system's acceptance scenarios on the real jobs: exact counts and contents, their truth known beforehand."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

import account
import curated
import semantic
from proof.contracts import base, contract, draft
from proof.generate import Writer
from proof.history import Activate, Append, Contract, History, Nodes, RawRow, RunPass, Step
from proof.model.read_json import Cell, read_payload
from proof.on_spark.compare import compare_tables
from proof.on_spark.spark_world import SparkWorld, play_on_spark
from proof.oracle import Truth, ask_oracle

ROOT = Path(__file__).resolve().parents[4]
_numbers = itertools.count(1)
Play = Callable[[list[Contract], list[Step]], tuple[SparkWorld, History, Truth]]


@pytest.fixture
def play(spark: SparkSession, tmp_path: Path) -> Play:
    """Plays steps and holds the tables against the oracle."""

    def run(contracts: list[Contract], steps: list[Step]) -> tuple[SparkWorld, History, Truth]:
        number = next(_numbers)
        history = History(number, contracts, steps)
        truth = ask_oracle([history])[number]
        mains: Any = {"curated": curated.main, "semantic": semantic.main}
        world = play_on_spark(spark, tmp_path / f"s{number}", f"s{number}", mains, history)
        wrong = compare_tables(world, history, truth)
        assert not wrong, "\n".join(wrong[:10])
        return world, history, truth

    return run


def count_account(world: SparkWorld) -> dict[str, Any]:
    plan = {"version": 1, "run": "r", "topic": "orders", "databases": world.databases}
    plan |= {"isGateOpen": len(world.contract["columns"]) > 0}
    file = world.folder / "account.json"
    file.write_text(json.dumps(plan))
    given = {"PLAN": file.as_uri(), "LAKE_BUCKET": (world.folder / "lake").as_uri(), "STAGE": "local"}
    return account.main(world.spark, given)


def test_a_thousand_messages_of_every_kind_close_the_account(play: Play) -> None:
    """A1, A4–A7, A9, A11–A13, A15, A16, A27: duplicates, corrections, collisions, late, drift, bad casts, malformed."""
    writer = Writer(random.Random(16))
    steps: list[Step] = []
    for _ in range(2):
        steps += [Append(tuple(writer.row() for _ in range(500))), RunPass("curated"), RunPass("semantic")]

    world, _, truth = play([base], steps)

    counted = count_account(world)
    states = list(truth.states.values())
    assert counted["unexplained"] == 0
    assert counted["received"]["rows"] == 1000
    assert counted["total"] == len(states)
    assert counted["terms"]["semantic"] == states.count("semantic") > 0
    assert counted["terms"]["superseded"] == states.count("superseded") > 0
    assert sum(counted["terms"]["openDeadLetters"].values()) == states.count("dead-letter") > 0
    assert len(truth.unparsed) > 20


def test_an_exact_replay_changes_nothing(play: Play) -> None:
    """A8: everything once more, hours later: tables, errors and rejects stay as they are."""
    writer = Writer(random.Random(8))
    rows = tuple(writer.row() for _ in range(60))
    again = tuple(RawRow(**{**row.__dict__, "ingestion_ts": row.ingestion_ts + 36_000_000_000}) for row in rows)

    world, _, _ = play([base], [Append(rows), RunPass("curated"), RunPass("semantic"), Append(again)])

    result = json.loads((world.folder / f"lake/results/e/{world.settled['curated']['passId']}.json").read_text())
    counts = result["counts"]
    assert (counts["versions"], counts["parseErrors"], counts["newColumns"]) == (0, 0, 0)
    assert world.runs == 4


@pytest.mark.parametrize("key_path", [["orderId"], None], ids=["same key", "no key yet"])
def test_an_activated_schema_catches_up_with_all(play: Play, key_path: list[str] | None) -> None:
    """A17: a draft ends at curated; with its schema the next run brings everything to semantic."""
    writer = Writer(random.Random(17))
    rows = [tuple(writer.row() for _ in range(30)) for _ in range(2)]
    steps: list[Step] = [Append(rows[0]), RunPass("curated"), RunPass("semantic"), Activate(1), Append(rows[1])]

    world, _, truth = play([draft("0.1.0", keyPath=key_path), base], steps)

    assert truth.semantic
    assert count_account(world)["terms"]["semantic"] > 0


def test_real_webhooks_keep_every_leaf(play: Play) -> None:
    """GitHub's published examples: deep, sparse, up to hundreds of leaves each."""
    file = ROOT / "bench/node_modules/@octokit/webhooks-examples/api.github.com/index.json"
    events = json.loads(file.read_text())
    bodies = [json.dumps(example, ensure_ascii=False) for event in events for example in event["examples"]][:60]
    rows = tuple(_row(number, body) for number, body in enumerate(bodies))
    keyed = draft("0.1.0", keyPath=["repository", "full_name"])

    world, _, truth = play([keyed], [Append(rows[:40]), RunPass("curated"), Append(rows[40:])])

    assert len(truth.messages) == len(rows)
    assert 1 < len(truth.current) < len(rows)
    # A path is a column or in the overflow map; that each leaf is there was compared above.
    assert len(world.spark.table(world.table("current")).columns) > 200


def _row(number: int, body: str) -> RawRow:
    at = 1_772_323_200_000_000 + number
    return RawRow(f"w-{number}", 0, None, at, at, body, "none", _nodes_of(read_payload(body)))


def _nodes_of(payload: Cell) -> Nodes:
    """What the model's own reader finds; the jobs read with another one."""
    found: Nodes = {}
    waiting = [("", payload)]
    while waiting:
        pointer, cell = waiting.pop()
        for name, member in cell.members.items():
            path = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
            found[path] = (member.kind, member.text)  # type: ignore[assignment]
            waiting.append((path, member))
    return found


def test_a_rule_that_stops_the_pass_moves_nothing(spark: SparkSession, tmp_path: Path) -> None:
    """A24: a pass that fails leaves its tables and its checkpoint where they were; the repeat succeeds once it may."""
    columns = [
        {**c, "rules": [{**rule, "action": "fail"} for rule in c["rules"]]} if c["name"] == "amount" else c
        for c in base["columns"]
    ]
    writer = Writer(random.Random(24))
    # So many that one of them breaks the rule.
    rows = tuple(writer.row() for _ in range(300))
    mains: Any = {"curated": curated.main, "semantic": semantic.main}
    world = SparkWorld(spark, tmp_path / "stop", "stop", mains, contract("1.0.0", columns=columns))
    world.append(rows)
    world.run_pass("curated", None)

    with pytest.raises(Exception, match="RULE_STOPPED_PASS"):
        world.run_pass("semantic", None)

    assert world.spark.table(world.table("semantic")).count() == 0
    world.open.clear()
    world.contract = base
    world.catch_up()
    history = History(24, [base], [Append(rows)])
    assert compare_tables(world, history, ask_oracle([history])[24]) == []
