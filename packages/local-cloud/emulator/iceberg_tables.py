"""Iceberg tables in the emulator's own Glue catalog and S3, by pyiceberg."""

from __future__ import annotations

import functools
import json
import random
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa
    from pyiceberg.catalog.glue import GlueCatalog
    from pyiceberg.table import Table

COMMIT_ATTEMPTS = 10
MISSING_COLUMN = "Iceberg.MissingColumnWithinRecord"
SEGMENT_PROPERTY = "firehose.segment"


@functools.cache
def catalog() -> GlueCatalog:
    """The catalog over this process's own Glue and S3; any thread may use it."""
    from pyiceberg.catalog.glue import GlueCatalog

    from .in_process_lake import GlueInProcess, S3InProcess

    implementation = f"{S3InProcess.__module__}.{S3InProcess.__qualname__}"
    return GlueCatalog("emulator", client=GlueInProcess(), **{"py-io-impl": implementation})


def append_rows(database: str, table_name: str, rows: list[dict[str, Any]], segment: str) -> None:
    """Append rows in one commit, trying again after a lost race with another writer.

    Raises what pyiceberg raises (NoSuchTableError, CommitFailedException after the last attempt) and `CastError`.
    """
    from pyiceberg.exceptions import CommitFailedException, NoSuchTableError

    for attempt in range(1, COMMIT_ATTEMPTS + 1):
        table = catalog().load_table((database, table_name))
        data = to_arrow(rows, table)
        try:
            table.append(data, snapshot_properties={SEGMENT_PROPERTY: segment})
            return
        except NoSuchTableError:
            raise
        except (CommitFailedException, OSError):
            if attempt == COMMIT_ATTEMPTS:
                raise
            # Full jitter, 50 ms doubling up to 2 s: the other writer is a MERGE as often as a Firehose.
            time.sleep(random.uniform(0, min(2.0, 0.05 * 2**attempt)))


def has_segment(database: str, table_name: str, segment: str) -> bool:
    """Whether a commit of this table already carries the segment (a kill came between commit and clean-up)."""
    table = catalog().load_table((database, table_name))
    return any(
        snapshot.summary is not None and snapshot.summary.additional_properties.get(SEGMENT_PROPERTY) == segment
        for snapshot in table.metadata.snapshots
    )


class CastError(ValueError):
    """One row does not fit the table; `row` is its index, `code` what Firehose calls it."""

    def __init__(self, row: int, message: str, code: str = "Iceberg.SchemaTypeMismatch") -> None:
        super().__init__(message)
        self.row = row
        self.code = code


def to_arrow(rows: list[dict[str, Any]], table: Table) -> pa.Table:
    """Rows as an Arrow table in the table's schema. Raises CastError for the first row that does not fit.

    Timestamps are epoch microseconds or ISO 8601 text. A key that is no column makes the record fail, as Firehose does
    without schema evolution: names must match exactly.
    """
    import pyarrow as pa

    schema = table.schema().as_arrow()
    arrays = []
    names = set(schema.names)
    for index, row in enumerate(rows):
        if not names.issuperset(row):
            unknown = ", ".join(sorted(set(row) - names))
            raise CastError(index, f"the table has no column {unknown}", MISSING_COLUMN)
    for column in schema:
        values = [row.get(column.name) for row in rows]
        if not column.nullable and None in values:
            raise CastError(values.index(None), f"required column {column.name} is missing", MISSING_COLUMN)
        try:
            arrays.append(_array(values, column.type))
        except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError, ValueError, OverflowError):
            raise _first_misfit(values, column) from None
    return pa.Table.from_arrays(arrays, schema=schema)


def _array(values: list[Any], kind: pa.DataType) -> pa.Array:
    import pyarrow as pa

    if pa.types.is_timestamp(kind) and all(value is None or type(value) is int for value in values):
        return pa.array(values, pa.int64()).cast(pa.timestamp("us")).cast(kind)
    if pa.types.is_timestamp(kind):
        # A mix of numbers and texts is allowed from record to record, so each value is converted alone.
        return pa.array([_instant(value) for value in values], pa.int64()).cast(pa.timestamp("us")).cast(kind)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return pa.array(values, kind)
    if pa.types.is_nested(kind):
        return pa.array(values, kind)
    if any(isinstance(value, str) for value in values):
        return pa.array([None if value is None else str(value) for value in values], pa.string()).cast(kind)
    return pa.array(values, kind)


def _instant(value: Any) -> int | None:
    """Epoch microseconds of a timestamp in either form (ISO 8601 text without an offset is UTC)."""
    if value is None or type(value) is int:
        return value
    if not isinstance(value, str):
        raise TypeError(f"not a timestamp: {value!r}")
    moment = datetime.fromisoformat(value)
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _first_misfit(values: list[Any], column: pa.Field) -> CastError:
    import pyarrow as pa

    for index, value in enumerate(values):
        try:
            _array([value], column.type)
        except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError, ValueError, OverflowError) as error:
            shown = json.dumps(value)[:60]
            return CastError(index, f"column {column.name} is {column.type}, the record has {shown}: {error}")
    # Each value fits alone, the column as a whole does not: a mix of numbers and texts.
    return CastError(0, f"column {column.name} mixes kinds of values")
