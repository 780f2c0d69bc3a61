"""RAW rows → rows of `__versions`: every leaf in its column with its exact text."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from lean_ops.curated.keys import key_pointers
from lean_ops.curated.leaf_reader import LeafBatch, LeafReader, to_text
from lean_ops.curated.leaves import Slice, Text
from lean_ops.curated.scan import read_bodies
from lean_ops.names import quote

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

_TAKEN = ("message_id", "edit_revision", "replay_id", "publish_time", "ingestion_ts")
_TAKEN_TOO = ("period_reference", "correlation_id", "origin_arn")
INPUT = (*_TAKEN, *_TAKEN_TOO, "payload_encoding", "json_payload")
_TECHNICAL = (
    "message_id string, edit_revision int, replay_id string, publish_time timestamp_ntz, ingestion_ts timestamp_ntz, "
    "period_reference string, correlation_id string, origin_arn string, merge_key string, idempotency_key string, "
    "body_sha256 string, quoted string, overflow map<string,string>"
)
# The text of a JSON string that would be read as another kind of value: it is listed in `quoted`.
_READS_AS_JSON = r"^(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null)$|^[\[{]"
_TEXTS = {str, Text, Slice, type(None)}


@dataclass(frozen=True)
class Layout:
    """`registry`: pointer → column."""

    registry: Mapping[str, str]
    declared: frozenset[str]
    key_path: tuple[str, ...] | None


def flatten(raw: DataFrame, layout: Layout) -> DataFrame:
    """`raw` has the columns INPUT; rows whose body cannot be read are left out."""
    payload = "".join(f", {quote(column)} string" for column in layout.registry.values())
    return raw.mapInArrow(_flattener(layout), _TECHNICAL + payload)


def _flattener(layout: Layout) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        reader = LeafReader(layout.declared, frozenset(layout.registry))
        pointers = key_pointers(layout.key_path)
        for batch in batches:
            bodies = read_bodies(batch)
            yield _flatten_batch(batch, bodies, reader.read(bodies), layout.registry, pointers)

    return run


def _flatten_batch(
    batch: pa.RecordBatch,
    bodies: list[Any],
    read: LeafBatch,
    registry: Mapping[str, str],
    pointers: tuple[str, ...],
) -> pa.RecordBatch:
    ids = batch.column("message_id").to_pylist()
    keys = read.keys(pointers)
    merge_keys = [f"m:{i}" if key is None else f"k:{key}" for i, key in zip(ids, keys, strict=True)]
    sha = [_sha(body) for body in bodies]
    quoted = _Quoted(batch.num_rows)
    columns = read.all_columns()
    payload = []
    for pointer in registry:
        values = columns.pop(pointer, None)
        payload.append(pa.nulls(batch.num_rows, pa.string()) if values is None else quoted.take(pointer, values))
    overflow = _overflow(batch.num_rows, columns, quoted)
    arrays = [
        *(batch.column(name) for name in _TAKEN[:1]),
        pc.fill_null(batch.column("edit_revision"), 0),
        *(batch.column(name) for name in (*_TAKEN[2:], *_TAKEN_TOO)),
        pa.array(merge_keys, pa.string()),
        pa.array(keys, pa.string()),
        pa.array(sha, pa.string()),
        quoted.finish(),
        overflow,
        *payload,
    ]
    names = [part.split()[0] for part in _TECHNICAL.split(", ")] + list(registry.values())
    result = pa.RecordBatch.from_arrays(arrays, names=names)
    if not read.faults:
        return result
    return result.filter(pa.array([row not in read.faults for row in range(batch.num_rows)]))


def _sha(body: Any) -> str | None:
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest() if isinstance(body, str) else None


class _Quoted:
    """Columns → Arrow, noting on the way which strings would be read as another kind of JSON."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._rows: dict[int, list[str]] = {}

    def take(self, pointer: str, values: list[Any]) -> pa.Array:
        kinds = set(map(type, values))
        array = _to_array(values, kinds)
        if str in kinds:
            matches = pc.match_substring_regex(array, _READS_AS_JSON)
            for row in pc.indices_nonzero(matches).to_pylist():
                if type(values[row]) is str:
                    self._rows.setdefault(row, []).append(pointer)
        return array

    def finish(self) -> pa.Array:
        quoted: list[str | None] = [None] * self._size
        for row, pointers in self._rows.items():
            quoted[row] = msgspec.json.encode(sorted(pointers)).decode()
        return pa.array(quoted, pa.string())


def _to_array(values: list[Any], kinds: set[type]) -> pa.Array:
    if kinds <= _TEXTS:
        return pa.array(values, pa.string())
    if kinds <= {int, type(None)}:
        try:
            return pa.array(values, pa.int64()).cast(pa.string())
        except (OverflowError, pa.ArrowInvalid):
            # More digits than 64 bits hold: as text like the rest.
            pass
    elif kinds <= {bool, type(None)}:
        return pa.array(values, pa.bool_()).cast(pa.string())
    return pa.array([None if value is None else to_text(value) for value in values], pa.string())


def _overflow(size: int, columns: Mapping[str, list[Any]], quoted: _Quoted) -> pa.Array:
    """What has no column; NULL for rows without."""
    rows: dict[int, list[tuple[str, str]]] = {}
    for pointer in sorted(columns):
        texts = quoted.take(pointer, columns[pointer])
        for row in pc.indices_nonzero(texts.is_valid()).to_pylist():
            rows.setdefault(row, []).append((pointer, texts[row].as_py()))
    kind = pa.map_(pa.string(), pa.string())
    if not rows:
        return pa.nulls(size, kind)
    return pa.array([rows.get(row) for row in range(size)], kind)
