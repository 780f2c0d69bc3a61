"""Glue job: the closed account of one topic at one RAW snapshot. Reads only. On Glue this file is the script."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from pyspark.sql import SparkSession

from lean_ops.account.count_account import count_account
from lean_ops.arguments import read_arguments

REQUIRED = ("PLAN", "LAKE_BUCKET", "STAGE")


def main(spark: SparkSession, args: Mapping[str, str]) -> dict[str, Any]:
    """The account as written to `results/<run>/account.json`."""
    return count_account(spark.newSession(), args)


if __name__ == "__main__":
    print(main(SparkSession.builder.getOrCreate(), read_arguments(sys.argv[1:], REQUIRED)))
