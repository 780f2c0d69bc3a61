"""Passes that die, repeat, lose their lease, meet a changed history, or compute all anew."""

from __future__ import annotations

import json
from typing import Any

import curated
from lean_ops.errors import PassError
from tests.contracts import contract_yaml
from tests.curated_runs import YAML, current, everything, payloads, run, units
from tests.lake import Lake, Message


def crash(at: str) -> Any:
    def hook(step: str) -> None:
        if step == at:
            raise PassError("CRASHED", at, "unknown")

    return hook


STEPS = ("scanned", "staged", "errors", "columns", "versions", "current", "tag")


def test_a_pass_that_dies_after_every_step_is_finished_by_its_repeats(lake: Lake, spark: Any, tmp_path: Any) -> None:
    """A20: same tables, same counts, nothing twice; each attempt begins with what all before it have left behind."""
    whole = play_pass(Lake(spark, tmp_path / "whole", f"{lake.name}_whole"), ())
    broken = play_pass(lake, STEPS)

    assert whole[1]["counts"] == {
        "read": 4,
        "exactDuplicates": 1,
        "conflictingDuplicates": 0,
        "versions": 2,
        "parseErrors": 1,
        "rescanned": 0,
        "newColumns": 2,
        "overflowPaths": 0,
        "keyless": 0,
        "merged": 2,
    }
    assert broken == whole


def play_pass(lake: Lake, deaths: tuple[str, ...]) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
    """Tables, what the result tells and the staged lines of a second pass that dies after each of these steps once."""
    first = lake.append_raw("orders", [Message("a", {"orderId": 1, "v": 1}, at=1), Message("b", {"orderId": 2}, at=2)])
    run(lake)
    lake.append_raw(
        "orders",
        [
            Message("a", {"orderId": 3, "new": 1.50}, at=10, revision=1, replay_id="r"),
            Message("a", {"orderId": 3, "new": 1.50}, at=11, revision=1),
            Message("c", {"orderId": 2, "more": {}}, at=12),
            Message("bad", "{", at=13),
        ],
    )
    plan = lake.plan_pass("curated", YAML, **{"from": first, "to": lake.head("raw", "orders")})
    for step in deaths:
        (died,) = lake.run(curated.main, "curated", [plan], crash(step))
        assert (died["error"]["code"], died["error"]["message"]) == ("CRASHED", step)
    (result,) = lake.run(curated.main, "curated", [plan])
    assert result["error"] is None, result
    lines = sorted(json.dumps(line, sort_keys=True) for line in lake.rejects("orders-curated-2"))
    return everything(lake), {key: result[key] for key in ("counts", "findings", "rows", "state")}, lines


def test_a_lost_lease_commits_nothing(lake: Lake) -> None:
    lake.append_raw("orders", [Message("a", {"orderId": 1})])
    plan = lake.plan_pass("curated", YAML, to=lake.head("raw", "orders"), mode="first")
    lake.set_lease("orders", 99)

    (result,) = lake.run(curated.main, "curated", [plan])

    assert result["error"]["code"] == "LEASE_LOST"
    assert lake.rows("curated", "orders__versions").count() == 0


def test_history_that_no_operation_made_stops_the_topic(lake: Lake) -> None:
    first = lake.append_raw("orders", [Message("a", {"orderId": 1}), Message("b", {"orderId": 2})])
    run(lake)
    name = lake.table("raw", "orders")
    lake.spark.sql(f"DELETE FROM {name} WHERE message_id = 'a'")
    second = lake.append_raw("orders", [Message("c", {"orderId": 3})])

    stopped = run(lake, start=first)
    whole = run(lake, mode="first")

    assert stopped["error"]["code"] == whole["error"]["code"] == "RAW_NOT_APPEND_ONLY"
    assert second != first
    assert units(lake) == [("a", 0), ("b", 0)]


def test_compaction_is_nothing_and_an_expired_start_is_read_again_without_doubles(lake: Lake) -> None:
    """A28, A20: the rows read twice are recognised."""
    first = lake.append_raw("orders", [Message(f"a{n}", {"orderId": n}, at=n) for n in range(5)])
    run(lake)
    name = lake.table("raw", "orders")
    lake.spark.sql(
        f"CALL glue_catalog.system.rewrite_data_files(table => '{name}', options => map('rewrite-all','true'))"
    )
    nothing = run(lake, start=first)
    middle = lake.append_raw("orders", [Message("b", {"orderId": 9}, at=50), Message("a1", {"orderId": 1}, at=51)])
    end = lake.append_raw("orders", [Message("c", {"orderId": 10}, at=52)])
    lake.spark.sql(
        f"CALL glue_catalog.system.expire_snapshots(table => '{name}', "
        "older_than => TIMESTAMP '2100-01-01', retain_last => 1)"
    )

    result = run(lake, start=first)

    assert nothing["state"] == "nothing"
    assert middle != end
    assert result["error"] is None
    expected = {"versions": 2, "exactDuplicates": 1, "rescanned": 5, "read": 3}
    assert result["counts"] | expected == result["counts"]
    assert units(lake) == sorted([(f"a{n}", 0) for n in range(5)] + [("b", 0), ("c", 0)])


def test_a_recompute_gives_what_the_passes_gave_and_takes_a_new_key(lake: Lake) -> None:
    """A26: row for row; then a contract with another key and a typed version."""
    messages = [
        Message(f"m{n}", {"orderId": n % 7, "other": n % 3, "v": f"2026-01-01T00:{n:02d}:00Z"}, at=n) for n in range(20)
    ]
    first = lake.append_raw("orders", messages[:10])
    run(lake)
    lake.append_raw("orders", [*messages[10:], Message("m3", {"orderId": 99, "v": "x"}, at=90, revision=1)])
    run(lake, start=first)
    before = everything(lake)

    again = run(lake, mode="recompute")
    rebuilt = everything(lake)
    changed = run(
        lake,
        contract_yaml(
            key_path="other",
            version_path="v",
            columns="      - { name: v, logicalType: timestamp }\n      - { name: other, logicalType: integer }\n",
        ),
        mode="recompute",
    )

    def content(found: dict[str, Any], table: str) -> Any:
        at = [i for i, n in enumerate(found[f"{table} columns"]) if n not in ("pass_id", "pass_seq")]
        return sorted(tuple(row[i] for i in at) for row in found[table])

    assert again["error"] is None
    for table in ("orders__versions", "orders"):
        assert content(rebuilt, table) == content(before, table)
    assert changed["error"] is None, changed
    assert current(lake) == {"k:0": "m18", "k:1": "m19", "k:2": "m17", "m:m3": "m3"}


def test_several_topics_in_one_run(lake: Lake) -> None:
    """A2, A17: each in its own tables, also where one name begins with the other; without a schema they are curated."""
    plans = []
    for topic in ("events", "user-events"):
        table = topic.replace("-", "_")
        rows = [Message(f"{topic}-{n}", {"orderId": f"{topic}.{n}"}, at=n) for n in range(3)]
        end = lake.append_raw(table, rows, topic)
        plans.append(lake.plan_pass("curated", contract_yaml(topic=topic), to=end, mode="first"))

    results = lake.run(curated.main, "curated", plans, PARALLEL_PASSES="2")

    assert [r["state"] for r in results] == ["succeeded", "succeeded"]
    for topic, result in zip(("events", "user-events"), results, strict=True):
        table = topic.replace("-", "_")
        assert [i for i, _ in units(lake, f"{table}__versions")] == [f"{topic}-{n}" for n in range(3)]
        counted = {
            name: result["counts"][name] for name in ("read", "versions", "merged", "parseErrors", "exactDuplicates")
        }
        assert counted == {"read": 3, "versions": 3, "merged": 3, "parseErrors": 0, "exactDuplicates": 0}
        column = payloads(lake, table)["/orderId"]
        found = {(row["merge_key"], row["message_id"], row[column]) for row in lake.rows("curated", table).collect()}
        assert found == {(f"k:{topic}.{n}", f"{topic}-{n}", f"{topic}.{n}") for n in range(3)}
