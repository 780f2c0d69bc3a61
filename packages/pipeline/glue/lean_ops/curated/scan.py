"""First look at the rows of a pass: which are bodies, which paths are new, what identifies each row. Nothing wide."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from lean_ops.curated.leaf_reader import LeafBatch, LeafReader
from lean_ops.curated.leaves import Slice, Text
from lean_ops.curated.recognise import Fault, decode_body

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

# Where a row is: the file's hash and the position in it.
LOCATION = "xxhash64(_file) AS file", "_pos AS pos"
_CARRIED = ("publish_time", "replay_id", "origin_arn", "message_attributes", "payload_encoding", "json_payload")
SCANNED = (
    "message_id string, edit_revision int, ingestion_ts timestamp_ntz, sha binary, replay_id string, file bigint, "
    "pos bigint, code string, detail string, error_publish_time timestamp_ntz, error_replay_id string, "
    "error_origin_arn string, error_attributes string, error_encoding string, error_payload string, paths string"
)


@dataclass(frozen=True)
class Expected:
    """What every task is told: pointers that have columns, and those whose objects are kept whole."""

    known: frozenset[str]
    declared: frozenset[str]


def scan(raw: DataFrame, expected: Expected) -> DataFrame:
    """
    One row per RAW row, and now and then one that holds only `paths`: JSON, first letter of the JSON kind + pointer →
    id of a message that has it so.
    """
    columns = ("message_id", "edit_revision", "ingestion_ts", *_CARRIED)
    return raw.selectExpr(*columns, *LOCATION).mapInArrow(_scanner(expected), SCANNED)


def read_bodies(batch: pa.RecordBatch) -> list[str | Fault]:
    """The original bodies of RAW rows."""
    encodings = batch.column("payload_encoding")
    payloads: list[str | None] = batch.column("json_payload").to_pylist()
    return list(map(decode_body, payloads, encodings.to_pylist()))


def _scanner(expected: Expected) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        reader = LeafReader(expected.declared, expected.known)
        told: set[str] = set()
        for batch in batches:
            bodies = read_bodies(batch)
            read = reader.read(bodies)
            yield _identify(batch, bodies, read)
            new = _samples(read, told)
            if new:
                told |= new.keys()
                ids = batch.column("message_id")
                yield _report({pointer: ids[row].as_py() for pointer, row in new.items()})

    return run


def _samples(read: LeafBatch, told: set[str]) -> dict[str, int]:
    """Pointers in kinds not yet told, with a row each."""
    found: dict[str, int] = {}
    for pointer, values in read.columns.items():
        for of_type in set(map(type, values)):
            letter = _LETTERS.get(of_type)
            if letter is None or (letter and f"{letter}{pointer}" in told):
                continue
            for row, value in enumerate(values):
                if type(value) is of_type:
                    name = f"{letter or _kind_letter(value)}{pointer}"
                    if name not in told:
                        found.setdefault(name, row)
                    if letter:
                        break
    for row, leaves in read.strays.items():
        for pointer, value in leaves.items():
            name = f"{_LETTERS[type(value)] or _kind_letter(value)}{pointer}"
            if name not in told:
                found.setdefault(name, row)
    return found


# s(tring), n(umber), b(oolean), a(rray), o(bject); "" = the text tells.
_LETTERS: dict[type, str] = {str: "s", int: "n", bool: "b", Text: "", Slice: ""}


def _kind_letter(text: object) -> str:
    return {"[": "a", "{": "o", "t": "b", "f": "b"}.get(str(text)[:1], "n")


def _identify(batch: pa.RecordBatch, bodies: list[str | Fault], read: LeafBatch) -> pa.RecordBatch:
    faults = [read.faults.get(row) for row in range(batch.num_rows)] if read.faults else [None] * batch.num_rows
    payloads = batch.column("json_payload")
    texts = bodies if not read.faults else [_text(body, payloads, row) for row, body in enumerate(bodies)]
    sha = [hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest() for text in texts if isinstance(text, str)]
    is_fault = pa.array([fault is not None for fault in faults])
    carried = [pc.if_else(is_fault, batch.column(name), None) for name in _CARRIED]
    revisions = pc.fill_null(batch.column("edit_revision"), 0)
    return pa.RecordBatch.from_arrays(
        [
            batch.column("message_id"),
            revisions,
            batch.column("ingestion_ts"),
            pa.array(sha, pa.binary()),
            batch.column("replay_id"),
            batch.column("file"),
            batch.column("pos"),
            pa.array([None if fault is None else fault.code for fault in faults], pa.string()),
            pa.array([None if fault is None else fault.detail for fault in faults], pa.string()),
            *carried,
            pa.nulls(batch.num_rows, pa.string()),
        ],
        names=_NAMES,
    )


def _text(body: str | Fault, payloads: Any, row: int) -> str:
    """Of what cannot be decoded the stored text is hashed."""
    return body if isinstance(body, str) else (payloads[row].as_py() or "")


_NAMES = [part.split()[0] for part in SCANNED.split(", ")]
_TYPES = {
    "string": pa.string(),
    "int": pa.int32(),
    "bigint": pa.int64(),
    "binary": pa.binary(),
    "timestamp_ntz": pa.timestamp("us"),
}


def _report(samples: dict[str, str]) -> pa.RecordBatch:
    arrays = [pa.nulls(1, _TYPES[part.split()[1]]) for part in SCANNED.split(", ")[:-1]]
    return pa.RecordBatch.from_arrays([*arrays, pa.array([msgspec.json.encode(samples).decode()])], names=_NAMES)


def reject_line(row: Any, *, topic: str, error_id: str) -> str:
    """The part line of a body that could not be read; `row` = one of SCANNED."""
    return msgspec.json.encode(
        {
            "kind": "reject",
            "errorId": error_id,
            "topic": topic,
            "messageId": row["message_id"],
            "editRevision": row["edit_revision"],
            "replayId": row["error_replay_id"],
            "publishTime": _rfc3339(row["error_publish_time"]),
            "ingestionTs": _rfc3339(row["ingestion_ts"]),
            "originArn": row["error_origin_arn"],
            "stage": "curated",
            "code": row["code"],
            "message": row["detail"],
            "fields": [],
            "messageAttributes": row["error_attributes"],
            "payloadEncoding": row["error_encoding"],
            "body": row["error_payload"],
        }
    ).decode()


def _rfc3339(moment: datetime | None) -> str | None:
    return None if moment is None else moment.replace(tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
