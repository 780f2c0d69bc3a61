"""`theirs.py <checkout> <work folder> <standardized|curated> <memory>`: one run of a job of the old system, its file unchanged.

Stood in for: awsglue, and AWS behind boto3 (see shims/). The Iceberg catalog is a folder; it is loaded before the job sets the
catalog's options, which then no longer matter.
"""

import os
import runpy
import sys
from pathlib import Path

checkout, folder, layer, memory = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4]
os.environ["BENCH_AWS"] = str(folder / "aws")

from lake import open_spark  # noqa: E402

spark = open_spark(folder, memory)
spark.sql("SHOW NAMESPACES IN glue_catalog").collect()

import pyspark.context  # noqa: E402

# `SparkContext()` in the job is the one that runs already; to end it takes the real class again.
real_context = pyspark.context.SparkContext
pyspark.context.SparkContext = lambda: spark.sparkContext
sys.path[:0] = [str(Path(__file__).parent / "shims"), str(checkout / "scripts/glue")]
for name in [n for n in sys.modules if n == "boto3" or n.startswith("boto3.")]:
    del sys.modules[name]
options = {
    "JOB_NAME": layer,
    "topic_name": "orders",
    "raw_database": "iceberg_raw_db",
    "standardized_database": "iceberg_standardized_db",
    "curated_database": "iceberg_curated_db",
    "checkpoint_table": "checkpoints",
    "iceberg_bucket": "bench",
    "schema_bucket": "bench",
}
sys.argv = [layer, *(word for name, value in options.items() for word in (f"--{name}", value))]
runpy.run_path(str(checkout / f"scripts/glue/{layer}_processor.py"), run_name="__main__")
pyspark.context.SparkContext = real_context
spark.stop()
