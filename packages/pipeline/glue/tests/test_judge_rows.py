"""The contract's judgement on real Spark against the golden vectors that TypeScript answers, too."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql.types import MapType, StringType, StructField, StructType

from lean_ops.curated.leaf_reader import LeafReader, to_text
from lean_ops.plan import ContractColumn
from lean_ops.semantic.judge_rows import judge_rows, warnings_of
from lean_ops.semantic.payload_columns import pointer

ROOT = Path(__file__).resolve().parents[4]
GOLDEN: list[dict[str, Any]] = json.loads((ROOT / "packages/common/golden/validate-row.json").read_text())["cases"]
READS_AS_JSON = re.compile(
    r"\A(-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?|true|false|null)\Z|\A[\[{]",
)


@pytest.fixture(params=["as Spark is", "ANSI"])
def uncompiled(request: pytest.FixtureRequest, spark: SparkSession) -> Iterator[SparkSession]:
    """Interpreted: compiling 41 contracts would take a minute. The passes of the other tests run compiled."""
    session = spark.newSession()
    session.conf.set("spark.sql.codegen.wholeStage", "false")
    session.conf.set("spark.sql.codegen.factoryMode", "NO_CODEGEN")
    session.conf.set("spark.sql.ansi.enabled", str(request.param == "ANSI").lower())
    yield session


def curated_rows(spark: SparkSession, columns: tuple[ContractColumn, ...], payloads: list[str]) -> DataFrame:
    """Payloads as the curated job's reader flattens them; message_id = their number."""
    batch = LeafReader(frozenset(pointer(c.path) for c in columns)).read(payloads)
    leaves = batch.all_columns()
    quoted: list[list[str]] = [[] for _ in payloads]
    for path, values in leaves.items():
        for row, value in enumerate(values):
            if type(value) is str and READS_AS_JSON.search(value):
                quoted[row].append(path)
    names = [StructField("message_id", StringType()), StructField("quoted", StringType())]
    names.append(StructField("overflow", MapType(StringType(), StringType())))
    names += [StructField(f"c{n}", StringType(), True, {"comment": path}) for n, path in enumerate(leaves)]
    rows = [
        (
            str(row),
            msgspec.json.encode(quoted[row]).decode() if quoted[row] else None,
            None,
            *(None if values[row] is None else str(to_text(values[row])) for values in leaves.values()),
        )
        for row in range(len(payloads))
    ]
    return spark.createDataFrame(rows, StructType(names))


def canonical(index: int, column: ContractColumn) -> str:
    """SQL of a value as the vectors write it."""
    match column.type.kind:
        case "timestamp":
            return f"date_format(v{index}, \"yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'\") AS v{index}"
        case "double" | "float":
            return f"CAST(v{index} AS DOUBLE) AS v{index}"
        case _:
            return f"CAST(v{index} AS STRING) AS v{index}"


def verdict(row: Row, columns: tuple[ContractColumn, ...]) -> dict[str, Any]:
    """A judged row in the form of `expect`."""
    return {
        "passes": row["passes"],
        "code": row["code"],
        "stopsPass": row["stops"],
        "faults": [{"column": f["column"], "code": f["code"], "rule": f["rule"]} for f in row["faults"] or []],
        "warnings": [
            {"column": w.column, "code": "RULE" if w.rule else "REQUIRED_MISSING", "rule": w.rule}
            for w in warnings_of(columns)
            if row[w.flag]
        ],
        "values": {column.name: row[f"v{n}"] for n, column in enumerate(columns)},
    }


def expected(case: dict[str, Any], columns: tuple[ContractColumn, ...]) -> dict[str, Any]:
    """Floating values are compared as numbers."""
    floating = {c.name for c in columns if c.type.kind in ("double", "float")}
    values = case["expect"]["values"]
    return {
        **case["expect"],
        "values": {n: float(v) if n in floating and v is not None else v for n, v in values.items()},
    }


def judged_cases(spark: SparkSession, columns: tuple[ContractColumn, ...], payloads: list[str]) -> list[Row]:
    """Verdicts and canonical values, in the order of the payloads."""
    judged = judge_rows(curated_rows(spark, columns, payloads), columns, ["message_id"])
    values = [canonical(n, column) for n, column in enumerate(columns)]
    flags = [w.flag for w in warnings_of(columns)]
    rows = judged.selectExpr("message_id", "passes", "stops", "code", "faults", *flags, *values).collect()
    return sorted(rows, key=lambda row: int(row["message_id"]))


def decode_columns(case: dict[str, Any], prefix: str = "") -> tuple[ContractColumn, ...]:
    """The columns of a vector, below one more member when there is a prefix."""
    columns = msgspec.json.decode(json.dumps(case["columns"]), type=tuple[ContractColumn, ...])
    if not prefix:
        return columns
    return tuple(msgspec.structs.replace(c, name=f"{prefix}{c.name}", path=(prefix, *c.path)) for c in columns)


def is_of_rows(case: dict[str, Any]) -> bool:
    """What concerns a row as a whole: several columns, several faults, an action."""
    columns = case["columns"]
    return len(columns) > 1 or any(rule["action"] != "quarantine" for c in columns for rule in c["rules"])


def test_every_golden_vector_has_its_verdict(uncompiled: SparkSession) -> None:
    """All vectors of single columns side by side in one contract, each below a member of its own."""
    cases = [case for case in GOLDEN if not is_of_rows(case)]
    prefixes = {text: f"g{n}" for n, text in enumerate(dict.fromkeys(json.dumps(c["columns"]) for c in cases))}
    decoded = {prefix: decode_columns({"columns": json.loads(text)}, prefix) for text, prefix in prefixes.items()}
    columns = tuple(column for group in decoded.values() for column in group)
    owners = [prefixes[json.dumps(case["columns"])] for case in cases]
    payloads = [f'{{"{owner}":{case["payload"]}}}' for owner, case in zip(owners, cases, strict=True)]

    rows = judged_cases(uncompiled, columns, payloads)

    wrong = []
    for row, owner, case in zip(rows, owners, cases, strict=True):
        (column,) = decoded[owner]
        faults = [(f["code"], f["rule"]) for f in row["faults"] or [] if f["column"] == column.name]
        warned = [w.rule for w in warnings_of(columns) if w.column == column.name and row[w.flag]]
        value = row[f"v{columns.index(column)}"]
        wanted = expected(case, (msgspec.structs.replace(column, name=case["columns"][0]["name"]),))
        got = (faults, warned, value)
        if got != (
            [(f["code"], f["rule"]) for f in wanted["faults"]],
            [w["rule"] for w in wanted["warnings"]],
            wanted["values"][case["columns"][0]["name"]],
        ):
            wrong.append((case["name"], case["payload"], got, wanted))
    assert wrong == []
    assert len(cases) > 200


def test_a_row_has_one_verdict_and_every_fault(uncompiled: SparkSession) -> None:
    cases = [case for case in GOLDEN if is_of_rows(case)]

    got = [
        verdict(row, columns)
        for case in cases
        for columns in [decode_columns(case)]
        for row in judged_cases(uncompiled, columns, [case["payload"]])
    ]

    assert got == [expected(case, decode_columns(case)) for case in cases]
    assert {g["stopsPass"] for g in got} == {True, False}


def test_details_say_kinds_and_names_but_no_values(spark: SparkSession) -> None:
    columns = msgspec.json.decode(
        json.dumps(
            [
                {**GOLDEN[0]["columns"][0], "name": "n", "path": ["n"]},
                {**GOLDEN[0]["columns"][0], "name": "city", "path": ["address", "city"], "type": {"kind": "string"}},
            ]
        ),
        type=tuple[ContractColumn, ...],
    )
    payloads = ['{"n":"4711-secret","address":"Bern"}', '{"n":"1.0"}', '{"n":{"a":null}}', '{"n":[1]}', '{"n":true}']

    rows = judge_rows(curated_rows(spark, columns, payloads), columns, ["message_id"]).orderBy("message_id").collect()

    assert [[f["detail"] for f in row["faults"]] for row in rows] == [
        ["a string that is no long", "address is no object, so that string cannot be read"],
        ["a string that is no long"],
        ["a object that is no long"],
        ["a array that is no long"],
        ["a boolean that is no long"],
    ]
    assert rows[0]["faults"][1]["path"] == ["address", "city"]
