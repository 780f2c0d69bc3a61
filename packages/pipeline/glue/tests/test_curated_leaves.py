"""Every leaf of a payload has its column, or its place in the overflow map, with its exact text."""

from __future__ import annotations

from typing import Any

from lean_ops.curated.columns import plan_columns
from tests.contracts import contract_yaml
from tests.curated_runs import ORDER_ID, payloads, run
from tests.lake import Lake, Message


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


def test_rare_and_colliding_paths_get_columns_and_what_goes_away_is_told_once(lake: Lake) -> None:
    """A10, A11, A12: one of many rows is enough; old rows are NULL; what goes or changes its kind is said once."""
    first = lake.append_raw("orders", [Message(f"a{n}", {"orderId": n, "session": {"id": n}}, at=n) for n in range(30)])
    one = run(lake)
    rare = {"orderId": "1000", "extra": {"New.Metric": 5}, "Extra": 1, "EXTRA": 2}
    rows = [Message(f"b{n}", {"orderId": 100 + n}, at=100 + n) for n in range(40)]
    second = lake.append_raw("orders", [*rows, Message("rare", rare, at=200)])
    two = run(lake, start=first)
    lake.append_raw("orders", [Message(f"c{n}", {"orderId": f"{200 + n}"}, at=300 + n) for n in range(30)])
    three = run(lake, start=second)

    def told(result: dict[str, Any], kind: str) -> list[list[str]]:
        return [f["path"] for f in result["findings"] if f["kind"] == kind]

    # Not /orderId: the contract declares it.
    assert told(one, "ADDED_COLUMN") == [["session", "id"]]
    assert told(two, "ADDED_COLUMN") == [["EXTRA"], ["Extra"], ["extra", "New.Metric"]]
    assert {f["sampleMessageId"] for f in two["findings"] if f["kind"] == "ADDED_COLUMN"} == {"rare"}
    assert [result["counts"]["newColumns"] for result in (one, two, three)] == [2, 3, 0]
    assert [result["counts"]["versions"] for result in (one, two, three)] == [30, 41, 30]
    assert told(two, "REMOVED_COLUMN") == [["session", "id"]]
    assert [path for path in told(three, "REMOVED_COLUMN") if path == ["session", "id"]] == []
    changes = [f for result in (one, two, three) for f in result["findings"] if f["kind"] == "TYPE_CHANGED"]
    assert [(f["path"], f["sampleMessageId"], f["detail"]) for f in changes] == [
        (["orderId"], "rare", "was number, now also string")
    ]
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


def test_a_table_has_at_most_2000_columns_and_those_of_the_contract_first() -> None:
    known = [f"/k{n:04d}" for n in range(1_990)]
    seen = [f"/n{n:04d}" for n in range(100)]
    declared = ["/zz1", "/zz2"]

    plan = plan_columns(known, [*known, *seen, *declared], declared)
    full = plan_columns([*known, *plan.added], [*known, *seen, *declared, "/late", "/wanted"], [*declared, "/wanted"])

    assert plan.added == ("/zz1", "/zz2", *seen[:8])
    assert plan.overflow == tuple(seen[8:])
    assert len(known) + len(plan.added) == 2_000
    assert full.added == ("/wanted",)
    assert full.overflow == ("/late", *seen[8:])


def test_objects_that_the_contract_names_are_kept_whole_too(lake: Lake) -> None:
    yaml = contract_yaml(columns=ORDER_ID + "      - { name: address, logicalType: object }\n")
    lake.append_raw("orders", [Message("a", '{"orderId":1,"address":{"zip": 8001 ,"x":{}},"other":{"y":{"z":null}}}')])

    run(lake, yaml)

    (row,) = lake.rows("curated", "orders").collect()
    values = {pointer: row[column] for pointer, column in payloads(lake).items()}
    assert values == {"/orderId": "1", "/address": '{"zip": 8001 ,"x":{}}', "/address/zip": "8001", "/address/x": "{}"}


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
