"""Appends the new revisions of a pass to `__versions`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pyspark.sql import functions as f

from lean_ops.curated.column_names import to_pointer
from lean_ops.curated.flatten import INPUT, Layout, flatten
from lean_ops.curated.scan import LOCATION
from lean_ops.names import literal, quote
from lean_ops.plan import Contract, PassPlan
from lean_ops.semantic.cast_value import cast_value, sql_type

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

# So many partitions are written at once by every task; more are brought together by a shuffle first.
_DAYS_AT_ONCE_MAX = 8


def declared_pointers(contract: Contract) -> frozenset[str]:
    """Paths that the contract names: they get columns first, and where an object stands its text is kept."""
    paths = [column.path for column in contract.columns]
    if contract.key_path is not None:
        paths.append(contract.key_path)
    if contract.event_version is not None:
        paths.append(contract.event_version.path)
    return frozenset(map(to_pointer, paths))


def write_versions(
    spark: SparkSession,
    raw: DataFrame,
    versions: str,
    plan: PassPlan,
    registry: Mapping[str, str],
    skipped: DataFrame | None,
    *,
    days: int,
    is_overwrite: bool,
) -> None:
    """One commit, even of no rows: it is the mark that the pass has been here."""
    source = raw.selectExpr(*INPUT, *LOCATION)
    if skipped is not None:
        source = source.join(f.broadcast(skipped), ["file", "pos"], "left_anti")
    rows = flatten(source.select(*INPUT), Layout(registry, declared_pointers(plan.contract), plan.contract.key_path))
    expressions = {
        "event_version": _event_version(plan.contract, registry),
        "pass_id": literal(plan.pass_id),
        "pass_seq": f"{plan.pass_seq}L",
        "curated_at": "CAST(current_timestamp() AS TIMESTAMP_NTZ)",
    }
    columns = [f"{expressions.get(name, quote(name))} AS {quote(name)}" for name in spark.table(versions).columns]
    writer = rows.selectExpr(*columns).writeTo(versions)
    if days <= _DAYS_AT_ONCE_MAX:
        writer = writer.option("distribution-mode", "none").option("fanout-enabled", "true")
    if is_overwrite:
        writer.overwrite(f.lit(True))
    else:
        writer.append()


def _event_version(contract: Contract, registry: Mapping[str, str]) -> str:
    version = contract.event_version
    if version is None:
        return "CAST(NULL AS STRING)"
    pointer = to_pointer(version.path)
    column = registry.get(pointer)
    if column is None:
        return f"CAST(NULL AS {sql_type(version.type)})"
    # As semantic/payload_columns.py reads it: `quoted` is compact JSON, its members begin after `[` or `,`.
    member = f'"{pointer}"'
    is_quoted = (
        f"(quoted IS NOT NULL AND (startswith(quoted, {literal('[' + member)}) "
        f"OR instr(quoted, {literal(',' + member)}) > 0))"
    )
    return cast_value(quote(column), is_quoted, version.type, version.timestamp_format)
