"""Stands in for a Spark job: writes the results its plan asks for, or fails as `behaviour/<topic>.json` in the lake says."""

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import boto3

arguments = {sys.argv[i][2:]: sys.argv[i + 1] for i in range(1, len(sys.argv) - 1) if sys.argv[i].startswith("--")}
s3 = boto3.client("s3")
bucket, _, plan_key = arguments["PLAN"].removeprefix("s3://").partition("/")


def read(key: str) -> dict | None:
    try:
        return json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    except s3.exceptions.NoSuchKey:
        return None


plan = read(plan_key)
listed = s3.list_objects_v2(Bucket=bucket, Prefix="behaviour/").get("Contents", [])
behaving = {entry["Key"] for entry in listed}
layer = plan["layer"]


def run_pass(one: dict) -> None:
    key = f"behaviour/{one['topic']}.json"
    behaviour = (read(key) or {}).get(layer, {}) if key in behaving else {}
    time.sleep(behaviour.get("sleepSeconds", 0))
    # Until another run has taken the topic over.
    while (read(f"leases/{one['topic']}.json") or {}).get("token", 0) < behaviour.get("untilToken", 0):
        time.sleep(0.1)
    if behaviour.get("isJobFailing"):
        print("java.lang.OutOfMemoryError: Java heap space", file=sys.stderr, flush=True)
        os._exit(1)
    if behaviour.get("isSilent"):
        return
    lease = read(f"leases/{one['topic']}.json")
    is_lost = lease is None or lease["token"] != one["leaseToken"]
    state = "failed" if is_lost or "error" in behaviour else behaviour.get("state", "succeeded")
    rows = behaviour.get("rows", 1) if state == "succeeded" else 0
    head = str(1_000_000 + one["passSeq"])
    names = ("versions", "versions") if layer == "curated" else ("inserted", "semantic")
    result = {
        **{name: one.get(name) for name in ("passId", "topic", "passSeq", "from", "to", "fromSeq", "toSeq", "sourceSnapshot")},
        "version": 1,
        "layer": layer,
        "execution": plan["execution"],
        "jobRunId": arguments["JOB_RUN_ID"],
        "state": state,
        "startedAt": "2026-11-23T08:00:00.000Z",
        "finishedAt": "2026-11-23T08:00:01.000Z",
        "counts": {"read": rows, names[0]: rows},
        "snapshots": {names[1]: head} if rows else {},
        "rows": {names[1]: rows} if rows else {},
        "isHeld": False,
        "findings": [],
        "error": {"code": "LEASE_LOST", "message": "another token", "class": "transient"} if is_lost else behaviour.get("error"),
        **behaviour.get("result", {}),
    }
    s3.put_object(Bucket=bucket, Key=f"results/{plan['execution']}/{one['passId']}.json", Body=json.dumps(result))


# In the plan's order, so that a job that fails has done those before; a fleet of topics side by side.
with ThreadPoolExecutor(1 if len(plan["passes"]) < 50 else 8) as pool:
    list(pool.map(run_pass, plan["passes"]))
