"""Seed → history. The same seed gives the same history on every machine and Python version in use."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from proof.bodies import Array, Number, Value, malformed_bodies, render_payload, wrap_payload
from proof.contracts import base, changes, drafts, rebuilt_changes
from proof.history import (
    Activate,
    Append,
    Compact,
    Contract,
    Encoding,
    Expire,
    History,
    Letter,
    RawRow,
    RerunPass,
    RunPass,
    Stage,
    Status,
    Step,
)

#: Steps of a pass after which it can die: one more than the last means it does not.
crash_points = 7

_start = 1_772_323_200_000_000  # 2026-03-01T00:00:00Z in microseconds
_minute = 60_000_000
_lost_stages: list[Stage] = ["ingest", "delivery"]
_lost_statuses: list[Status] = ["open", "open", "resolved", "discarded"]


def generate_history(seed: int, size: int = 14) -> History:
    """`size` steps at random."""
    rng = random.Random(seed)
    return _generate(rng, seed, [Writer(rng)], size, changes | rebuilt_changes)


def generate_together(seeds: Sequence[int], size: int) -> History:
    """
    Many topics' worth of messages in one topic: every seed writes its own messages and keys, all share the passes, the
    crashes, the maintenance and the contracts. On Spark a pass costs the same for the rows of one seed or of ten. There
    are only contract changes that need no new tables, and every seed has rows before anything else happens.
    """
    writers = [Writer(random.Random(seed), f"{seed}-") for seed in seeds]
    opening = Append(tuple(writer.row() for writer in writers for _ in range(3)))
    history = _generate(random.Random(f"steps of {seeds[0]}"), seeds[0], writers, size, changes)
    history.steps.insert(0, opening)
    return history


def _generate(
    rng: random.Random, seed: int, writers: Sequence[Writer], size: int, possible: Mapping[str, Contract]
) -> History:
    contracts = [base]
    if rng.random() < 0.3:
        contracts = [rng.choice(drafts), base]
    contracts += [dict(possible[name]) for name in rng.sample(sorted(possible), rng.choice([0, 0, 1, 2]))]
    history = History(seed, contracts)
    active = 0
    for _ in range(size):
        step, active = _next_step(rng, writers, history, active)
        history.steps.append(step)
        if isinstance(step, Append):
            history.steps += _letters_after(rng, step)
    if active + 1 < len(contracts) and rng.random() < 0.7:
        history.steps.append(Activate(active + 1))
    return history


def _letters_after(rng: random.Random, step: Append) -> list[Step]:
    """Some messages failed at ingest before a replay brought them here."""
    replayed = [row.message_id for row in step.rows if row.replay_id is not None]
    return [Letter(name, "ingest", "resolved") for name in replayed if rng.random() < 0.3]


def _next_step(rng: random.Random, writers: Sequence[Writer], history: History, active: int) -> tuple[Step, int]:
    kind = rng.choices(
        ["append", "curated", "semantic", "rerun", "compact", "expire", "activate", "letter"],
        [8, 5, 4, 1, 1, 1, 1, 1],
    )[0]
    if kind == "activate" and active + 1 < len(history.contracts):
        return Activate(active + 1), active + 1
    if kind in ("curated", "semantic"):
        crash = rng.randrange(crash_points) if rng.random() < 0.4 else None
        return RunPass("curated" if kind == "curated" else "semantic", crash), active
    if kind == "rerun":
        return RerunPass(rng.choice(["curated", "semantic"])), active
    if kind == "compact":
        return Compact(rng.choice(["raw", "versions", "current", "semantic"])), active
    if kind == "expire":
        return Expire(rng.choice(["raw", "versions", "current", "semantic"])), active
    if kind == "letter":
        return rng.choice(writers).letter(), active
    return Append(tuple(writer.row() for writer in writers for _ in range(rng.randint(1, 6)))), active


class Writer:
    """Remembers what it wrote, so that later rows can repeat, correct or edit it. `prefix`: of its names and keys."""

    def __init__(self, rng: random.Random, prefix: str = "") -> None:
        self.rng = rng
        self.prefix = prefix
        self.rows: list[RawRow] = []
        self.payloads: dict[tuple[str, int], dict[str, Value]] = {}
        self.clock = _start
        self.count = 0
        self.replays = 0

    def row(self) -> RawRow:
        kinds = ["new", "duplicate", "conflict", "correction", "late", "malformed", "edit", "replay"]
        kind = self.rng.choices(kinds, [8, 3, 2, 4, 2, 2, 5, 1])[0]
        if not self.rows:
            kind = "new"
        row: RawRow = getattr(self, f"_{kind}")()
        self.rows.append(row)
        return row

    def letter(self) -> Letter:
        """A person discards a dead letter, or a message fails at ingest and never comes to RAW."""
        if self.rows and self.rng.random() < 0.5:
            row = self.rng.choice(self.rows)
            return Letter(row.message_id, "semantic", "discarded" if self.rng.random() < 0.7 else "resolved")
        stage: Stage = self.rng.choice(_lost_stages)
        status: Status = self.rng.choice(_lost_statuses)
        if status == "resolved" and not self.rows:
            status = "open"
        # Resolved = the replay was seen in RAW, so a resolved letter's message must be there.
        name = self.rng.choice(self.rows).message_id if status == "resolved" else self._fresh("lost")
        return Letter(name, stage, status)

    def _fresh(self, prefix: str) -> str:
        self.count += 1
        name = f"{self.prefix}{prefix}"
        return f"{name}-{self.count}" if self.rng.random() < 0.9 else f"{name}-é😀-{self.count}"

    def _ingested(self) -> int:
        """Mostly rising, sometimes held up for hours, sometimes the very same microsecond."""
        self.clock += self.rng.choice([0, 1, 1000, _minute])
        return self.clock - (self.rng.randrange(90) * _minute if self.rng.random() < 0.2 else 0)

    def _published(self) -> int:
        return _start + self.rng.choice([0, 1, 2, self.rng.randrange(60) * _minute])

    def _write(
        self, message_id: str, payload: dict[str, Value], revision: int, published: int, replay: str | None
    ) -> RawRow:
        text, nodes = render_payload(payload, self.rng)
        body = wrap_payload(text, message_id, self.rng)
        self.payloads[(message_id, revision)] = payload
        encoding: Encoding = "gzip+base64" if self.rng.random() < 0.1 else "none"
        return RawRow(message_id, revision, replay, published, self._ingested(), body, encoding, nodes)

    def _new(self) -> RawRow:
        return self._write(self._fresh("m"), self._payload(self._key()), 0, self._published(), None)

    def _duplicate(self) -> RawRow:
        row = self.rng.choice(self.rows)
        return RawRow(**{**row.__dict__, "ingestion_ts": self._ingested()})

    def _conflict(self) -> RawRow:
        row = self.rng.choice(self.rows)
        other = self._write(
            row.message_id, self._payload(self._key()), row.edit_revision, row.publish_time, row.replay_id
        )
        same_time = row.ingestion_ts if self.rng.random() < 0.4 else other.ingestion_ts
        return RawRow(**{**other.__dict__, "ingestion_ts": same_time})

    def _correction(self) -> RawRow:
        payload = {**self._source(), "seq": self._seq(), "amount": self._amount()}
        return self._write(self._fresh("m"), payload, 0, self._published(), None)

    def _late(self) -> RawRow:
        payload = {**self._source(), "seq": Number("0"), "updatedAt": "2026-01-01T00:00:00Z"}
        return self._write(self._fresh("late"), payload, 0, _start - 90 * 86_400_000_000, None)

    def _malformed(self) -> RawRow:
        body = self.rng.choice(malformed_bodies)
        if self.rng.random() < 0.4 and self.rows:
            row = self.rng.choice(self.rows)
            name, revision = row.message_id, row.edit_revision + self.rng.choice([0, 1])
        else:
            name, revision = self._fresh("bad"), 0
        return RawRow(name, revision, None, self._published(), self._ingested(), body, "none", None)

    def _edit(self) -> RawRow:
        """An audited edit: heals, breaks, moves the key or lowers the version."""
        row = self.rng.choice(self.rows)
        self.replays += 1
        fresh = self._payload(self._key())
        known = self.payloads.get((row.message_id, row.edit_revision), fresh)
        # A moved key alone leaves the old one to whoever is next there, or to nobody.
        moved: dict[str, Value] = {**known, "orderId": self._key()}
        payload = self.rng.choice(
            [fresh, fresh, moved, moved, {**known, "seq": self._seq()}, {**known, "userId": "u-edited"}]
        )
        revision = row.edit_revision + self.rng.choice([1, 1, 2])
        return self._write(row.message_id, payload, revision, row.publish_time, f"r-{self.replays}")

    def _replay(self) -> RawRow:
        row = self.rng.choice(self.rows)
        self.replays += 1
        return RawRow(**{**row.__dict__, "ingestion_ts": self._ingested() + 7, "replay_id": f"r-{self.replays}"})

    def _source(self) -> dict[str, Value]:
        return self.rng.choice(list(self.payloads.values())) if self.payloads else self._payload(self._key())

    def _key(self) -> Value:
        own: list[Value] = [f"{self.prefix}{name}" for name in ("k1", "k2", "k3", "K1")]
        shared: list[Value] = [" k1", Number("1"), "1", None, "", Array('["k1"]'), {}, True]
        return self.rng.choices([*own, *shared], [16, 16, 16, 1, 1, 1, 1, 2, 1, 1, 1, 1])[0]

    def _seq(self) -> Value:
        texts = ["1", "2", "3", "10", "1.0", "1E1", "-4"]
        odd: list[Value] = ["3", "x", None, "", Number("1.5"), Number("9223372036854775808"), True]
        return Number(self.rng.choice(texts)) if self.rng.random() < 0.92 else self.rng.choice(odd)

    def _amount(self) -> Value:
        good = ["0", "1.5", "5.50", "1e2", "5000.00", "4999.99"]
        odd: list[Value] = [
            Number("1.005"),
            Number("1000000"),
            Number("5000.01"),
            Number("-0.01"),
            "12.3",
            "1e2",
            "",
            True,
            None,
        ]
        return Number(self.rng.choice(good)) if self.rng.random() < 0.94 else self.rng.choice(odd)

    def _payload(self, key: Value) -> dict[str, Value]:
        """Every column of the contracts, each wrong or absent now and then, and members that no contract names."""
        rng = self.rng
        payload: dict[str, Value] = {"orderId": key, "userId": "u-1", "seq": self._seq(), "amount": self._amount()}
        for name, values in _members.items():
            if rng.random() < 0.8:
                good, odd = values
                payload[name] = rng.choice(good) if rng.random() < 0.98 else rng.choice(odd)
        if rng.random() < 0.05:
            payload["userId"] = rng.choice([None, "", {}, Array("[1]")])
        if rng.random() < 0.97:
            payload["nickname"] = rng.choice(["", "", "nick"]) if rng.random() < 0.97 else None
        if rng.random() < 0.2:
            payload[rng.choice(["Status", "a", "x~y/z", "order id", "`tick`", "größe", "merge_key"])] = Number("7.10")
        if rng.random() < 0.1:
            payload["idempotency_key"] = rng.choice(["i1", "i2", Number("3.0"), "", None])
        if rng.random() < 0.1:
            payload["_metadata"] = {"idempotencyKeyResource": rng.choice(["i1", None])}
        names = list(payload)
        rng.shuffle(names)
        return {name: payload[name] for name in names}


_members: dict[str, tuple[list[Value], list[Value]]] = {
    "ref": (["r1", "r2"], [Number("1"), None, Array("[]")]),
    "rank": ([Number("1"), Number("2"), "3"], [None, Number("2.5")]),
    "status": (["OPEN", "PAID"], ["open", "", "GONE", None, Number("1")]),
    "updatedAt": (
        ["2026-03-01T01:00:00Z", "2026-03-01T03:00:00+02:00", "2026-03-02T00:00:00.123456Z"],
        ["2026-02-30T00:00:00Z", "2026-03-01", Number("1"), "2026-03-01T00:00:00.1234567Z", None],
    ),
    "sentAt": ([Number("1772323200123"), "1772323200000", Number("1.7723232e12")], ["x", Number("1.00001"), True]),
    "day": (["2026-03-01", "2024-02-29"], ["2026-02-29", Number("20260301"), ""]),
    "flag": ([True, False, "true"], ["yes", Number("1"), None, ""]),
    "count": ([Number("10"), Number("11.0"), "12"], [Number("1"), Number("2147483648"), "x", ""]),
    "ratio": ([Number("0.1"), Number("1e3"), "2.5", Number("-0")], ["NaN", True, Number("1e999"), ""]),
    "email": (["a@b.c", "ü@b.c"], ["nobody", "", {}]),
    "phone": (["+41 79 123 45 67", "5"], [Number("417912345"), Array("[]"), ""]),
    "secret": (["s"], [{}]),
    "address": (
        [{"city": "Bern", "zip": Number("3000")}, {"city": None}, {}],
        ["Bern", None, Array("[]"), {"city": "x"}],
    ),
    "a.b": ([Number("1")], ["x", {"c": Number("1")}]),
    "tags": ([Array('["a", 1.50]'), Array("[]")], ["a", {"a": Number("1")}]),
    "meta": ([{"v": Number("1.50"), "deep": {"x": None}}, {}], [Array("[1]"), "text", Number("1")]),
    "note": (["n"], [Number("1.0"), Array("[2]")]),
}
