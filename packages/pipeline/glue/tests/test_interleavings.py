"""A random history through the real jobs; `npm run soak` plays many, from a rotating seed that it prints."""

from __future__ import annotations

import itertools
import os

import pytest
from pyspark.sql import SparkSession

import curated
import semantic
from proof.generate import generate_history
from proof.on_spark.compare import compare_tables
from proof.on_spark.spark_world import play_on_spark
from proof.oracle import ask_oracle

# One history takes a minute of two cores: `npm test` plays one that is known to hold, the soak plays unknown ones.
first_seed = int(os.environ.get("LEAN_OPS_PROOF_SEED") or 7)
count = int(os.environ.get("LEAN_OPS_PROOF_COUNT") or 1)
_numbers = itertools.count(1)


@pytest.mark.parametrize("seed", range(first_seed, first_seed + count))
def test_ends_as_the_oracle_says(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    history = generate_history(seed, size=9, is_in_place=True)
    truth = ask_oracle([history])[seed]
    name = f"h{next(_numbers)}"

    world = play_on_spark(
        spark, tmp_path_factory.mktemp(name), name, {"curated": curated.main, "semantic": semantic.main}, history
    )

    wrong = compare_tables(world, history, truth)
    assert not wrong, f"LEAN_OPS_PROOF_SEED={seed} LEAN_OPS_PROOF_COUNT=1:\n" + "\n".join(wrong[:10])
