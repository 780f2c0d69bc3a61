"""The curated job on real Spark: exact counts and contents of the scenarios."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest

import curated
from lean_ops.runner import no_hook
from tests.contracts import contract_yaml
from tests.lake import Lake, Message

ORDER_ID = "      - { name: orderId, logicalType: string }\n"
YAML = contract_yaml()
VERSIONED = contract_yaml(
    version_path="updatedAt",
    columns="      - { name: updatedAt, logicalType: timestamp }\n      - { name: orderId, logicalType: string }\n",
)


def run(lake: Lake, yaml: str = YAML, start: str | None = None, hook: Any = no_hook, **changes: Any) -> dict[str, Any]:
    """One pass from `start` to the head of RAW."""
    plan = lake.plan_pass("curated", yaml, **{"from": start, "to": lake.head("raw", "orders"), **changes})
    if start is None and "mode" not in changes:
        plan["mode"] = "first"
    (result,) = lake.run(curated.main, "curated", [plan], hook)
    return result


def payloads(lake: Lake, table: str = "orders") -> dict[str, str]:
    """Pointer → column."""
    return {
        field.metadata["comment"]: field.name
        for field in lake.rows("curated", table).schema.fields
        if field.metadata.get("comment", "").startswith("/")
    }


def current(lake: Lake) -> dict[str, str]:
    """merge key → message id."""
    rows = lake.rows("curated", "orders").collect()
    assert len({row["merge_key"] for row in rows}) == len(rows)
    return {row["merge_key"]: row["message_id"] for row in rows}


def units(lake: Lake, table: str = "orders__versions") -> list[tuple[str, int]]:
    return sorted((row["message_id"], row["edit_revision"]) for row in lake.rows("curated", table).collect())


def test_a_first_pass_keeps_every_leaf_with_its_exact_text(lake: Lake) -> None:
    body = (
        '{"orderId":"o-1","amount":5.50,"big":12345678901234567890,"s":"1.0","list":[1.50, {"a":1}],"empty":{},'
        '"nil":null,"a.b":1,"a":{"b":2},"A-B":3,"deep":{"x":{"y":{"z":{"w":{"v":{"u":true}}}}}},'
        '"drop table; --":"x`\'"}'
    )
    lake.append_raw("orders", [Message("a", body)])

    result = run(lake)

    assert result["error"] is None, result
    assert result["state"] == "succeeded"
    assert result["counts"] | {"keyless": 0, "merged": 1, "newColumns": 11} == result["counts"]
    for table in ("orders__versions", "orders"):
        columns = payloads(lake, table)
        (row,) = lake.rows("curated", table).collect()
        assert {pointer: row[column] for pointer, column in columns.items()} == {
            "/orderId": "o-1",
            "/amount": "5.50",
            "/big": "12345678901234567890",
            "/s": "1.0",
            "/list": '[1.50, {"a":1}]',
            "/empty": "{}",
            "/a.b": "1",
            "/a/b": "2",
            "/A-B": "3",
            "/deep/x/y/z/w/v/u": "true",
            "/drop table; --": "x`'",
        }
        assert row["quoted"] == '["/s"]'
        assert row["overflow"] is None
        assert row["merge_key"] == "k:o-1"
        assert (row["pass_id"], row["pass_seq"]) == ("orders-curated-1", 1)


def test_duplicates_within_and_between_passes(lake: Lake) -> None:
    """A4: the first ingestion is kept; every copy is counted and none is a row."""
    base = [Message(f"m{n}", {"orderId": f"o{n}", "n": n}, at=100 + n) for n in range(40)]
    copies = [Message(f"m{n}", {"orderId": f"o{n}", "n": n}, at=200 + n) for n in range(12) for _ in range(2)]
    conflict = Message("m5", {"orderId": "o5", "n": "other"}, at=300)
    first = lake.append_raw("orders", [*copies, *base, conflict])

    one = run(lake)
    lake.append_raw(
        "orders", [*copies[:6], Message("m7", {"orderId": "o7", "n": "x"}, at=400), Message("new", {}, at=500)]
    )
    two = run(lake, start=first)

    expected = {"read": 65, "exactDuplicates": 24, "conflictingDuplicates": 1, "versions": 40, "parseErrors": 0}
    assert one["counts"] | expected == one["counts"]
    expected = {"read": 8, "exactDuplicates": 6, "conflictingDuplicates": 1, "versions": 1, "keyless": 1, "merged": 1}
    assert two["counts"] | expected == two["counts"]
    conflicts = [f for result in (one, two) for f in result["findings"] if f["kind"] == "CONFLICTING_DUPLICATE"]
    assert [f["sampleMessageId"] for f in conflicts] == ["m5", "m7"]
    assert units(lake) == sorted([(f"m{n}", 0) for n in range(40)] + [("new", 0)])
    rows = {row["message_id"]: row for row in lake.rows("curated", "orders").collect()}
    column = payloads(lake)["/n"]
    assert [rows[f"m{n}"][column] for n in range(40)] == [str(n) for n in range(40)]
    assert all(rows[f"m{n}"]["ingestion_ts"].minute == 1 + (40 + n) // 60 for n in range(40))


def test_the_latest_version_of_a_key_wins_in_any_order(lake: Lake) -> None:
    """A5, A6, A7, A9: by event version, then publish time, then message id; late ones never win."""

    def update(n: int, key: str, minute: str | None, published: float, at: float) -> Message:
        body = {"orderId": key} | ({} if minute is None else {"updatedAt": f"2026-01-01T00:{minute}:00Z"})
        return Message(f"m{n}", body, at=at, published=published)

    first = lake.append_raw(
        "orders",
        [
            update(1, "by-version", "05", 1, 10),
            update(2, "by-version", "07", 0, 11),
            update(3, "by-time", "05", 2, 12),
            update(4, "by-time", "05", 1, 13),
            update(5, "by-id", None, 1, 14),
            update(6, "by-id", None, 1, 14),
            update(7, "late", "09", 1, 15),
            update(8, "null-is-lowest", None, 9, 16),
        ],
    )
    one = run(lake, VERSIONED)
    lake.append_raw(
        "orders",
        [
            update(11, "by-version", "06", 9, 20),
            update(12, "by-time", "05", 3, 20),
            update(10, "by-id", None, 1, 20),
            update(13, "late", "08", 9, 20),
            update(14, "null-is-lowest", "01", 0, 20),
            Message("m15", {"orderId": "late", "updatedAt": "not a time"}, at=20, published=99),
        ],
    )
    two = run(lake, VERSIONED, start=first)

    assert one["error"] is None
    assert two["error"] is None
    assert current(lake) == {
        "k:by-version": "m2",
        "k:by-time": "m12",
        "k:by-id": "m6",
        "k:late": "m7",
        "k:null-is-lowest": "m14",
    }
    assert (one["counts"]["merged"], two["counts"]["merged"]) == (5, 2)
    assert one["counts"]["versions"] + two["counts"]["versions"] == 14


def test_keyless_messages_stay_apart(lake: Lake) -> None:
    bodies: list[Any] = [
        {},
        {"orderId": None},
        {"orderId": ""},
        {"orderId": {"a": 1}},
        {"orderId": [1]},
        {"orderId": True},
    ]
    lake.append_raw("orders", [Message(f"m{n}", body, at=n) for n, body in enumerate(bodies)])

    result = run(lake)

    assert result["counts"]["keyless"] == 5
    assert current(lake) == {f"m:m{n}": f"m{n}" for n in range(5)} | {"k:true": "m5"}


def test_edits_move_keys_and_lower_winners(lake: Lake) -> None:
    """Both keys of an edit are computed anew from all versions; revisions may come in any order."""

    def order(n: int, key: str, minute: int, at: int, revision: int = 0) -> Message:
        body = {"orderId": key, "updatedAt": f"2026-01-01T00:{minute:02d}:00Z"}
        return Message(f"m{n}", body, at=at, revision=revision, published=n)

    first = lake.append_raw(
        "orders",
        [
            order(1, "a", 5, 10),
            order(2, "a", 9, 11),
            order(3, "b", 5, 12),
            order(4, "c", 5, 13),
            order(5, "gone", 5, 14),
            order(6, "twice", 1, 15, revision=1),
            order(6, "other", 9, 16, revision=0),
        ],
    )
    run(lake, VERSIONED)
    before = current(lake)
    second = lake.append_raw(
        "orders",
        [order(2, "a", 1, 20, revision=1), order(5, "c", 9, 21, revision=1), order(3, "b", 6, 22, revision=2)],
    )
    run(lake, VERSIONED, start=first)
    after_edits = current(lake)
    # A lower revision that comes late changes nothing.
    lake.append_raw("orders", [order(3, "late", 59, 23, revision=1)])
    last = run(lake, VERSIONED, start=second)

    assert before == {"k:a": "m2", "k:b": "m3", "k:c": "m4", "k:gone": "m5", "k:twice": "m6"}
    assert after_edits == {"k:a": "m1", "k:b": "m3", "k:c": "m5", "k:twice": "m6"}
    assert current(lake) == after_edits
    assert last["counts"]["versions"] == 1
    revisions = {row["merge_key"]: row["edit_revision"] for row in lake.rows("curated", "orders").collect()}
    assert revisions == {"k:a": 0, "k:b": 2, "k:c": 1, "k:twice": 1}


def test_an_earlier_ingestion_that_lands_later_is_the_one_that_counts(lake: Lake) -> None:
    first = lake.append_raw("orders", [Message("m", {"orderId": "late"}, at=20)])
    run(lake)
    lake.append_raw("orders", [Message("m", {"orderId": "early"}, at=10)])

    result = run(lake, start=first)

    assert result["counts"]["versions"] == 1
    assert units(lake) == [("m", 0), ("m", 0)]
    assert current(lake) == {"k:early": "m"}


def test_what_cannot_be_read_is_kept_once_and_staged(lake: Lake) -> None:
    """A15: the exact count, the exact bodies; a row each however often they come."""
    bad = ["", "{", "[]", '{"a":NaN}', '{"messageId":"x","payload":"{"}', "plain text"]
    messages = [Message(f"bad{n}", body, at=n, attributes='{"k":{"S":"v"}}') for n, body in enumerate(bad)]
    lake.append_raw("orders", [*messages, messages[1], Message("good", {"orderId": 1}, at=9)])
    first = lake.head("raw", "orders")
    one = run(lake)
    lake.append_raw("orders", [messages[2]])
    two = run(lake, start=first)

    assert one["counts"] | {"parseErrors": 6, "exactDuplicates": 1, "versions": 1, "read": 8} == one["counts"]
    rows = {row["message_id"]: row for row in lake.rows("curated", "orders__parse_errors").collect()}
    assert lake.rows("curated", "orders__parse_errors").count() == 6
    assert {i: (row["code"], row["raw_payload"]) for i, row in rows.items()} == {
        f"bad{n}": (code, body)
        for n, (code, body) in enumerate(
            zip(
                [
                    "EMPTY_BODY",
                    "MALFORMED_JSON",
                    "NOT_AN_OBJECT",
                    "MALFORMED_JSON",
                    "MALFORMED_PAYLOAD",
                    "MALFORMED_JSON",
                ],
                bad,
                strict=True,
            )
        )
    }
    lines = {line["messageId"]: line for line in lake.rejects("orders-curated-1")}
    assert {i: line["body"] for i, line in lines.items()} == {f"bad{n}": body for n, body in enumerate(bad)}
    assert (
        lines["bad1"]
        | {
            "kind": "reject",
            "stage": "curated",
            "errorId": rows["bad1"]["error_id"],
            "messageAttributes": '{"k":{"S":"v"}}',
            "publishTime": "2026-01-01T00:00:01.000000Z",
            "payloadEncoding": "none",
            "fields": [],
        }
        == lines["bad1"]
    )
    manifest = json.loads((lake.folder / "errors/rejects/orders-curated-1/manifest.json").read_text())
    assert (manifest["records"], manifest["replays"]) == (6, 0)
    assert two["manifest"].endswith("/rejects/orders-curated-2/manifest.json")


def test_replays_that_got_through_are_settled(lake: Lake) -> None:
    messages = [
        Message("a", {"orderId": 1}, at=1, replay_id="r-1"),
        Message("b", {"orderId": 2}, at=2, revision=2),
        Message("b", {"orderId": 2, "x": 1}, at=3, revision=1, replay_id="r-2"),
        Message("c", "{", at=4, replay_id="r-3"),
    ]
    lake.append_raw("orders", messages)

    run(lake)

    lines = lake.rejects("orders-curated-1")
    settled = sorted(
        (line["messageId"], line["replayId"], line["outcome"]) for line in lines if line["kind"] == "settled"
    )
    assert settled == [("a", "r-1", "accepted"), ("b", "r-2", "superseded")]
    assert [line["replayId"] for line in lines if line["kind"] == "reject"] == ["r-3"]


def test_rare_and_colliding_paths_get_columns_and_what_goes_away_is_told_once(lake: Lake) -> None:
    """A10, A11: one of many rows is enough; old rows are NULL; REMOVED is said when it begins."""
    first = lake.append_raw("orders", [Message(f"a{n}", {"orderId": n, "session": {"id": n}}, at=n) for n in range(30)])
    one = run(lake)
    rare = {"orderId": 1000, "extra": {"New.Metric": 5}, "Extra": 1, "EXTRA": 2}
    rows = [Message(f"b{n}", {"orderId": 100 + n}, at=100 + n) for n in range(40)]
    second = lake.append_raw("orders", [*rows, Message("rare", rare, at=200)])
    two = run(lake, start=first)
    lake.append_raw("orders", [Message(f"c{n}", {"orderId": 200 + n}, at=300 + n) for n in range(30)])
    three = run(lake, start=second)

    def told(result: dict[str, Any], kind: str) -> list[list[str]]:
        return [f["path"] for f in result["findings"] if f["kind"] == kind]

    assert told(one, "ADDED_COLUMN") == [["orderId"], ["session", "id"]]
    assert told(two, "ADDED_COLUMN") == [["EXTRA"], ["Extra"], ["extra", "New.Metric"]]
    assert {f["sampleMessageId"] for f in two["findings"] if f["kind"] == "ADDED_COLUMN"} == {"rare"}
    assert told(two, "REMOVED_COLUMN") == [["session", "id"]]
    assert [path for path in told(three, "REMOVED_COLUMN") if path == ["session", "id"]] == []
    columns = payloads(lake)
    found = {row["message_id"]: row for row in lake.rows("curated", "orders").collect()}
    assert [found["rare"][columns[p]] for p in ("/extra/New.Metric", "/Extra", "/EXTRA")] == ["5", "1", "2"]
    assert found["a3"][columns["/Extra"]] is None
    assert found["a3"][columns["/session/id"]] == "3"


def test_more_paths_than_columns_go_to_the_overflow_map(lake: Lake) -> None:
    body = {f"k{n:04d}": n for n in range(520)} | {"orderId": "o", "zWanted": "1"}
    yaml = contract_yaml(columns=ORDER_ID + "      - { name: zWanted, logicalType: string }\n")
    lake.append_raw("orders", [Message("a", body)])

    result = run(lake, yaml)

    (row,) = lake.rows("curated", "orders").collect()
    columns = payloads(lake)
    assert {"/orderId", "/zWanted"} <= columns.keys()
    assert len(columns) == result["counts"]["newColumns"] == 500
    assert result["counts"]["overflowPaths"] == len(row["overflow"]) == 22
    both = {p: row[c] for p, c in columns.items()} | row["overflow"]
    assert both == {f"/k{n:04d}": str(n) for n in range(520)} | {"/orderId": "o", "/zWanted": "1"}
    (finding,) = [f for f in result["findings"] if f["kind"] == "OVERFLOW"]
    assert finding["count"] == 22


def test_objects_that_the_contract_names_are_kept_whole_too(lake: Lake) -> None:
    yaml = contract_yaml(columns=ORDER_ID + "      - { name: address, logicalType: object }\n")
    lake.append_raw("orders", [Message("a", '{"orderId":1,"address":{"zip": 8001 ,"x":{}},"other":{"y":{"z":null}}}')])

    run(lake, yaml)

    (row,) = lake.rows("curated", "orders").collect()
    values = {pointer: row[column] for pointer, column in payloads(lake).items()}
    assert values == {"/orderId": "1", "/address": '{"zip": 8001 ,"x":{}}', "/address/zip": "8001", "/address/x": "{}"}


def crash(at: str) -> Any:
    def hook(step: str) -> None:
        if step == at:
            raise RuntimeError(f"crash after {at}")

    return hook


def everything(lake: Lake) -> dict[str, Any]:
    """Contents of all tables, without what tells attempts apart."""
    found: dict[str, Any] = {}
    for table in ("orders__versions", "orders", "orders__parse_errors"):
        frame = lake.rows("curated", table).drop("curated_at")
        names = sorted(frame.columns)
        found[table] = sorted((tuple(str(row[name]) for name in names) for row in frame.collect()), key=str)
        found[f"{table} columns"] = names
    return found


STEPS = ("scanned", "staged", "errors", "columns", "versions", "current", "tag")


def test_a_pass_that_dies_after_any_step_is_finished_by_its_repeat(lake: Lake, spark: Any, tmp_path: Any) -> None:
    """A20: same tables, same counts, nothing twice, wherever the attempt before ended."""
    worlds = []
    for number, step in enumerate((None, *STEPS)):
        world = Lake(spark, tmp_path / str(number), f"{lake.name}_{number}")
        first = world.append_raw(
            "orders", [Message("a", {"orderId": 1, "v": 1}, at=1), Message("b", {"orderId": 2}, at=2)]
        )
        run(world)
        world.append_raw(
            "orders",
            [
                Message("a", {"orderId": 3, "new": 1.50}, at=10, revision=1, replay_id="r"),
                Message("a", {"orderId": 3, "new": 1.50}, at=11, revision=1),
                Message("c", {"orderId": 2, "more": {}}, at=12),
                Message("bad", "{", at=13),
            ],
        )
        plan = world.plan_pass("curated", YAML, **{"from": first, "to": world.head("raw", "orders")})
        if step is not None:
            (died,) = world.run(curated.main, "curated", [plan], crash(step))
            assert died["state"] == "failed"
        (result,) = world.run(curated.main, "curated", [plan])
        assert result["error"] is None, (step, result)
        lines = sorted(json.dumps(line, sort_keys=True) for line in world.rejects("orders-curated-2"))
        told = {key: result[key] for key in ("counts", "findings", "rows", "state")}
        worlds.append((everything(world), told, lines))

    assert worlds[0][1]["counts"] == {
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
    for step, found in zip(STEPS, worlds[1:], strict=True):
        assert found == worlds[0], step


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


def test_encoded_bodies_and_envelopes(lake: Lake) -> None:
    import base64
    import gzip

    packed = base64.b64encode(gzip.compress(b'{"orderId":"z","n":1.0}')).decode()
    push = {"subscription": "s", "message": {"data": base64.b64encode(b'{"orderId":"p","n":2.0}').decode()}}
    sns = {"Type": "Notification", "Message": '{"messageId":"i","payload":{"orderId":"s","n":3.0}}'}
    lake.append_raw(
        "orders",
        [
            Message("z", packed, encoding="gzip+base64", at=1),
            Message("p", push, at=2),
            Message("s", sns, at=3),
            Message("broken", packed[:-9], encoding="gzip+base64", at=4),
        ],
    )

    result = run(lake)

    column = payloads(lake)["/n"]
    assert set(payloads(lake)) == {"/orderId", "/n"}
    assert {row["merge_key"]: row[column] for row in lake.rows("curated", "orders").collect()} == {
        "k:z": "1.0",
        "k:p": "2.0",
        "k:s": "3.0",
    }
    assert result["counts"]["parseErrors"] == 1


def test_several_topics_in_one_run(lake: Lake) -> None:
    """A2, A17: each in its own tables, also where one name begins with the other; without a schema they are curated."""
    plans = []
    for topic in ("events", "user-events"):
        table = topic.replace("-", "_")
        end = lake.append_raw(table, [Message(f"{topic}-{n}", {"orderId": n}, at=n) for n in range(3)], topic)
        plans.append(lake.plan_pass("curated", contract_yaml(topic=topic), to=end, mode="first"))

    results = lake.run(curated.main, "curated", plans, PARALLEL_PASSES="2")

    assert [r["state"] for r in results] == ["succeeded", "succeeded"]
    for topic in ("events", "user-events"):
        assert [i for i, _ in units(lake, f"{topic.replace('-', '_')}__versions")] == [f"{topic}-{n}" for n in range(3)]


@pytest.mark.parametrize("seed", range(2))
def test_any_order_and_any_boundaries_give_the_same_current_rows(
    lake: Lake, spark: Any, tmp_path: Any, seed: int
) -> None:
    import random

    rnd = random.Random(seed)
    messages = []
    for n in range(24):
        minute, key = rnd.randint(0, 5), rnd.choice(["a", "b", "c", None])
        body = {"orderId": key, "updatedAt": f"2026-01-01T00:0{minute}:00Z" if minute else None}
        messages.append(
            Message(f"m{rnd.randint(0, 9)}", body, at=n, published=rnd.randint(0, 3), revision=rnd.choice([0, 0, 1]))
        )
    outcomes = []
    for number, cuts in enumerate(([24], [7, 15, 24])):
        world = Lake(spark, tmp_path / str(number), f"{lake.name}_{number}")
        order = rnd.sample(messages, len(messages))
        start, at = None, 0
        for cut in cuts:
            end = world.append_raw("orders", order[at:cut])
            result = run(world, VERSIONED, start=start)
            assert result["error"] is None, result
            start, at = end, cut
        outcomes.append(shape(world.rows("curated", "orders").collect()))

    assert outcomes[0] == outcomes[1]


def shape(rows: Iterable[Any]) -> list[tuple[Any, ...]]:
    names = ("merge_key", "message_id", "edit_revision", "ingestion_ts", "event_version", "publish_time", "body_sha256")
    return sorted(tuple(str(row[name]) for name in names) for row in rows)
