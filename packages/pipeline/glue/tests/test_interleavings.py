"""Random histories through the real jobs: here seeds that are known to hold, unknown ones by `npm run soak`."""

from __future__ import annotations

import itertools
import os

import pytest
from pyspark.sql import SparkSession

from proof.generate import generate_together
from proof.on_spark.check_on_spark import check_on_spark

#: Seeds whose messages share a topic and its passes: ten cost hardly more than one.
together = 5
first_seed = int(os.environ.get("LEAN_OPS_SPARK_SEED") or 4711)
count = int(os.environ.get("LEAN_OPS_SPARK_COUNT") or 5)
_numbers = itertools.count(1)


@pytest.mark.parametrize("first", range(first_seed, first_seed + count, together))
def test_ends_as_the_oracle_says(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory, first: int) -> None:
    seeds = range(first, min(first + together, first_seed + count))
    name = f"h{next(_numbers)}"

    wrong = check_on_spark(spark, tmp_path_factory.mktemp(name), name, generate_together(seeds, size=8))

    assert not wrong, f"LEAN_OPS_SPARK_SEED={first} LEAN_OPS_SPARK_COUNT={len(seeds)}:\n" + "\n".join(wrong[:10])
