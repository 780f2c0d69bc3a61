"""Table shapes of compiled contracts, from the one compiler that there is."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from proof.history import Contract

root = Path(__file__).resolve().parents[5]
_program = "packages/pipeline/src/contracts/testing/print-model-tables.ts"
_cache: dict[str, list[dict[str, Any]]] = {}


def tables_of(contract: Contract, layer: str, database: str) -> list[dict[str, Any]]:
    """Shapes of a layer with their DDL in `database`; the folder catalog has its own place for tables."""
    text = json.dumps(contract, sort_keys=True)
    if text not in _cache:
        compile_tables([contract])
    return [
        {**shape, "create": _moved(shape["create"], layer, database)}
        for shape in _cache[text]
        if shape["layer"] == layer
    ]


def compile_tables(contracts: list[Contract]) -> None:
    """Many at a time: each call is a process."""
    texts = sorted({json.dumps(contract, sort_keys=True) for contract in contracts} - _cache.keys())
    if not texts:
        return
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write("[" + ",".join(texts) + "]")
        file.flush()
        node = str(root / "node_modules/.bin/node")
        ran = subprocess.run([node, _program, "local", "lake", file.name], cwd=root, capture_output=True, check=True)
    _cache.update(zip(texts, json.loads(ran.stdout), strict=True))


def _moved(create: str, layer: str, database: str) -> str:
    return re.sub(r"\nLOCATION '[^']*'", "", create).replace(f"`lean_ops_local_{layer}`", f"`{database}`")
