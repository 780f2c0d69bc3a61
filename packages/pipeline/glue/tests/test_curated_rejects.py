"""What the curated job cannot read, and replays that it could."""

from __future__ import annotations

import json

from tests.curated_runs import run
from tests.lake import Lake, Message


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
    # Told again, because it may be a replay; counted as what it is.
    assert two["manifest"].endswith("/rejects/orders-curated-2/manifest.json")
    assert two["counts"] | {"parseErrors": 0, "exactDuplicates": 1, "versions": 0, "read": 1} == two["counts"]


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
