"""Contracts and table shapes as the contract compiler makes them: the tests run on the tables that users get."""

from __future__ import annotations

import functools
import json
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[4]
_COMPILER = "packages/pipeline/src/contracts/testing/print-job-tables.ts"
STAGE = "local"


@functools.cache
def _compile(yaml: str) -> str:
    """One process per contract text: a third of a second."""
    with tempfile.NamedTemporaryFile("w", suffix=".odcs.yaml") as file:
        file.write(yaml)
        file.flush()
        command = [str(ROOT / "node_modules/.bin/node"), _COMPILER, STAGE, "lake", file.name]
        ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        raise ValueError(ran.stderr)
    return ran.stdout


def compile_contract(yaml: str) -> dict[str, Any]:
    """`{ contract, tables }` of a contract text."""
    compiled: dict[str, Any] = json.loads(_compile(yaml))[0]
    return compiled


def read_contract(topic: str) -> str:
    """The text of one of the repository's contracts."""
    return (ROOT / f"contracts/{topic}.odcs.yaml").read_text()


def tables_of(compiled: dict[str, Any], layer: str, database: str) -> list[dict[str, Any]]:
    """
    The shapes of a layer, their DDL moved to a test's database.

    The folder catalog has one place per table and refuses a LOCATION.
    """
    tables = []
    for shape in compiled["tables"]:
        if shape["layer"] != layer:
            continue
        create = re.sub(r"\nLOCATION '[^']*'", "", shape["create"])
        create = create.replace(f"`lean_ops_{STAGE}_{layer}`", f"`{database}`")
        tables.append({**shape, "create": create})
    return tables


def contract_yaml(
    *,
    topic: str = "orders",
    columns: str = "",
    key_path: str | None = "orderId",
    version_path: str | None = None,
    status: str = "draft",
    extra: str = "",
) -> str:
    """A small contract; `columns` = lines of `- { name: …, logicalType: … }`."""
    settings = [f"  - {{ property: keyPath, value: {key_path} }}"] if key_path else []
    settings += [f"  - {{ property: versionPath, value: {version_path} }}"] if version_path else []
    schema = f"schema:\n  - name: {topic}\n    logicalType: object\n    properties:\n{columns}" if columns else ""
    custom = "customProperties:\n" + "\n".join(settings) if settings else ""
    return f"""apiVersion: v3.1.0
kind: DataContract
id: 6f7d3a54-8d0c-4d36-9d0f-0d5c6f0a1b01
name: {topic}
version: 1.0.0
status: {status}
description: {{ purpose: a test }}
team: {{ name: tests }}
{schema}
{custom}
{extra}
"""
