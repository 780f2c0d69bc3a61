"""Scenarios that take longer than `npm test` may: the same Spark session as the tests'."""

from tests.conftest import lake, spark

__all__ = ["lake", "spark"]
