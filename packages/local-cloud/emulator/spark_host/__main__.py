"""Start the warm Spark host: `python -m emulator.spark_host`, settings from the environment."""

from __future__ import annotations

import os

# Imported before any fork, so that no run waits for it.
import boto3  # noqa: F401
import pyspark.sql  # noqa: F401

from .host import Host
from .settings import read_settings

if __name__ == "__main__":
    # The keys of this process are the local account's root; every run gets its own from its client.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    Host(read_settings(os.environ)).serve()
