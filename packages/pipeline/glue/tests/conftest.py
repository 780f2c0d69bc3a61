"""One real Spark session with Iceberg for the whole run; each test mints its own databases."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from lean_ops.session import folder_settings, open_local_session
from tests.lake import Lake

ROOT = Path(__file__).resolve().parents[4]
# For a handful of rows planning and compiling cost far more than running: interpreted, one partition.
SMALL = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """Spark as on Glue, its catalog in a temporary folder."""
    settings = folder_settings(tmp_path_factory.mktemp("warehouse")) | SMALL
    session = open_local_session(settings, ROOT / ".local/jars")
    yield session
    session.stop()


@pytest.fixture
def lake(spark: SparkSession, tmp_path: Path) -> Lake:
    """Empty databases and folders in place of buckets."""
    return Lake(spark, tmp_path, f"t{next(_numbers)}")
