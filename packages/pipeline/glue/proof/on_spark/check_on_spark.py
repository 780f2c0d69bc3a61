"""A history through the real jobs, compared with the oracle."""

from __future__ import annotations

from pathlib import Path

from pyspark.sql import SparkSession

import curated
import semantic
from proof.history import History
from proof.on_spark.compare import compare_tables
from proof.on_spark.spark_world import Main, play_on_spark
from proof.oracle import ask_oracle

mains: dict[str, Main] = {"curated": curated.main, "semantic": semantic.main}


def check_on_spark(spark: SparkSession, folder: Path, name: str, history: History) -> list[str]:
    """The differences in words. `name` is part of the databases' names, `folder` stands for the buckets."""
    truth = ask_oracle([history])[history.seed]
    return compare_tables(play_on_spark(spark, folder, name, mains, history), history, truth)
