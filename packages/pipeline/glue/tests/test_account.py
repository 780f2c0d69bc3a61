"""The account job and the auditor, each on its own, count what the oracle knows; what is tampered with, both name."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import account
from auditor.__main__ import main as audit
from auditor.audit_topic import Request, audit_topic
from auditor.open_lake import find_metadata, open_lake
from proof.generate import generate_history
from proof.history import History
from proof.model.orchestrate import play_history
from proof.model.versions import newest_revisions
from proof.oracle import Truth, ask_oracle
from tests.lake import Lake
from tests.model_tables import table_folder, write_world

_TABLES = {
    "versions": ("curated", "orders__versions"),
    "current_rows": ("curated", "orders"),
    "parse_errors": ("curated", "orders__parse_errors"),
    "rejects": ("semantic", "orders__rejects"),
    "semantic_rows": ("semantic", "orders"),
}


def prepare(lake: Lake, seed: int) -> tuple[History, Truth]:
    history = generate_history(seed, size=24)
    truth = ask_oracle([history])[seed]
    write_world(lake, play_history(history))
    letters = [
        {"messageId": one.message_id, "status": one.status, "stage": one.stage} for one in history.letters.values()
    ]
    (lake.folder / "letters.ndjson").write_text("".join(f"{json.dumps(one)}\n" for one in letters))
    return history, truth


def count_by_job(lake: Lake, history: History) -> dict[str, Any]:
    plan = {
        "version": 1,
        "run": "r1",
        "topic": "orders",
        "deadLetters": (lake.folder / "letters.ndjson").as_uri(),
        "isGateOpen": len(history.final_contract["columns"]) > 0,
        "databases": lake.databases,
    }
    (lake.folder / "plan.json").write_text(json.dumps(plan))
    account.main(lake.spark, {"PLAN": (lake.folder / "plan.json").as_uri(), "LAKE_BUCKET": lake.lake, "STAGE": "local"})
    found: dict[str, Any] = json.loads((lake.folder / "lake/results/r1/account.json").read_text())
    return found


def request(lake: Lake, history: History) -> Request:
    raw = find_metadata(table_folder(lake, "raw", "orders"))
    assert raw is not None
    return Request(
        topic="orders",
        raw=raw,
        tables={name: find_metadata(table_folder(lake, *place)) for name, place in _TABLES.items()},
        letters=lake.folder / "letters.ndjson",
        is_gate_open=len(history.final_contract["columns"]) > 0,
    )


def terms_of(truth: Truth) -> Counter[str]:
    return Counter(truth.states.values())


@pytest.mark.parametrize("seed", [1, 4])
def test_both_count_what_the_oracle_knows(lake: Lake, seed: int) -> None:
    history, truth = prepare(lake, seed)

    by_job = count_by_job(lake, history)
    by_auditor = audit_topic(open_lake(None), request(lake, history))

    expected = terms_of(truth)
    assert by_job["unexplained"] == by_auditor["unexplained"] == 0
    assert by_job["total"] == by_auditor["total"] == len(truth.states)
    terms = by_job["terms"]
    assert {
        "semantic": terms["semantic"],
        "superseded": terms["superseded"],
        "curated-only": terms["curatedOnly"],
        "discarded": terms["discarded"],
        "dead-letter": sum(terms["openDeadLetters"].values()),
    } == {name: expected[name] for name in ("semantic", "superseded", "curated-only", "discarded", "dead-letter")}
    recounted = by_auditor["terms"]
    assert recounted.get("semantic", 0) == expected["semantic"]
    assert recounted.get("superseded", 0) == expected["superseded"]
    assert recounted.get("curated only", 0) == expected["curated-only"]
    assert recounted.get("discarded", 0) == expected["discarded"]
    assert {name.split(", ")[1]: n for name, n in recounted.items() if name.startswith("dead letter")} == {
        stage: n for stage, n in terms["openDeadLetters"].items() if n > 0
    }
    rows = history.raw_rows
    duplicates = len(rows) - len({(row.message_id, row.edit_revision) for row in rows})
    assert by_job["received"]["duplicateRows"] == by_auditor["duplicateRows"] == duplicates


def test_both_name_exactly_what_is_missing(lake: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    seed, (in_semantic, refused, uncurated, _) = find_seed()
    history, _ = prepare(lake, seed)

    for layer, table, name in (
        ("semantic", "orders", in_semantic),
        ("semantic", "orders__rejects", refused),
        ("curated", "orders__versions", uncurated),
    ):
        lake.spark.sql(f"DELETE FROM {lake.table(layer, table)} WHERE message_id = '{name}'")

    expected = {in_semantic: "NOT_IN_SEMANTIC", refused: "NOT_IN_SEMANTIC", uncurated: "NOT_CURATED"}
    by_job = count_by_job(lake, history)
    assert {one["messageId"]: one["reason"] for one in by_job["unexplainedMessages"]} == expected
    asked = request(lake, history)
    file = lake.folder / "request.json"
    file.write_text(
        json.dumps({"topic": "orders", "raw": asked.raw, "tables": asked.tables, "letters": str(asked.letters)})
    )
    assert audit([str(file), "--json"]) == 1
    by_auditor = json.loads(capsys.readouterr().out)
    assert {one["messageId"]: one["reason"] for one in by_auditor["unexplainedMessages"]} == expected


def test_a_lost_reject_of_an_old_version_is_found_by_the_index(lake: Lake) -> None:
    seed, (_, _, _, old) = find_seed()
    history, _ = prepare(lake, seed)
    with Path(lake.folder / "letters.ndjson").open("a") as letters:
        letters.write(json.dumps({"messageId": old, "status": "open", "stage": "semantic"}) + "\n")
    lake.spark.sql(f"DELETE FROM {lake.table('semantic', 'orders__rejects')} WHERE message_id = '{old}'")

    found = count_by_job(lake, history)["unexplainedMessages"]
    recounted = audit_topic(open_lake(None), request(lake, history))["unexplainedMessages"]

    assert found == recounted == [{"messageId": old, "reason": "REJECT_MISSING"}]


def find_seed() -> tuple[int, tuple[str, str, str, str]]:
    """A history with a message of each kind: in semantic, newest and refused, superseded, old and refused."""
    for seed in itertools.count(1):
        history = generate_history(seed, size=24)
        if not history.final_contract["columns"]:
            continue
        truth = ask_oracle([history])[seed]
        newest = {won[0] for won in truth.current.values()}
        unparsed = {name for name, _ in truth.unparsed}
        by_state = {
            state: sorted(n for n, s in truth.states.items() if s == state and n not in unparsed)
            for state in ("semantic", "superseded", "dead-letter")
        }
        refused = [name for name in by_state["dead-letter"] if name in truth.faults and name not in history.letters]
        kinds = (
            by_state["semantic"],
            [name for name in refused if name in newest],
            by_state["superseded"],
            [name for name in refused if _is_below_winner(name, history, truth)],
        )
        if all(kinds):
            semantic, first, superseded, last = (names[0] for names in kinds)
            return seed, (semantic, first, superseded, last)
    raise AssertionError("unreachable")


def _is_below_winner(name: str, history: History, truth: Truth) -> bool:
    """Another message of its key stands in the semantic table, and is newer."""
    world = play_history(history)
    versions = newest_revisions(world.lake.versions.rows())
    winner = truth.semantic.get(versions[name].merge_key)
    return winner is not None and versions[winner[0][0]].order > versions[name].order
