"""Glue job: a topic anew from RAW. On Glue this file is the script; the warm local host calls `main`."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from pyspark.sql import SparkSession

from lean_ops.arguments import read_arguments
from lean_ops.rebuild.run_rebuild import run_rebuild

REQUIRED = ("PLAN", "LAKE_BUCKET", "ERRORS_BUCKET", "STAGE")


def main(spark: SparkSession, args: Mapping[str, str]) -> dict[str, str]:
    """Every task of the plan; task id → state."""
    return run_rebuild(spark, args)


if __name__ == "__main__":
    print(main(SparkSession.builder.getOrCreate(), read_arguments(sys.argv[1:], REQUIRED)))
