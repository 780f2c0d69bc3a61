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


def test_every_golden_vector_has_its_verdict(uncompiled: SparkSession) -> None:
    groups: dict[str, list[dict[str, Any]]] = {}
    for case in GOLDEN:
        groups.setdefault(json.dumps(case["columns"]), []).append(case)
    wrong = []
    for text, cases in groups.items():
        columns = msgspec.json.decode(text, type=tuple[ContractColumn, ...])
        frame = curated_rows(uncompiled, columns, [case["payload"] for case in cases])
        judged = judge_rows(frame, columns, ["message_id"])
        values = [canonical(n, column) for n, column in enumerate(columns)]
        flags = [w.flag for w in warnings_of(columns)]
        for row in judged.selectExpr("message_id", "passes", "stops", "code", "faults", *flags, *values).collect():
            case = cases[int(row["message_id"])]
            got, wanted = verdict(row, columns), expected(case, columns)
            if got != wanted:
                wrong.append((case["name"], case["payload"], got, wanted))

    assert wrong == []


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
