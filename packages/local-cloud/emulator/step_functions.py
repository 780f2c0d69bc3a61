"""Step Functions: Glue jobs (with `.sync`), idempotent StartExecution, and the time-out of a whole execution."""

from __future__ import annotations

import contextvars
import json
import threading
import time
from collections.abc import Callable
from typing import Any

from . import glue_jobs, iam_auth, limits, patches

START_JOB = "arn:aws:states:::glue:startJobRun"
ENDS = ("ExecutionSucceeded", "ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut")


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
    patches.replace("services.stepfunctions", "_run_execution", "exec_arn", _make_run)
    patches.replace("services.stepfunctions", "_fail_execution", "execution, error, cause", _make_fail)
    patches.replace("services.stepfunctions", "_add_event", "execution, event_type, details", _make_add_event)


# Of the execution whose task is running; tasks run on threads that copy the context.
_role: contextvars.ContextVar[str] = contextvars.ContextVar("state_machine_role", default="")
_execution: contextvars.ContextVar[dict[str, Any] | None] = contextvars.ContextVar("execution", default=None)


def _make_run(original: Callable[[str], None]) -> Callable[[str], None]:
    def run(exec_arn: str) -> None:
        """The definition's own TimeoutSeconds holds for the whole execution."""
        from ministack.services import stepfunctions

        execution = stepfunctions._executions.get(exec_arn) or {}
        machine = stepfunctions._state_machines.get(execution.get("stateMachineArn")) or {}
        try:
            seconds = json.loads(machine.get("definition", "{}")).get("TimeoutSeconds")
        except ValueError:
            seconds = None
        if not isinstance(seconds, int | float):
            original(exec_arn)
            return
        # The request's account and region, which the status event is published under.
        context = contextvars.copy_context()
        timer = threading.Timer(float(seconds), context.run, (_time_out, execution))
        timer.daemon = True
        timer.start()
        try:
            original(exec_arn)
        finally:
            timer.cancel()

    return run


def _time_out(execution: dict[str, Any]) -> None:
    from ministack.services import stepfunctions

    if execution.get("status") != "RUNNING":
        return
    execution.update(status="TIMED_OUT", stopDate=stepfunctions.now_iso(), error="States.Timeout")
    stepfunctions._add_event(execution, "ExecutionTimedOut", {"executionTimedOutEventDetails": {}})
    stepfunctions._emit_execution_status_event(execution)


def _make_add_event(original: Callable[..., Any]) -> Callable[..., Any]:
    def add(execution: dict[str, Any], event_type: str, details: Any = None) -> Any:
        """The end of an execution is the last event of its history, whatever its thread still does."""
        last = execution["events"][-1]
        is_over = last["type"] in ENDS
        return last if is_over else original(execution, event_type, details)

    return add


def _make_fail(original: Callable[..., None]) -> Callable[..., None]:
    def fail(execution: dict[str, Any], error: str, cause: str) -> None:
        """An execution ends once: a task that fails after a stop or a time-out changes nothing."""
        if execution.get("status") == "RUNNING":
            original(execution, error, cause)

    return fail


def _make_execute_task(original: Callable[..., Any]) -> Callable[..., Any]:
    def execute(state_def: Any, raw_input: Any, execution: dict[str, Any], ctx: Any) -> Any:
        from ministack.services import stepfunctions

        machine = stepfunctions._state_machines.get(execution.get("stateMachineArn")) or {}
        role = _role.set(str(machine.get("roleArn", "")))
        current = _execution.set(execution)
        try:
            return original(state_def, raw_input, execution, ctx)
        finally:
            _execution.reset(current)
            _role.reset(role)

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
    execution = _execution.get() or {"status": "RUNNING"}
    while run["JobRunState"] not in glue_jobs.FINAL and execution["status"] == "RUNNING":
        time.sleep(0.1)
    if run["JobRunState"] not in glue_jobs.FINAL:
        # As documented for `.sync`: a stopped execution takes the job it waits for with it.
        glue_jobs.stop_runs({"JobName": data["JobName"], "JobRunIds": [run["Id"]]})
        raise stepfunctions._ExecutionError("States.TaskFailed", "The execution ended while the job ran.")
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
