"""The tables that a semantic pass reads and writes, and the columns they have besides the contract's."""

from __future__ import annotations

from dataclasses import dataclass

from lean_ops.names import table_name
from lean_ops.plan import Databases, PassPlan

#: In `reserved-columns.ts` order; all but the last four come from the version.
VERSION_COLUMNS = ("merge_key", "message_id", "edit_revision", "event_version", "publish_time", "ingestion_ts")


@dataclass(frozen=True)
class LakeNames:
    """Full names for SQL. `restricted` is None where the contract keeps no clear values."""

    raw: str
    versions: str
    semantic: str
    restricted: str | None
    rejects: str

    @property
    def targets(self) -> tuple[str, ...]:
        """In the order of their commits: the semantic table last, as its commit says that the pass is done."""
        return (self.rejects, *([self.restricted] if self.restricted else []), self.semantic)


def lake_names(databases: Databases, plan: PassPlan) -> LakeNames:
    """Names of one topic's tables."""
    table, has_restricted = plan.table, plan.contract.has_restricted_table
    return LakeNames(
        raw=table_name(databases.raw, plan.raw_table or table),
        versions=table_name(databases.curated, f"{table}__versions"),
        semantic=table_name(databases.semantic, table),
        restricted=table_name(databases.semantic, f"{table}_restricted") if has_restricted else None,
        rejects=table_name(databases.semantic, f"{table}__rejects"),
    )
