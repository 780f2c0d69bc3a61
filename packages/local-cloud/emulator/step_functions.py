"""Step Functions: Glue jobs (with `.sync`) and StartExecution that is idempotent by name and input."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from . import glue_jobs, patches

START_JOB = "arn:aws:states:::glue:startJobRun"


def install() -> None:
    """Add the Glue integration and replace StartExecution."""
    dispatch = patches.symbol("services.stepfunctions", "_SERVICE_DISPATCH")
    if any(prefix.startswith(START_JOB) for prefix in dispatch):
        raise patches.MiniStackChangedError("MiniStack changed: it has its own glue:startJobRun now")
    dispatch[START_JOB] = start_job
    patches.replace("services.stepfunctions", "_start_execution", "data", _make_start)


def start_job(resource: str, data: dict[str, Any]) -> dict[str, Any]:
    """Start a run; with `.sync` wait for its end and answer the JobRun, as the optimized integration does."""
    from ministack.services import glue, stepfunctions

    status, _, body = glue._start_job_run(data)
    answer: dict[str, Any] = json.loads(body)
    if status >= 400:
        name = str(answer.get("__type", "GlueException")).split("#")[-1]
        raise stepfunctions._ExecutionError(f"Glue.{name}", answer.get("message", ""))
    if not resource.endswith(".sync"):
        return answer
    run = glue_jobs.find_run(data["JobName"], answer["JobRunId"])
    while run["JobRunState"] not in glue_jobs.FINAL:
        time.sleep(0.1)
    result = as_integration_output(run)
    if run["JobRunState"] == "SUCCEEDED":
        return result
    raise stepfunctions._ExecutionError("States.TaskFailed", json.dumps(result))


def as_integration_output(run: dict[str, Any]) -> dict[str, Any]:
    """Exactly the JobRun's members (no wrapper), times as epoch milliseconds, as `.sync` returns them."""
    output = {key: value for key, value in run.items() if value is not None}
    for key in ("StartedOn", "LastModifiedOn", "CompletedOn"):
        if key in output:
            output[key] = int(output[key]) * 1000
    return output


def _make_start(original: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def start(data: dict[str, Any]) -> Any:
        from ministack.core.responses import json_response
        from ministack.services import stepfunctions

        name = data.get("name")
        machine_arn = str(data.get("stateMachineArn", ""))
        parts = machine_arn.split(":")
        if name and len(parts) >= 7:
            arn = ":".join([*parts[:5], "execution", parts[6], name])
            found = stepfunctions._executions.get(arn)
            is_same = found is not None and found.get("input") == data.get("input", "{}")
            # Standard workflows: the same name and input while it runs is the same start, not an error.
            if found is not None and is_same and found.get("status") == "RUNNING":
                return json_response({"executionArn": arn, "startDate": found["startDate"]})
        return original(data)

    return start
