"""A live table takes over the rows of its rebuilt shadow in one commit; the old state stays under a tag."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as f

from lean_ops.names import quote, table_name
from lean_ops.rebuild.build_shadow import SHADOW
from lean_ops.snapshots import CommitProperties, find_pass, head, load_table, set_tag
from lean_ops.tables import add_columns

if TYPE_CHECKING:
    from lean_ops.runner import PassContext


def swap_table(context: PassContext, database: str, table: str, suffix: str, archive: str) -> None:
    """Does nothing when this rebuild is in the table already. Readers see the old rows or the new ones."""
    spark = context.spark
    name = table_name(database, f"{table}{suffix}")
    shadow = spark.table(table_name(database, f"{table}{SHADOW}{suffix}"))
    live = load_table(spark, name)
    if find_pass(live, context.plan.pass_id, context.plan.pass_seq) is not None:
        return
    old = head(live)
    if old is not None:
        set_tag(live, archive, old.id)
    present = dict(spark.table(name).dtypes)
    wanted = {field.name: field for field in shadow.schema.fields}
    other = [column for column in wanted if column in present and present[column] != dict(shadow.dtypes)[column]]
    for column in other:
        spark.sql(f"ALTER TABLE {name} DROP COLUMN {quote(column)}")
    missing = [column for column in wanted if column not in present or column in other]
    if missing:
        comments = {column: str(wanted[column].metadata.get("comment", "")) for column in missing}
        types = dict(shadow.dtypes)
        add_columns(spark, name, [(column, types[column], comments[column]) for column in missing])
    target = spark.table(name).schema
    rows = shadow
    if old is not None and "first_seen_ts" in present:
        seen = spark.read.option("snapshot-id", old.id).table(name).selectExpr("merge_key", "first_seen_ts AS seen")
        rows = shadow.join(seen, "merge_key", "left").withColumn(
            "first_seen_ts", f.expr("coalesce(seen, first_seen_ts)")
        )
    columns = [f"{quote(field.name) if field.name in wanted else 'NULL'}" for field in target.fields]
    selected = rows.selectExpr(
        *(
            f"CAST({value} AS {field.dataType.simpleString()}) AS {quote(field.name)}"
            for value, field in zip(columns, target.fields, strict=True)
        )
    )
    context.check_lease()
    with CommitProperties(spark, context.commit_properties()):
        selected.writeTo(name).overwrite(f.lit(True))
