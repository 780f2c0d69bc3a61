"""Spark for a handful of rows and hundreds of passes in one process."""

from __future__ import annotations

#: Planning and compiling cost far more than running: interpreted, one partition, nothing adapted.
small = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
