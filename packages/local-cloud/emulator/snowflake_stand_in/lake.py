"""Iceberg tables of the local Glue catalog, and how DuckDB reads them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import duckdb
from botocore.config import Config

from .errors import SnowflakeError
from .settings import REGION

_EXTENSIONS = ("httpfs", "avro", "iceberg")


@dataclass(frozen=True)
class Head:
    """The newest metadata of a table. Ids are text."""

    location: str
    snapshot: str | None
    schema: str
    sequence: str
    summary: dict[str, Any]


class Lake:
    """Clients of Glue and S3 at the emulator."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        options: dict[str, Any] = {
            "endpoint_url": endpoint,
            "region_name": REGION,
            "aws_access_key_id": "test",
            "aws_secret_access_key": "test",
            "config": Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 2}, read_timeout=30),
        }
        self.glue = boto3.client("glue", **options)
        self.s3 = boto3.client("s3", **options)

    def head(self, namespace: str, table: str) -> Head:
        """The table as the catalog has it now (SnowflakeError when it cannot be read)."""
        try:
            found = self.glue.get_table(DatabaseName=namespace, Name=table)["Table"]
            location = str(found["Parameters"]["metadata_location"])
            bucket, _, key = re.sub(r"^s3a?://", "", location).partition("/")
            metadata = json.loads(self.s3.get_object(Bucket=bucket, Key=key)["Body"].read())
        except Exception as error:
            message = f"Failed to read table '{namespace}.{table}' from the catalog: {type(error).__name__}: {error}"
            raise SnowflakeError("093660", "22000", message[:400]) from error
        return _head(location, metadata)


def _head(location: str, metadata: dict[str, Any]) -> Head:
    snapshots = {str(one["snapshot-id"]): one for one in metadata.get("snapshots", [])}
    current = metadata.get("current-snapshot-id")
    snapshot = None if current in (None, -1) else str(current)
    newest = snapshots.get(snapshot or "", {})
    return Head(
        location=location,
        snapshot=snapshot,
        schema=str(metadata.get("current-schema-id", 0)),
        sequence=str(newest.get("sequence-number", 0)),
        summary=dict(newest.get("summary", {})),
    )


def load_extensions(connection: duckdb.DuckDBPyConnection, endpoint: str) -> None:
    """DuckDB's Iceberg reader from PyPI wheels (no download at run time), pointed at the emulator's S3."""
    for name in _EXTENSIONS:
        module = __import__(f"duckdb_extension_{name}")
        folder = Path(str(module.__file__)).parent / f"extensions/v{duckdb.__version__}"
        connection.execute(f"LOAD '{folder / name}.duckdb_extension'")
    host = endpoint.partition("://")[2]
    connection.execute(
        "CREATE OR REPLACE SECRET emulator (TYPE s3, KEY_ID 'test', SECRET 'test', "
        f"REGION '{REGION}', ENDPOINT '{host}', URL_STYLE 'path', USE_SSL false)"
    )


def view_sql(connection: duckdb.DuckDBPyConnection, name: str, location: str) -> str:
    """A view of exactly this metadata file, with column names and types as Snowflake gives them."""
    scan = f"iceberg_scan('{location.replace(chr(39), chr(39) * 2)}')"
    columns = []
    for column, kind, *_ in connection.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall():
        quoted = '"' + column.replace('"', '""') + '"'
        cast = "::DOUBLE" if kind == "FLOAT" else "::VARCHAR" if kind == "UUID" else ""
        if re.search(r"STRUCT|MAP|\[\]", kind):
            cast = "::JSON"
        columns.append(f"{quoted}{cast} AS {quoted.upper()}")
    return f"CREATE OR REPLACE VIEW {name} AS SELECT {', '.join(columns)} FROM {scan}"
