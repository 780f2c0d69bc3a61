"""`ours.py <work folder> <curated|semantic> <memory> <0|1>`: one run of our job, from where the last one came to, up to that batch."""

import importlib
import json
import sys
from pathlib import Path

from lake import open_spark

folder, layer, memory = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
state_file = folder / "ours-state.json"
state = json.loads(state_file.read_text()) if state_file.exists() else {"seq": 0}
contract, tables = json.loads((folder / "contract.json").read_text())

spark = open_spark(folder, memory)
for database in ("ours_curated", "ours_semantic"):
    spark.sql(f"CREATE NAMESPACE IF NOT EXISTS glue_catalog.{database}")
head = json.loads((folder / "snapshots.json").read_text())[int(sys.argv[4])]
seq = state["seq"] = state["seq"] + 1
before = state.get(layer, {})
plan = {
    "passId": f"orders-{layer}-{seq}",
    "passSeq": seq,
    "topic": "orders",
    "table": "orders",
    "leaseToken": 1,
    "mode": "incremental" if before else "first",
    "contract": contract,
    "contractVersion": contract["version"],
    "tables": [shape for shape in tables if shape["layer"] == layer],
}
if layer == "curated":
    plan |= {"from": before.get("to"), "to": head}
else:
    curated = state["curated"]
    plan |= {"fromSeq": before.get("toSeq", 0), "toSeq": curated["passSeq"], "sourceSnapshot": curated["head"]}
databases = {"raw": "ours_raw", "curated": "ours_curated", "semantic": "ours_semantic"}
job = {"version": 1, "execution": "bench", "stage": "local", "layer": layer, "databases": databases, "passes": [plan]}
(folder / "leases").mkdir(exist_ok=True)
(folder / "leases/orders.json").write_text('{"token":1,"execution":"bench"}')
(folder / "plan.json").write_text(json.dumps(job))
arguments = {
    "PLAN": (folder / "plan.json").as_uri(),
    "LAKE_BUCKET": folder.as_uri(),
    "ERRORS_BUCKET": (folder / "errors").as_uri(),
    "STAGE": "local",
}
importlib.import_module(layer).main(spark, arguments)
result = json.loads((folder / f"results/bench/{plan['passId']}.json").read_text())
if result["state"] == "failed":
    raise SystemExit(f"{plan['passId']}: {result['error']}")
state[layer] = plan | {"head": result["snapshots"].get("versions"), "contract": None, "tables": None}
state_file.write_text(json.dumps(state))
spark.stop()
