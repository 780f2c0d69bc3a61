"""One real Spark session with Iceberg for the whole run; each test mints its own databases."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from lean_ops.session import folder_settings, open_local_session
from proof.on_spark.small_data import small
from tests.lake import Lake

ROOT = Path(__file__).resolve().parents[4]
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """Spark as on Glue, its catalog in a temporary folder."""
    settings = folder_settings(tmp_path_factory.mktemp("warehouse")) | small
    session = open_local_session(settings, ROOT / ".local/jars")
    yield session
    session.stop()


@pytest.fixture
def lake(spark: SparkSession, tmp_path: Path) -> Lake:
    """Empty databases and folders in place of buckets."""
    return Lake(spark, tmp_path, f"t{next(_numbers)}")
