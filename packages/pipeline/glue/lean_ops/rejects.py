"""Rejects staged before the target commit: `rejects/<passId>/part-NNNNN.ndjson`, then `manifest.json`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import pyarrow as pa
from pyspark import TaskContext

from .objects import ObjectStore

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

#: The one name that S3 announces to the indexer.
MANIFEST = "manifest.json"
# As many bodies of 1 MiB fit the driver; Python workers for so few lines cost more than all else.
_FEW = 200
_WRITTEN = "uri string, rejects bigint, settled bigint"


@dataclass(frozen=True)
class Staged:
    """`records` reject lines and `replays` settled lines; no manifest when there were none of both."""

    manifest: str | None
    records: int
    replays: int


def stage_rejects(
    lines: DataFrame,
    store: ObjectStore,
    errors: str,
    *,
    pass_id: str,
    topic: str,
    layer: str,
    manifest: str = MANIFEST,
    lines_max: int | None = None,
) -> Staged:
    """
    Writes `lines` (columns `kind` = reject | settled, `line` = one JSON object) as parts, then the manifest.

    A retry writes the same parts again; what another number of partitions left behind is in no manifest, and only the
    manifest is announced and read.
    """
    folder = f"{errors}/rejects/{pass_id}"
    if lines_max is not None and lines_max <= _FEW:
        parts = _write_here(lines, store, folder)
    else:
        written = lines.mapInArrow(_writer(store, folder), _WRITTEN).collect()
        parts = [(row["uri"], row["rejects"], row["settled"]) for row in written]
    return write_manifest(
        store,
        folder,
        parts,
        pass_id=pass_id,
        topic=topic,
        layer=layer,
        name=manifest,
    )


def write_manifest(
    store: ObjectStore,
    folder: str,
    parts: list[tuple[str, int, int]],
    *,
    pass_id: str,
    topic: str,
    layer: str,
    name: str = MANIFEST,
) -> Staged:
    """`parts`: URI, reject lines, settled lines. Under another name than MANIFEST it is not announced."""
    records, replays = sum(part[1] for part in parts), sum(part[2] for part in parts)
    if records + replays == 0:
        return Staged(None, 0, 0)
    uri = f"{folder}/{name}"
    manifest = {
        "version": 1,
        "passId": pass_id,
        "topic": topic,
        "layer": layer,
        "parts": sorted(part[0] for part in parts),
        "records": records,
        "replays": replays,
    }
    store.put(uri, msgspec.json.encode(manifest))
    return Staged(uri, records, replays)


def _write_here(lines: DataFrame, store: ObjectStore, folder: str) -> list[tuple[str, int, int]]:
    rows = lines.select("kind", "line").collect()
    if not rows:
        return []
    uri = f"{folder}/part-00000.ndjson"
    store.put(uri, "".join(f"{row['line']}\n" for row in rows).encode())
    rejects = sum(row["kind"] == "reject" for row in rows)
    return [(uri, rejects, len(rows) - rejects)]


def _writer(store: ObjectStore, folder: str):  # type: ignore[no-untyped-def]
    def write(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """One part per partition that has lines; a repeated task writes the same name again."""
        lines: list[str] = []
        rejects = 0
        for batch in batches:
            kinds = batch.column("kind").to_pylist()
            rejects += kinds.count("reject")
            lines.extend(batch.column("line").to_pylist())
        if not lines:
            return
        context = TaskContext.get()
        number = 0 if context is None else context.partitionId()
        uri = f"{folder}/part-{number:05d}.ndjson"
        store.put(uri, "".join(f"{line}\n" for line in lines).encode())
        yield pa.RecordBatch.from_pydict({"uri": [uri], "rejects": [rejects], "settled": [len(lines) - rejects]})

    return write
