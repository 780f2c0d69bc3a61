"""
Reads the leaves of many payloads at a time, column by column.

A decoder for exactly the names seen so far does nearly all payloads in C, at a fraction of the general reader's cost; a
payload that it refuses goes the general way and teaches the next decoder. Both give the same leaves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec.structs import astuple

from lean_ops.curated.leaf_tree import NULL, Kind, Layout, LeafTree
from lean_ops.curated.leaves import Slice, Text, read_leaves, read_value
from lean_ops.curated.recognise import Fault, is_plain, recognise

# The decoder gives such a zero without its sign.
_MINUS_ZERO = re.compile(r"-0[,} \]\n\r\t]")
_MINUS_ZERO_BYTES = re.compile(_MINUS_ZERO.pattern.encode())
# Rows transposed at a time: as many as stay in the processor's cache.
_ROWS_MAX = 128


@dataclass
class LeafBatch:
    """
    `columns`: pointer → one value per row: str (a JSON string), Text, Slice, int, bool (as decoded) or None.

    `strays`: further leaves of single rows, row → pointer → value. A leaf is in one of the two.
    """

    size: int
    columns: dict[str, list[Any]] = field(default_factory=dict)
    strays: dict[int, dict[str, str]] = field(default_factory=dict)
    faults: dict[int, Fault] = field(default_factory=dict)

    def column(self, pointer: str) -> list[Any]:
        """All rows' values of a path."""
        values = list(self.columns.get(pointer, ())) or [None] * self.size
        for row, leaves in self.strays.items():
            if pointer in leaves:
                values[row] = leaves[pointer]
        return values

    def all_columns(self) -> dict[str, list[Any]]:
        """Every path's values, strays put in their places. The batch gives up its own lists."""
        columns, self.columns = self.columns, {}
        for row, leaves in self.strays.items():
            for pointer, value in leaves.items():
                columns.setdefault(pointer, [None] * self.size)[row] = value
        return columns

    def keys(self, pointers: Iterable[str]) -> list[str | None]:
        """Per row the first of these paths that holds a key: a scalar that is not empty."""
        found: list[str | None] = [None] * self.size
        for pointer in pointers:
            if None not in found:
                break
            for row, value in enumerate(self.column(pointer)):
                if found[row] is None and value is not None and value != "" and not isinstance(value, Slice):
                    found[row] = to_text(value)
        return found


def to_text(value: Any) -> str:
    """Exact text of a decoded value."""
    if isinstance(value, str):
        return value
    if value is True:
        return "true"
    return "false" if value is False else str(value)


class LeafReader:
    """One per task: what it learns holds for the following batches."""

    def __init__(self, declared: frozenset[str], known: frozenset[str] = frozenset()) -> None:
        self._declared = declared
        self._tree = LeafTree(declared, known)
        self._refused = 0
        self._has_learnt = False
        self._rebuild()

    def read(self, bodies: Sequence[str | Fault]) -> LeafBatch:
        """Leaves of original bodies; what cannot be recognised is a fault and has none."""
        batch = LeafBatch(len(bodies))
        decoded: list[Any] = []
        start = 0
        for row, body in enumerate(bodies):
            decoded.append(self._decode_body(batch, row, body))
            is_time = self._has_learnt and self._refused >= self._patience
            if is_time or len(decoded) == _ROWS_MAX:
                self._transpose(batch, bodies, start, decoded)
                start, decoded = row + 1, []
            if is_time:
                self._rebuild()
        self._transpose(batch, bodies, start, decoded)
        if self._has_learnt:
            self._rebuild()
        for values in batch.columns.values():
            values.extend([None] * (batch.size - len(values)))
        return batch

    def _rebuild(self) -> None:
        self._layout = self._tree.build_layout()
        self._decode = msgspec.json.Decoder(self._layout.struct, float_hook=Text).decode
        # The first rows of a topic teach much, later ones little: building is dear, so each time it waits longer.
        self._patience = min(4 + 2 * self._refused, 1_000)
        self._refused = 0
        self._has_learnt = False

    def _decode_body(self, batch: LeafBatch, row: int, body: str | Fault) -> Any:
        if isinstance(body, Fault):
            batch.faults[row] = body
            return self._layout.empty
        payload: str | bytes = body
        if not is_plain(body):
            inner = recognise(body)
            if isinstance(inner, Fault):
                batch.faults[row] = inner
                return self._layout.empty
            payload = inner
        # In the payload: an envelope may hold it encoded.
        if not _has_minus_zero(payload):
            try:
                return self._decode(payload)
            except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
                # Refused by this decoder: which of many reasons is for the general way to find out.
                pass
        self._read_slowly(batch, row, body)
        return self._layout.empty

    def _read_slowly(self, batch: LeafBatch, row: int, body: str) -> None:
        payload = recognise(body)
        if isinstance(payload, Fault):
            batch.faults[row] = payload
            return
        batch.strays[row] = read_leaves(payload, self._declared)
        self._has_learnt |= self._tree.learn(payload)
        self._refused += 1

    def _transpose(self, batch: LeafBatch, bodies: Sequence[str | Fault], start: int, decoded: list[Any]) -> None:
        """Rows of structs → a list per path; rows that the layout cannot hold become strays."""
        while decoded:
            columns: dict[str, Sequence[Any]] = {}
            offenders: set[int] = set()
            blanks: list[tuple[int, str]] = []
            _collect(self._layout, decoded, columns, offenders, blanks)
            if not offenders:
                self._add_columns(batch, bodies, start, columns, blanks)
                return
            # A list or an object where there had always been a scalar: one payload teaches it, the rest is read anew.
            row = start + min(offenders)
            body = bodies[row]
            if isinstance(body, str):
                self._read_slowly(batch, row, body)
            self._rebuild()
            decoded = [
                self._layout.empty
                if row in batch.strays or row in batch.faults
                else self._decode_body(batch, row, bodies[row])
                for row in range(start, start + len(decoded))
            ]

    def _add_columns(
        self,
        batch: LeafBatch,
        bodies: Sequence[str | Fault],
        start: int,
        columns: dict[str, Sequence[Any]],
        blanks: list[tuple[int, str]],
    ) -> None:
        for pointer, values in columns.items():
            if isinstance(values, _Raws):
                values = self._open_raws(batch, start, pointer, values)
            whole = batch.columns.setdefault(pointer, [])
            whole.extend([None] * (start - len(whole)))
            whole.extend(values)
        for offset, pointer in blanks:
            # Either `{}` or an object of nulls; only the text knows.
            body = bodies[start + offset]
            payload = recognise(body) if isinstance(body, str) else body
            leaves = {} if isinstance(payload, Fault) else read_leaves(payload, self._declared)
            if pointer in leaves:
                batch.strays.setdefault(start + offset, {})[pointer] = leaves[pointer]

    def _open_raws(self, batch: LeafBatch, start: int, pointer: str, raws: Sequence[Any]) -> list[str | None]:
        values: list[str | None] = []
        for offset, raw in enumerate(raws):
            if raw is NULL:
                values.append(None)
                continue
            value = bytes(raw)
            first = value[0]
            if first == 0x5B:
                values.append(Slice(value, "utf-8"))
            elif first == 0x7B:
                leaves = read_value(pointer, value, self._declared)
                values.append(leaves.pop(pointer, None))
                if leaves:
                    batch.strays.setdefault(start + offset, {}).update(leaves)
            else:
                values.append(read_value(pointer, value, self._declared).get(pointer))
        return values


def _has_minus_zero(payload: str | bytes) -> bool:
    found = _MINUS_ZERO.search(payload) if isinstance(payload, str) else _MINUS_ZERO_BYTES.search(payload)
    return found is not None


class _Raws(tuple[Any, ...]):
    """A column of undecoded texts."""


def _collect(
    layout: Layout,
    structs: Sequence[Any],
    columns: dict[str, Sequence[Any]],
    offenders: set[int],
    blanks: list[tuple[int, str]],
) -> None:
    if not layout.members:
        return
    for (pointer, kind, below), values in zip(layout.members, zip(*map(astuple, structs), strict=True), strict=True):
        if kind is Kind.GENERAL:
            columns[pointer] = _Raws(values)
            continue
        if below is None:
            kinds = set(map(type, values))
            if list in kinds or dict in kinds:
                offenders.update(row for row, value in enumerate(values) if type(value) in (list, dict))
            elif kinds != {type(None)}:
                columns[pointer] = values
            continue
        missing = values.count(None)
        if missing == len(values):
            continue
        filled = [below.empty if value is None else value for value in values] if missing else values
        if below.members:
            tuples = list(map(astuple, filled))
            if tuples.count(below.blank) > missing:
                blanks.extend(
                    (row, pointer)
                    for row, (value, members) in enumerate(zip(values, tuples, strict=True))
                    if value is not None and members == below.blank
                )
        _collect(below, filled, columns, offenders, blanks)
