"""Firehose's buffer: what was acknowledged is in a file first, so that not even SIGKILL loses it."""

from __future__ import annotations

import base64
import contextlib
import json
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple


class Record(NamedTuple):
    """One accepted record: its Firehose id, arrival in epoch milliseconds, and its bytes."""

    id: str
    arrival_ms: int
    data: bytes


@dataclass
class Segment:
    """The records of one delivery and the file that holds them until they are delivered."""

    id: str
    stream: str
    path: Path
    opened_at: float
    records: list[Record] = field(default_factory=list)
    size: int = 0
    is_recovered: bool = False


class Journal:
    """One open segment per stream, appended to under a lock; safe to call from any thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._open: dict[str, Segment] = {}

    def append(self, stream: str, records: list[Record]) -> None:
        """Write and buffer records; when this returns they survive a killed process."""
        lines = "".join(
            json.dumps([record.id, record.arrival_ms, base64.b64encode(record.data).decode()]) + "\n"
            for record in records
        )
        with self._lock:
            segment = self._open.get(stream)
            if segment is None:
                segment = self._open[stream] = self._new_segment(stream)
            with segment.path.open("a", encoding="ascii") as file:
                file.write(lines)
            segment.records.extend(records)
            segment.size += sum(len(record.data) for record in records)

    def streams(self) -> list[str]:
        """Streams with something buffered."""
        with self._lock:
            return list(self._open)

    def opened(self) -> dict[str, float]:
        """When each open segment got its first record, in epoch seconds."""
        with self._lock:
            return {name: segment.opened_at for name, segment in self._open.items()}

    def take(self, stream: str, size_min: int, age_min: float) -> Segment | None:
        """Close and return the stream's segment if it is big or old enough."""
        with self._lock:
            segment = self._open.get(stream)
            if segment is None or (segment.size < size_min and time.time() - segment.opened_at < age_min):
                return None
            return self._open.pop(stream)

    def discard(self, stream: str) -> None:
        """Forget what a deleted stream still buffered."""
        with self._lock:
            segment = self._open.pop(stream, None)
        if segment is not None:
            self.settle(segment)

    def settle(self, segment: Segment) -> None:
        """The segment is delivered: remove its file."""
        segment.path.unlink(missing_ok=True)

    def recover(self) -> list[Segment]:
        """The segments that an earlier process accepted and did not deliver, oldest first."""
        segments = []
        for path in sorted(self._folder.glob("*/*.jsonl")):
            segment = Segment(path.stem, path.parent.name, path, time.time(), is_recovered=True)
            for line in path.read_text("ascii", errors="replace").splitlines():
                # A torn last line was never acknowledged.
                with contextlib.suppress(ValueError):
                    record_id, arrival_ms, data = json.loads(line)
                    segment.records.append(Record(record_id, arrival_ms, base64.b64decode(data)))
            segment.size = sum(len(record.data) for record in segment.records)
            if segment.records:
                segments.append(segment)
            else:
                self.settle(segment)
        return segments

    def _new_segment(self, stream: str) -> Segment:
        folder = self._folder / stream
        folder.mkdir(parents=True, exist_ok=True)
        now = time.time()
        segment_id = f"{time.time_ns():020d}"
        return Segment(segment_id, stream, folder / f"{segment_id}.jsonl", now)
