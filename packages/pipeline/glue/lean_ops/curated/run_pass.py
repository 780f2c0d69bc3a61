"""One pass of the curated job."""

from __future__ import annotations

from lean_ops.results import PassOutcome
from lean_ops.runner import PassContext
from lean_ops.tables import ensure_tables


def run_pass(context: PassContext) -> PassOutcome:
    """Work in progress: makes the tables."""
    ensure_tables(context.spark, context.job.databases.curated, context.plan.tables)
    return PassOutcome(state="nothing")
