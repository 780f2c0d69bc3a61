"""Step Functions: Glue jobs (with `.sync`) and StartExecution that is idempotent by name and input."""

from __future__ import annotations

import contextvars
import json
import time
from collections.abc import Callable
from typing import Any

from . import glue_jobs, iam_auth, limits, patches

START_JOB = "arn:aws:states:::glue:startJobRun"


def install() -> None:
    """Add the Glue integration and replace StartExecution."""
    dispatch = patches.symbol("services.stepfunctions", "_SERVICE_DISPATCH")
    if any(prefix.startswith(START_JOB) for prefix in dispatch):
        raise patches.MiniStackChangedError("MiniStack changed: it has its own glue:startJobRun now")
    dispatch[START_JOB] = start_job
    patches.replace("services.stepfunctions", "_start_execution", "data", _make_start)
    patches.replace(
        "services.stepfunctions", "_execute_task", "state_def, raw_input, execution, ctx", _make_execute_task
    )
    patches.replace("services.stepfunctions", "_invoke_resource", "resource, input_data", _make_invoke)


# The role of the execution whose task is running; tasks run on threads that copy the context.
_role: contextvars.ContextVar[str] = contextvars.ContextVar("state_machine_role", default="")


def _make_execute_task(original: Callable[..., Any]) -> Callable[..., Any]:
    def execute(state_def: Any, raw_input: Any, execution: dict[str, Any], ctx: Any) -> Any:
        from ministack.services import stepfunctions

        machine = stepfunctions._state_machines.get(execution.get("stateMachineArn")) or {}
        token = _role.set(str(machine.get("roleArn", "")))
        try:
            return original(state_def, raw_input, execution, ctx)
        finally:
            _role.reset(token)

    return execute


def _make_invoke(original: Callable[..., Any]) -> Callable[..., Any]:
    def invoke(resource: str, data: Any) -> Any:
        from ministack.services import stepfunctions

        for action, target in iam_auth.task_permissions(resource, data if isinstance(data, dict) else {}):
            if not iam_auth.is_allowed(_role.get(), action, target):
                error, cause = iam_auth.denied_task(resource, _role.get(), action, target)
                raise stepfunctions._ExecutionError(error, cause)
        result = original(resource, data)
        if limits.states_data_too_large(result):
            message = f"The task {resource} returned a result over the maximum of 262144 bytes."
            raise stepfunctions._ExecutionError("States.DataLimitExceeded", message)
        return result

    return invoke


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
