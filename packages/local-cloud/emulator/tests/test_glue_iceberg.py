"""Glue's native Iceberg API: tables made and evolved without another library."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.tests.cloud import Cloud
from emulator.tests.lake import RAW_COLUMNS, Lake, iceberg_schema


def evolve(lake: Lake, name: str, schema: dict[str, Any], **more: Any) -> None:
    """UpdateTable with the whole wanted table, as a migration does it."""
    update = {"Schema": schema, "Location": f"s3://{lake.bucket}/{lake.database}/{name}", **more}
    operation = {"UpdateIcebergTableInput": {"Updates": [update]}}
    lake.cloud.client("glue").update_table(
        DatabaseName=lake.database, Name=name, UpdateOpenTableFormatInput={"UpdateIcebergInput": operation}
    )


def test_a_created_table_has_its_columns_partition_and_properties(cloud: Cloud) -> None:
    lake = Lake.create(cloud)
    lake.table("orders")

    table = lake.load("orders")
    stored = cloud.client("glue").get_table(DatabaseName=lake.database, Name="orders")["Table"]

    assert [(field.field_id, field.name, str(field.field_type)) for field in table.schema().fields] == [
        (number, *column) for number, column in enumerate(RAW_COLUMNS, start=1)
    ]
    assert [(field.name, field.source_id, str(field.transform)) for field in table.spec().fields] == [
        ("ingestion_ts_day", 8, "day")
    ]
    assert table.format_version == 2
    assert table.properties["write.parquet.compression-codec"] == "zstd"
    assert stored["Parameters"]["table_type"] == "ICEBERG"
    assert stored["Parameters"]["metadata_location"].startswith(f"s3://{lake.bucket}/")
    assert [column["Name"] for column in stored["StorageDescriptor"]["Columns"]] == [name for name, _ in RAW_COLUMNS]


def test_a_new_column_and_a_wider_type_keep_the_old_rows(cloud: Cloud) -> None:
    import pyarrow as pa

    lake = Lake.create(cloud)
    lake.table("orders", [("id", "int"), ("name", "string")], partition=None)
    lake.load("orders").append(pa.table({"id": pa.array([1], pa.int32()), "name": ["a"]}))

    evolve(lake, "orders", iceberg_schema([("id", "long"), ("name", "string"), ("note", "string")]))

    assert lake.rows("orders") == [{"id": 1, "name": "a", "note": None}]
    snapshots = len(lake.load("orders").metadata.snapshots)
    before = cloud.client("glue").get_table(DatabaseName=lake.database, Name="orders")["Table"]["VersionId"]
    evolve(lake, "orders", iceberg_schema([("id", "long"), ("name", "string"), ("note", "string")]))
    after = cloud.client("glue").get_table(DatabaseName=lake.database, Name="orders")["Table"]["VersionId"]
    assert (snapshots, after) == (1, before)


def test_a_partition_and_a_property_can_be_added(cloud: Cloud) -> None:
    lake = Lake.create(cloud)
    columns = [("id", "long"), ("at", "timestamp")]
    lake.table("orders", columns, partition=None)

    spec = {"SpecId": 1, "Fields": [{"SourceId": 2, "Transform": "day", "Name": "at_day"}]}
    evolve(lake, "orders", iceberg_schema(columns), PartitionSpec=spec, Properties={"owner": "data"})

    table = lake.load("orders")
    assert [(field.name, str(field.transform)) for field in table.spec().fields] == [("at_day", "day")]
    assert table.properties["owner"] == "data"


@pytest.mark.parametrize(
    "columns", [[("id", "string"), ("name", "string")], [("id", "int"), ("name", "int")]], ids=["to text", "to number"]
)
def test_an_incompatible_type_is_refused(cloud: Cloud, columns: list[tuple[str, str]]) -> None:
    lake = Lake.create(cloud)
    lake.table("orders", [("id", "int"), ("name", "string")], partition=None)

    with pytest.raises(ClientError) as refused:
        evolve(lake, "orders", iceberg_schema(columns))

    assert refused.value.response["Error"]["Code"] == "InvalidInputException"


def test_twice_and_into_nothing_are_refused(cloud: Cloud) -> None:
    lake = Lake.create(cloud)
    lake.table("orders")

    with pytest.raises(ClientError) as twice:
        lake.table("orders")
    with pytest.raises(ClientError) as nowhere:
        Lake(cloud, lake.bucket, "absent").table("orders")
    with pytest.raises(ClientError) as no_bucket:
        Lake(cloud, "no-such-bucket-here", lake.database).table("other")
    with pytest.raises(ClientError) as no_table:
        evolve(lake, "absent", iceberg_schema(RAW_COLUMNS))

    codes = [error.value.response["Error"]["Code"] for error in (twice, nowhere, no_bucket, no_table)]
    assert codes == [
        "AlreadyExistsException",
        "EntityNotFoundException",
        "InvalidInputException",
        "EntityNotFoundException",
    ]


def test_of_many_writers_with_one_version_one_wins(cloud: Cloud) -> None:
    from concurrent.futures import ThreadPoolExecutor

    glue = cloud.client("glue")
    lake = Lake.create(cloud)
    lake.table("orders")
    table = glue.get_table(DatabaseName=lake.database, Name="orders")["Table"]

    def write(number: int) -> str:
        try:
            entry = {"Name": "orders", "Parameters": {**table["Parameters"], "writer": str(number)}}
            glue.update_table(DatabaseName=lake.database, TableInput=entry, VersionId=table["VersionId"])
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return "won"

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(write, range(12)))

    assert sorted(answers) == ["ConcurrentModificationException"] * 11 + ["won"]
