"""DuckDB with the Iceberg reader, offline: the extensions come as wheels beside it."""

from __future__ import annotations

import sysconfig
from dataclasses import dataclass
from pathlib import Path

import duckdb


@dataclass(frozen=True)
class ObjectStore:
    """Where s3:// is."""

    endpoint: str
    region: str
    key_id: str
    secret: str


def open_lake(store: ObjectStore | None) -> duckdb.DuckDBPyConnection:
    """A connection that reads Iceberg tables on this disk, and on S3 when a store is given."""
    db = duckdb.connect(config={"allow_unsigned_extensions": True})
    packages = Path(sysconfig.get_paths()["purelib"])
    for name in ("httpfs", "avro", "iceberg"):
        (file,) = packages.glob(f"duckdb_extension_{name}/extensions/v{duckdb.__version__}/{name}.duckdb_extension")
        db.execute(f"LOAD '{file}'")
    if store is not None:
        host = store.endpoint.removeprefix("http://").removeprefix("https://")
        secure = str(store.endpoint.startswith("https://")).lower()
        db.execute(
            f"CREATE SECRET (TYPE s3, KEY_ID '{store.key_id}', SECRET '{store.secret}', REGION '{store.region}', "
            f"ENDPOINT '{host}', URL_STYLE 'path', USE_SSL {secure})"
        )
    return db


def find_metadata(folder: Path) -> str | None:
    """The newest metadata file of a table that lies in a folder; None when there is no table."""
    versions = sorted((folder / "metadata").glob("v*.metadata.json"), key=lambda file: int(file.name[1:].split(".")[0]))
    return str(versions[-1]) if versions else None
