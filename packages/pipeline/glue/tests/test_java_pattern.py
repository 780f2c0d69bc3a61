"""Patterns mean in Java what they mean in JavaScript, or are refused."""

from __future__ import annotations

import json
import subprocess

import pytest
from pyspark.sql import SparkSession

from lean_ops.errors import PassError
from lean_ops.names import literal
from lean_ops.semantic.java_pattern import java_pattern
from tests.contracts import ROOT

PATTERNS = [
    "[A-Z]{3}|x",
    ".",
    ".+",
    "a.c",
    "[.]+",
    "^a$",
    "(?:a|b){1,3}",
    r"\.\*\+",
    r"[\w-]".replace(r"\w", "a-z"),
    r"(?:\u{1F600}){1,3}",
    r"\u0041\x42",
    r"\t\v\0?",
    "[^a]",
    "[$^]x",
    r"a\/b",
    "a|",
    "(a|b)?c{2,}",
]
TEXTS = [
    *(
        "",
        "a",
        "x",
        "EUR",
        "EUR\n",
        "abc",
        "a\nc",
        "a\rc",
        "a\u2028c",
        "a\u0085c",
        ".",
        "...",
        ".*+",
        "a-z",
        "😀😀",
        "AB",
    ),
    *("\t\v", "\t\v\0", "é", "$x", "^x", "a/b", "cc", "acccc", "bcc\n", "😀", "ab"),
]


def test_spark_and_node_agree_on_every_pattern_and_text(spark: SparkSession) -> None:
    script = (
        "const [p, t] = JSON.parse(process.argv[1]);"
        "console.log(JSON.stringify(p.map((x) => t.map((y) => new RegExp(`^(?:${x})$`, 'u').test(y)))))"
    )
    node = [str(ROOT / "node_modules/.bin/node"), "-e", script, json.dumps([PATTERNS, TEXTS])]
    wanted = json.loads(subprocess.run(node, capture_output=True, text=True, check=True).stdout)

    frame = spark.createDataFrame(list(enumerate(TEXTS)), "n int, v string")
    columns = [f"v RLIKE {literal(java_pattern(p))} AS p{n}" for n, p in enumerate(PATTERNS)]
    rows = frame.selectExpr("n", *columns).orderBy("n").collect()
    got = [[row[f"p{n}"] for row in rows] for n in range(len(PATTERNS))]

    assert got == wanted


@pytest.mark.parametrize("pattern", [r"\d", r"(?=a)", r"(a)\1", "[a&&b]", "a++", "[]", "[^]", "(a|b)*", "(?:ab){2,}"])
def test_what_cannot_be_said_in_both_is_refused(pattern: str) -> None:
    with pytest.raises(PassError) as refused:
        java_pattern(pattern)
    assert refused.value.code == "RULE_NOT_PORTABLE"


@pytest.mark.parametrize("pattern", [r"[)]*", r"\)+", r"(?:ab){0,99}", "[ab]*c+"])
def test_repeated_classes_and_bounded_groups_are_not(pattern: str) -> None:
    assert java_pattern(pattern).startswith(r"\A(?:")
