"""A rebuild from RAW ends where the incremental passes ended, row for row (A26)."""

from __future__ import annotations

import json
import random
from typing import Any

import curated
import semantic
from lean_ops.rebuild.run_rebuild import run_rebuild
from tests.contracts import compile_contract, contract_yaml, tables_of
from tests.lake import Lake, Message

COLUMNS = """      - { name: orderId, logicalType: string, required: true, criticalDataElement: true }
      - { name: amount, logicalType: number, physicalType: "decimal(8,2)", criticalDataElement: true }
      - { name: email, logicalType: string, classification: mask }
      - { name: updatedAt, logicalType: timestamp }
      - { name: meta, logicalType: object }
"""
YAML = contract_yaml(columns=COLUMNS, version_path="updatedAt", status="active")


def history(rng: random.Random) -> list[list[Message]]:
    """Three commits to RAW: duplicates, corrections, late rows, keyless, malformed, edits that move and spoil."""
    batches: list[list[Message]] = [[], [], []]
    for n in range(40):
        body: Any = {
            "orderId": rng.choice(["a", "b", "c", "d", "e", None, n]),
            "amount": rng.choice([n, f"{n}.5", "1.234", "x", None]),
            "updatedAt": rng.choice([f"2026-01-01T00:00:{n:02d}Z", "soon", None]),
            "email": "x@y",
            "meta": rng.choice([{"n": n}, {}, None]),
        }
        if rng.random() < 0.1:
            body = rng.choice(["{", "[1]", '{"a":NaN}'])
        message = Message(f"m{n}", body, at=rng.randrange(100), published=rng.randrange(50))
        first = rng.randrange(3)
        batches[first].append(message)
        if rng.random() < 0.3:
            batches[rng.randrange(first, 3)].append(message)
        if rng.random() < 0.3 and isinstance(body, dict):
            moved = {**body, "orderId": rng.choice(["a", "z"]), "amount": rng.choice([n, "bad"])}
            edit = Message(f"m{n}", moved, at=200 + n, published=message.published, revision=1)
            batches[rng.randrange(3)].append(edit)
    return batches


def rebuild(lake: Lake, action: str, seq: int) -> dict[str, Any]:
    """One task on the topic orders."""
    compiled = compile_contract(YAML)
    lake.set_lease("orders", 500)
    task = {
        "taskId": f"rebuild-{action}",
        "topic": "orders",
        "table": "orders",
        "leaseToken": 500,
        "passSeq": seq,
        "action": action,
        "rawSnapshot": lake.head("raw", "orders"),
        "contract": compiled["contract"],
        "contractVersion": "1.0.0",
        "tables": [t for layer in ("curated", "semantic") for t in tables_of(compiled, layer, lake.databases[layer])],
    }
    plan = lake.folder / f"lake/plans/{action}.json"
    plan.write_text(
        json.dumps(
            {"version": 1, "execution": "e", "stage": "local", "databases": lake.databases, "tasks": [task]},
        )
    )
    arguments = {"PLAN": plan.as_uri(), "LAKE_BUCKET": lake.lake, "ERRORS_BUCKET": lake.errors, "STAGE": "local"}
    run_rebuild(lake.spark, arguments)
    return lake.result(f"rebuild-{action}")


def test_rebuild_equals_the_passes_and_takes_their_place(lake: Lake) -> None:
    seed = random.randrange(10_000)
    print(f"seed {seed}")
    start, from_seq = None, 0
    for batch in history(random.Random(seed)):
        head = lake.append_raw("orders", batch)
        one = lake.plan_pass(
            "curated", YAML, **{"from": start, "to": head, "mode": "incremental" if start else "first"}
        )
        (done,) = lake.run(curated.main, "curated", [one])
        assert done["error"] is None
        pinned = {"fromSeq": from_seq, "toSeq": one["passSeq"], "sourceSnapshot": done["snapshots"]["versions"]}
        (judged,) = lake.run(semantic.main, "semantic", [lake.plan_pass("semantic", YAML, **pinned)])
        assert judged["error"] is None
        start, from_seq = head, one["passSeq"]
    manifests = set(lake.folder.glob("errors/rejects/*/manifest.json"))

    compared = rebuild(lake, "compare", 100)

    assert compared["error"] is None
    found = {d["table"]: (d["onlyLive"], d["onlyRebuilt"]) for d in compared["differences"] if d["layer"] == "semantic"}
    assert found == {"orders": (0, 0), "orders__rejects": (0, 0)}
    assert all(d["onlyLive"] == d["onlyRebuilt"] == 0 for d in compared["differences"]), compared["differences"]
    assert set(lake.folder.glob("errors/rejects/*/manifest.json")) == manifests

    name = lake.table("semantic", "orders")
    rows = lake.rows("semantic", "orders").count()
    seen = {r["merge_key"]: r["first_seen_ts"] for r in lake.rows("semantic", "orders").collect()}
    lost = min(seen)
    lake.spark.sql(f"DELETE FROM {name} WHERE merge_key = '{lost}'")
    swapped = rebuild(lake, "swap", 101)
    assert swapped["error"] is None
    assert lake.rows("semantic", "orders").count() == rows
    archived = lake.spark.read.option("tag", swapped["archive"]).table(name)
    assert archived.count() == rows - 1
    now = {r["merge_key"]: r["first_seen_ts"] for r in lake.rows("semantic", "orders").collect()}
    assert {k: v for k, v in now.items() if k != lost} == {k: v for k, v in seen.items() if k != lost}
    heads = swapped["snapshots"]
    assert rebuild(lake, "swap", 101)["snapshots"] == heads
