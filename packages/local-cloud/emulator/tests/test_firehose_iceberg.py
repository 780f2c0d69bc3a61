"""Records put into Firehose become rows; what cannot become a row becomes a line in an error object."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from emulator.tests.cloud import Cloud, eventually
from emulator.tests.lake import RAW_COLUMNS, Lake, raw_row


def test_five_thousand_records_are_rows_for_pyiceberg_and_duckdb(cloud: Cloud) -> None:
    lake = Lake.create(cloud)
    lake.table("orders")
    stream = lake.stream()

    lake.put(stream, [raw_row(number, "orders", lake.database) for number in range(5_000)])
    rows = eventually(lambda: lake.rows("orders"), lambda found: len(found) == 5_000)

    assert sorted(row["message_id"] for row in rows) == sorted(f"m-{number}" for number in range(5_000))
    table = lake.load("orders")
    assert [(field.name, str(field.field_type)) for field in table.schema().fields] == RAW_COLUMNS
    assert [str(field.transform) for field in table.spec().fields] == ["day"]
    first = next(row for row in rows if row["message_id"] == "m-0")
    assert first["ingestion_ts"] == datetime.fromtimestamp(1_795_000_000, UTC).replace(tzinfo=None, microsecond=123_456)
    assert json.loads(first["json_payload"])["amount"] == "1234.500"
    assert lake.errors() == []
    assert duckdb_count(lake, "orders") == (5_000, 5_000)


def duckdb_count(lake: Lake, table: str) -> tuple[int, int]:
    """(rows, distinct ids) by DuckDB over the table's data files, read as files: no Iceberg library in between."""
    import duckdb

    files = lake.load(table).inspect.files()["file_path"].to_pylist()
    folder = lake.cloud.folder / "s3" / "000000000000"
    paths = [str(folder / path.removeprefix("s3://")) for path in files]
    found = duckdb.execute("select count(*), count(distinct message_id) from read_parquet(?)", [paths]).fetchone()
    assert found is not None
    return int(found[0]), int(found[1])
