"""A RAW table, a stream that fills it, and ways to read it back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from emulator.tests.cloud import ACCOUNT, REGION, Cloud, unique

RAW_COLUMNS = [
    ("topic", "string"),
    ("message_id", "string"),
    ("sqs_message_id", "string"),
    ("idempotency_key", "string"),
    ("period_reference", "string"),
    ("correlation_id", "string"),
    ("publish_time", "timestamp"),
    ("ingestion_ts", "timestamp"),
    ("edit_revision", "int"),
    ("replay_id", "string"),
    ("origin_arn", "string"),
    ("message_attributes", "string"),
    ("payload_encoding", "string"),
    ("json_payload", "string"),
]

# Routes each record to the table it names; `fail`, `drop` and `lose` play the other answers.
TRANSFORM = """
export const handler = async (event) => ({
  records: event.records.flatMap(({ recordId, data }) => {
    const row = JSON.parse(Buffer.from(data, 'base64').toString())
    if (row.lose) return []
    if (row.fail) return [{ recordId, result: 'ProcessingFailed', data }]
    if (row.drop) return [{ recordId, result: 'Dropped', data }]
    const { _database, _table, ...rest } = row
    const target = { destinationDatabaseName: _database, destinationTableName: _table, operation: 'insert' }
    const metadata = { otfMetadata: target }
    return [{ recordId, result: 'Ok', data: Buffer.from(JSON.stringify(rest)).toString('base64'), metadata }]
  }),
})
"""


def iceberg_schema(columns: list[tuple[str, str]]) -> dict[str, Any]:
    """Glue's IcebergSchema of optional columns, ids from 1."""
    return {
        "Type": "struct",
        "SchemaId": 0,
        "Fields": [
            {"Id": index, "Name": name, "Type": kind, "Required": False}
            for index, (name, kind) in enumerate(columns, start=1)
        ],
    }


@dataclass
class Lake:
    """A database in a bucket, with a delivery stream whose errors go to the bucket too."""

    cloud: Cloud
    bucket: str
    database: str

    @classmethod
    def create(cls, cloud: Cloud) -> Lake:
        """A new bucket and database."""
        database = unique("db").replace("-", "_")
        cloud.client("glue").create_database(DatabaseInput={"Name": database})
        return cls(cloud, cloud.bucket(), database)

    def table(
        self, name: str, columns: list[tuple[str, str]] | None = None, partition: str | None = "ingestion_ts"
    ) -> None:
        """Create an Iceberg table through Glue's native API."""
        columns = columns or RAW_COLUMNS
        wanted: dict[str, Any] = {
            "Location": f"s3://{self.bucket}/{self.database}/{name}",
            "Schema": iceberg_schema(columns),
            "Properties": {"write.parquet.compression-codec": "zstd"},
        }
        if partition:
            source = [column for column, _ in columns].index(partition) + 1
            fields = [{"SourceId": source, "Transform": "day", "Name": f"{partition}_day"}]
            wanted["PartitionSpec"] = {"SpecId": 0, "Fields": fields}
        operation = {"MetadataOperation": "CREATE", "Version": "2", "CreateIcebergTableInput": wanted}
        self.cloud.client("glue").create_table(
            DatabaseName=self.database, Name=name, OpenTableFormatInput={"IcebergInput": operation}
        )

    def stream(self, table: str | None = None, transform: str | None = None) -> str:
        """A delivery stream to Iceberg; with the routing transform unless another source (or "" for none) is given."""
        name = unique("stream")
        destination: dict[str, Any] = {
            "RoleARN": self.cloud.role(["*"]),
            "CatalogConfiguration": {"CatalogARN": f"arn:aws:glue:{REGION}:{ACCOUNT}:catalog"},
            "AppendOnly": True,
            "BufferingHints": {"SizeInMBs": 5, "IntervalInSeconds": 60},
            "S3Configuration": {
                "RoleARN": self.cloud.role(["*"]),
                "BucketARN": f"arn:aws:s3:::{self.bucket}",
                "ErrorOutputPrefix": "firehose-errors/",
            },
        }
        if table:
            destination["DestinationTableConfigurationList"] = [
                {"DestinationDatabaseName": self.database, "DestinationTableName": table}
            ]
        if transform != "":
            function = self.cloud.function(transform or TRANSFORM)
            arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function}:$LATEST"
            parameters = [{"ParameterName": "LambdaArn", "ParameterValue": arn}]
            destination["ProcessingConfiguration"] = {
                "Enabled": True,
                "Processors": [{"Type": "Lambda", "Parameters": parameters}],
            }
        self.cloud.client("firehose").create_delivery_stream(
            DeliveryStreamName=name, DeliveryStreamType="DirectPut", IcebergDestinationConfiguration=destination
        )
        return name

    def put(self, stream: str, rows: list[dict[str, Any]]) -> None:
        """Put rows in batches of 500; every record must be accepted."""
        firehose = self.cloud.client("firehose")
        for first in range(0, len(rows), 500):
            records = [{"Data": json.dumps(row).encode()} for row in rows[first : first + 500]]
            answer = firehose.put_record_batch(DeliveryStreamName=stream, Records=records)
            assert answer["FailedPutCount"] == 0, answer

    def load(self, name: str) -> Any:
        """The table by pyiceberg."""
        from pyiceberg.catalog import load_catalog

        options = {"type": "glue", "s3.force-virtual-addressing": "false"}
        for part in ("glue", "s3"):
            options |= {
                f"{part}.endpoint": f"http://127.0.0.1:{self.cloud.port}",
                f"{part}.region": REGION,
                f"{part}.access-key-id": "test",
                f"{part}.secret-access-key": "test",
            }
        return load_catalog("tests", **options).load_table((self.database, name))

    def rows(self, name: str) -> list[dict[str, Any]]:
        """All rows of a table."""
        found: list[dict[str, Any]] = self.load(name).scan().to_arrow().to_pylist()
        return found

    def errors(self) -> list[tuple[str, dict[str, Any]]]:
        """(kind, line) of every line of every error object."""
        s3 = self.cloud.client("s3")
        found = []
        for item in s3.list_objects_v2(Bucket=self.bucket, Prefix="firehose-errors/").get("Contents", []):
            kind = item["Key"].split("/")[1]
            text = s3.get_object(Bucket=self.bucket, Key=item["Key"])["Body"].read().decode()
            found += [(kind, json.loads(line)) for line in text.splitlines()]
        return found


def raw_row(number: int, table: str, database: str, micros: int = 1_795_000_000_123_456) -> dict[str, Any]:
    """A RAW record as the processor sends it: times as epoch microseconds, routing for the transform."""
    row: dict[str, Any] = dict.fromkeys((name for name, _ in RAW_COLUMNS), None)
    row |= {
        "topic": table,
        "message_id": f"m-{number}",
        "publish_time": micros + number,
        "ingestion_ts": micros + number,
        "edit_revision": 0,
        "message_attributes": "{}",
        "payload_encoding": "none",
        "json_payload": json.dumps({"n": number, "amount": "1234.500", "text": "ünïcode \u2028 \x00"}),
        "_database": database,
        "_table": table,
    }
    return row
