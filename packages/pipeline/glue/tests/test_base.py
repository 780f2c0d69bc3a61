"""The base that both jobs stand on: plans, leases, snapshots, tables, the runner."""

from __future__ import annotations

import json
from typing import Any

import pytest

import curated
from lean_ops.errors import PassError
from lean_ops.lease import check_lease
from lean_ops.objects import open_objects
from lean_ops.plan import PlanError, read_plan
from lean_ops.snapshots import PASS_ID, PASS_SEQ, CommitProperties, between, find_pass, load_table, set_tag
from lean_ops.tables import ensure_tables
from tests.contracts import contract_yaml, read_contract
from tests.lake import Lake, Message


def test_a_pass_makes_the_tables_and_leaves_a_result(lake: Lake) -> None:
    lake.append_raw("orders", [Message("a", {"orderId": 1})])
    one = lake.plan_pass("curated", read_contract("orders"), to=lake.head("raw", "orders"))

    (result,) = lake.run(curated.main, "curated", [one])

    assert result["passId"] == "orders-curated-1"
    assert result["error"] is None
    columns = {field.name: field.dataType.simpleString() for field in lake.rows("curated", "orders").schema.fields}
    assert columns["event_version"] == "timestamp_ntz"


def test_one_topic_fails_alone(lake: Lake) -> None:
    lake.append_raw("orders", [Message("a", {"orderId": 1})])
    good = lake.plan_pass("curated", read_contract("orders"), to=lake.head("raw", "orders"))
    bad = lake.plan_pass("curated", contract_yaml(topic="payments"), to="1")
    bad["tables"][0]["create"] = "CREATE NONSENSE"

    results = lake.run(curated.main, "curated", [bad, good])

    assert [r["state"] == "failed" for r in results] == [True, False]
    assert results[0]["error"]["code"] == "SPARK_FAILED"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"passSeq": "1"}, "$.passes[0].passSeq"),
        ({"mode": "some"}, "$.passes[0].mode"),
        ({"to": "12x"}, "$.passes[0].to"),
    ],
)
def test_a_bad_plan_is_refused_by_the_name_of_the_field(lake: Lake, change: dict[str, Any], says: str) -> None:
    one = lake.plan_pass("curated", read_contract("orders"), to="1") | change

    with pytest.raises(PlanError) as refused:
        lake.run(curated.main, "curated", [one])

    assert says in str(refused.value)
    with pytest.raises(PlanError):
        read_plan(b"{", "curated")


def test_another_token_is_a_lost_lease(lake: Lake) -> None:
    lake.set_lease("orders", 7)
    store = open_objects(lake.lake)

    check_lease(store, lake.lake, "orders", 7)
    for topic, token in (("orders", 6), ("payments", 7)):
        with pytest.raises(PassError) as lost:
            check_lease(store, lake.lake, topic, token)
        assert lost.value.code == "LEASE_LOST"


def test_a_pass_is_found_behind_a_compaction(lake: Lake) -> None:
    spark = lake.spark
    name = lake.table("curated", "t")
    spark.sql(f"CREATE TABLE {name} (id int) USING iceberg TBLPROPERTIES ('format-version'='2')")
    for seq in (1, 2, 3):
        with CommitProperties(spark, {PASS_ID: f"p{seq}", PASS_SEQ: str(seq)}):
            spark.sql(f"MERGE INTO {name} t USING (SELECT {seq} AS id) s ON t.id = s.id WHEN NOT MATCHED THEN INSERT *")
    spark.sql(f"CALL glue_catalog.system.rewrite_data_files(table => '{name}', options => map('rewrite-all','true'))")
    table = load_table(spark, name)

    found = [find_pass(table, f"p{seq}", seq) for seq in (1, 2, 3, 4)]

    assert [None if f is None else f.summary[PASS_ID] for f in found] == ["p1", "p2", "p3", None]
    head = lake.head("curated", "t")
    first = found[0]
    assert first is not None
    steps = between(table, first.id, head)
    assert steps is not None
    assert [s.operation for s in steps] == ["append", "append", "replace"]
    set_tag(table, "consumer-semantic", first.id)
    set_tag(table, "consumer-semantic", head)
    assert str(load_table(spark, name).refs()["consumer-semantic"].snapshotId()) == head


def test_tables_grow_and_widen_but_never_change_meaning(lake: Lake) -> None:
    database = lake.databases["semantic"]
    columns = "      - { name: orderId, logicalType: string, required: true }\n"
    amount = "      - {{ name: amount, logicalType: {kind} }}\n"
    yaml = [
        contract_yaml(columns=columns + amount.format(kind=kind))
        for kind in (
            "integer, physicalType: int",
            "integer",
            "string",
        )
    ]
    plans = [read_plan(_plan(lake, y), "semantic") for y in [contract_yaml(columns=columns), *yaml]]
    shapes = [plan.passes[0].tables for plan in plans]
    ensure_tables(lake.spark, database, shapes[0])

    added = ensure_tables(lake.spark, database, shapes[1])
    widened = ensure_tables(lake.spark, database, shapes[2])
    again = ensure_tables(lake.spark, database, shapes[2])

    assert added == ["added orders.amount"]
    assert widened == ["widened orders.amount from int to bigint"]
    assert again == []
    with pytest.raises(PassError) as refused:
        ensure_tables(lake.spark, database, shapes[3])
    assert refused.value.code == "TABLE_INCOMPATIBLE"


def _plan(lake: Lake, yaml: str) -> bytes:
    plan = {
        "version": 1,
        "execution": "e",
        "stage": "local",
        "layer": "semantic",
        "databases": lake.databases,
        "passes": [lake.plan_pass("semantic", yaml)],
    }
    return json.dumps(plan).encode()
