"""Records put into Firehose become rows; what cannot become a row becomes a line in an error object."""

from __future__ import annotations

import base64
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


def test_what_cannot_be_delivered_is_a_line_in_the_error_prefix(cloud: Cloud) -> None:
    lake = Lake.create(cloud)
    lake.table("orders")
    stream = lake.stream()
    good = raw_row(1, "orders", lake.database)
    failed = {**raw_row(2, "orders", lake.database), "fail": True}
    lost = {**raw_row(3, "orders", lake.database), "lose": True}
    nowhere = raw_row(4, "absent", lake.database)
    misfit = {**raw_row(5, "orders", lake.database), "edit_revision": "first"}
    dropped = {**raw_row(6, "orders", lake.database), "drop": True}
    extra = {**raw_row(7, "orders", lake.database), "Topic": "orders"}

    lake.put(stream, [good, failed, lost, nowhere, misfit, dropped, extra])
    errors = eventually(lake.errors, lambda found: len(found) == 5)

    assert [row["message_id"] for row in lake.rows("orders")] == ["m-1"]
    by_id = {
        json.loads(base64.b64decode(line["rawData"]))["message_id"]: (kind, line["errorCode"], line["attemptsMade"])
        for kind, line in errors
    }
    assert by_id == {
        "m-2": ("processing-failed", "Lambda.ProcessingFailedStatus", 1),
        "m-3": ("processing-failed", "Lambda.MissingRecordId", 1),
        "m-4": ("iceberg-failed", "Iceberg.NoSuchTable", 1),
        "m-5": ("iceberg-failed", "Iceberg.SchemaTypeMismatch", 1),
        "m-7": ("iceberg-failed", "Iceberg.MissingColumnWithinRecord", 1),
    }
    assert all(line["arrivalTimestamp"] <= line["attemptEndingTimestamp"] for _, line in errors)


def test_a_transform_that_throws_is_tried_again_and_then_an_error(cloud: Cloud) -> None:
    lake = Lake.create(cloud)
    lake.table("orders")
    stream = lake.stream(transform="export const handler = async () => { throw new Error('broken') }")

    lake.put(stream, [raw_row(1, "orders", lake.database)])
    errors = eventually(lake.errors, lambda found: len(found) == 1)

    assert [(kind, line["errorCode"], line["attemptsMade"]) for kind, line in errors] == [
        ("processing-failed", "Lambda.FunctionError", 4)
    ]


def test_without_a_transform_records_go_to_the_configured_table(cloud: Cloud) -> None:
    lake = Lake.create(cloud)
    lake.table("plain", [("id", "long"), ("at", "timestamp")], partition=None)
    stream = lake.stream(table="plain", transform="")

    lake.put(stream, [{"id": 1, "at": 1_795_000_000_000_001}, {"id": 2, "at": "2026-11-23T01:02:03.000004"}])
    rows = eventually(lambda: lake.rows("plain"), lambda found: len(found) == 2)

    assert sorted((row["id"], row["at"].isoformat()) for row in rows) == [
        (1, "2026-11-18T11:06:40.000001"),
        (2, "2026-11-23T01:02:03.000004"),
    ]


def test_another_writer_between_load_and_commit_loses_nothing(cloud: Cloud) -> None:
    import pyarrow as pa

    lake = Lake.create(cloud)
    columns = [("id", "long"), ("at", "timestamp")]
    lake.table("shared", columns, partition=None)
    stream = lake.stream(table="shared", transform="")
    other_rows = 0

    for number in range(6):
        lake.put(stream, [{"id": number, "at": 0}])
        table = lake.load("shared")
        try:
            table.append(pa.Table.from_pylist([{"id": 1_000 + number, "at": None}], schema=table.schema().as_arrow()))
            other_rows += 1
        except Exception as error:
            # The other writer may lose the race; Firehose may not.
            assert type(error).__name__ == "CommitFailedException"

    rows = eventually(lambda: lake.rows("shared"), lambda found: len(found) == 6 + other_rows)
    assert sorted(row["id"] for row in rows if row["id"] < 1_000) == list(range(6))
    assert lake.errors() == []


def test_sixty_tables_are_committed_from_one_buffer(cloud: Cloud) -> None:
    lake = Lake.create(cloud)
    names = [f"topic_{number}" for number in range(60)]
    for name in names:
        lake.table(name)
    stream = lake.stream()
    glue = cloud.client("glue")

    lake.put(stream, [raw_row(number, names[number % 60], lake.database) for number in range(600)])
    cloud.control("flush")

    tables = glue.get_tables(DatabaseName=lake.database)["TableList"]
    # The number in a metadata file's name counts the commits since the table was made.
    locations = [table["Parameters"]["metadata_location"].rsplit("/", 1)[-1] for table in tables]
    assert [location.split("-")[0] for location in locations] == ["00001"] * 60
    assert [len(lake.rows(name)) for name in (names[0], names[31], names[59])] == [10, 10, 10]
    assert lake.errors() == []
