"""Which message a key belongs to: duplicates, corrections, late ones, edits, in any order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from tests.curated_runs import VERSIONED, current, payloads, run, units
from tests.lake import Lake, Message


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
