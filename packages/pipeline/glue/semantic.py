"""Glue job: curated → semantic. On Glue this file is the script; the warm local host calls `main`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from pyspark.sql import SparkSession

from lean_ops.arguments import read_arguments
from lean_ops.runner import no_hook, run_job
from lean_ops.semantic.run_pass import run_pass

REQUIRED = ("PLAN", "LAKE_BUCKET", "ERRORS_BUCKET", "STAGE")


def main(spark: SparkSession, args: Mapping[str, str], hook: Callable[[str], None] = no_hook) -> dict[str, str]:
    """Every pass of the plan; pass id → state."""
    return run_job(spark, args, "semantic", run_pass, hook)


if __name__ == "__main__":
    print(main(SparkSession.builder.getOrCreate(), read_arguments(sys.argv[1:], REQUIRED)))
