"""Stands in for Glue's module of this name: the session of the bench, its catalog already loaded."""

from pyspark.sql import SparkSession


class GlueContext:
    def __init__(self, context):
        self.spark_session = SparkSession(context)
