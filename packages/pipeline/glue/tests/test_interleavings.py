"""Random histories through the real jobs: 20 new seeds in every run, 200 by `npm run soak`."""

from __future__ import annotations

import os

import pytest
from pyspark.sql import SparkSession

from proof.generate import generate_together
from proof.on_spark.check_on_spark import check_on_spark

#: Seeds whose messages share a topic and its passes: ten cost hardly more than one.
together = 10
first_seed = int(os.environ.get("LEAN_OPS_SPARK_SEED") or os.environ["LEAN_OPS_PROOF_SEED"])
count = int(os.environ.get("LEAN_OPS_SPARK_COUNT") or 20)


# Named by their place in the run: the same names in every run, whatever the seeds are.
@pytest.mark.parametrize("offset", range(0, count, together))
def test_ends_as_the_oracle_says(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory, offset: int) -> None:
    first = first_seed + offset
    seeds = range(first, min(first + together, first_seed + count))
    name = f"h{offset}"

    wrong = check_on_spark(spark, tmp_path_factory.mktemp(name), name, generate_together(seeds, size=5))

    assert not wrong, f"LEAN_OPS_SPARK_SEED={first} LEAN_OPS_SPARK_COUNT={len(seeds)}:\n" + "\n".join(wrong[:10])
