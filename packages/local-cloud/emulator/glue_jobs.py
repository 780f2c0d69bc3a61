"""Glue jobs that run: argv, logs, MaxConcurrentRuns, time-out, stop, and a final state whatever happens."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import control, iam_auth, patches
from .settings import INHERITED, REGION, Settings

log = logging.getLogger("emulator.jobs")

ACTIVE = ("STARTING", "RUNNING", "STOPPING", "WAITING")
FINAL = ("SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT", "ERROR")
# CloudWatch's own bounds: an event of at most 256 KB, a batch of at most 10,000.
LOG_LINE_CHARS_MAX = 250_000
_GUARD = Path(__file__).with_name("job_guard.py")
_processes: dict[str, subprocess.Popen[str]] = {}
# Start and the check of MaxConcurrentRuns are one step: two callers must not both find the last free place.
_start_lock = threading.Lock()


def install(settings: Settings) -> None:
    """Replace how jobs are created, started, run and stopped."""
    patches.replace("services.glue", "_create_job", "data", _make_create)
    patches.replace("services.glue", "_update_job", "data", _make_update)
    patches.replace("services.glue", "_start_job_run", "data", _make_start)
    patches.replace("services.glue", "_is_spark_job", "job", lambda _original: lambda _job: False)
    patches.replace("services.glue", "_execute_subprocess", "run, job, args, resolved", _make_execute(settings))
    patches.replace("services.glue", "_batch_stop_job_run", "data", lambda _original: stop_runs)
    patches.replace("services.glue", "load_persisted_state", "data", _make_load)


def _make_load(original: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def load(data: Any) -> Any:
        """Runs found active at start belong to a process that is gone."""
        from ministack.services import glue

        answer = original(data)
        for runs in glue._job_runs._data.values():
            for run in runs:
                if run["JobRunState"] in ACTIVE:
                    finish(run, "FAILED", "The emulator was restarted while the job ran.")
        return answer

    return load


def _make_create(original: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def create(data: dict[str, Any]) -> Any:
        from ministack.services import glue

        answer = original(data)
        if answer[0] == 200:
            glue._jobs[data["Name"]]["ExecutionProperty"] = data.get("ExecutionProperty") or {"MaxConcurrentRuns": 1}
        return answer

    return create


def _make_update(original: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def update(data: dict[str, Any]) -> Any:
        """An update is the whole job: MiniStack leaves the concurrency limit as it was created."""
        from ministack.services import glue

        answer = original(data)
        if answer[0] == 200:
            limit = (data.get("JobUpdate") or {}).get("ExecutionProperty") or {"MaxConcurrentRuns": 1}
            glue._jobs[data["JobName"]]["ExecutionProperty"] = limit
        return answer

    return update


def _make_start(original: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def start(data: dict[str, Any]) -> Any:
        from ministack.core.responses import error_response_json
        from ministack.services import glue

        name = str(data.get("JobName"))
        with _start_lock:
            job = glue._jobs.get(name)
            if job is not None:
                limit = (job.get("ExecutionProperty") or {}).get("MaxConcurrentRuns", 1)
                active = [run for run in glue._job_runs.get(name, []) if run["JobRunState"] in ACTIVE]
                if len(active) >= int(limit):
                    return error_response_json(
                        "ConcurrentRunsExceededException", f"Concurrent runs exceeded for {name}", 400
                    )
            answer = original(data)
            if answer[0] == 200:
                run = find_run(name, json.loads(answer[2])["JobRunId"])
                _give_aws_shape(run, data)
            return answer

    return start


def _give_aws_shape(run: dict[str, Any], data: dict[str, Any]) -> None:
    """A run has the arguments of its start only, an id in Glue's form, and no members without a value."""
    for key in ("CompletedOn", "MaxCapacity", "SecurityConfiguration", "ErrorMessage"):
        if run.get(key) in (None, ""):
            run.pop(key, None)
    run["Arguments"] = dict(data.get("Arguments") or {})
    run["LogGroupName"] = "/aws-glue/jobs"


def find_run(job_name: str, run_id: str) -> dict[str, Any]:
    """The stored run (KeyError without one)."""
    from ministack.services import glue

    for run in glue._job_runs.get(job_name, []):
        if run["Id"] == run_id:
            found: dict[str, Any] = run
            return found
    raise KeyError(run_id)


def finish(run: dict[str, Any], state: str, error: str = "") -> None:
    """Set the run's final state once."""
    if run["JobRunState"] in FINAL:
        return
    run["JobRunState"] = state
    if error:
        run["ErrorMessage"] = error[:2000]
    now = int(time.time())
    run.update(CompletedOn=now, LastModifiedOn=now, ExecutionTime=now - int(run["StartedOn"]))


def _make_execute(settings: Settings) -> Callable[[Any], Callable[..., None]]:
    def execute(run: dict[str, Any], job: dict[str, Any], args: dict[str, Any], resolved: str) -> None:
        try:
            _run_script(settings, run, job, args, resolved)
        except Exception as error:
            log.exception("job %s", run["JobName"])
            finish(run, "FAILED", f"{type(error).__name__}: {error}")
        finally:
            _processes.pop(run["Id"], None)
            finish(run, "FAILED", "The job ended without a state.")

    return lambda _original: execute


def _run_script(
    settings: Settings, run: dict[str, Any], job: dict[str, Any], args: dict[str, Any], resolved: str
) -> None:
    argv = [
        sys.executable,
        "-I",
        "-S",
        str(_GUARD),
        settings.job_python,
        # Spark jobs run in the warm host; what the runner's process prints and how it ends is the run's.
        *(["-I", "-S", settings.job_runner] if settings.job_runner and _is_spark(job) else []),
        resolved,
    ]
    argv += ["--JOB_NAME", run["JobName"], "--JOB_ID", f"j_{run['JobName']}", "--JOB_RUN_ID", run["Id"]]
    for name, value in args.items():
        argv += [name, str(value)]
    folder = settings.log_dir / "jobs" / run["JobName"]
    folder.mkdir(parents=True, exist_ok=True)
    out_path, err_path = folder / f"{run['Id']}.out.log", folder / f"{run['Id']}.err.log"
    with out_path.open("w") as out, err_path.open("w") as err:
        process = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=err,
            text=True,
            env=_environment(settings, job),
            start_new_session=True,
        )
        _processes[run["Id"]] = process
        if run["JobRunState"] in ("STOPPING", "STOPPED"):
            _end(process)
        is_timeout = _wait(process, float(run.get("Timeout") or 2880) * 60)
    for group, path in (("/aws-glue/jobs/output", out_path), ("/aws-glue/jobs/error", err_path)):
        try:
            _put_logs(group, run["Id"], path)
        except Exception:
            log.exception("logs of job run %s", run["Id"])
    if is_timeout:
        finish(run, "TIMEOUT", "Job run exceeded its time-out.")
    elif run["JobRunState"] == "STOPPING":
        finish(run, "STOPPED")
    elif process.returncode == 0:
        finish(run, "SUCCEEDED")
    else:
        lines = [line for line in err_path.read_text(errors="replace").splitlines() if line.strip()]
        finish(run, "FAILED", lines[-1] if lines else f"Command failed with exit code {process.returncode}")


def _is_spark(job: dict[str, Any]) -> bool:
    return str((job.get("Command") or {}).get("Name")) == "glueetl"


def _environment(settings: Settings, job: dict[str, Any]) -> dict[str, str]:
    kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
    credentials = iam_auth.role_credentials(str(job.get("Role", "")), f"GlueJobRunnerSession-{job['Name']}")
    host = {"SPARK_HOST_FILE": settings.spark_host_file}
    if "AWS_SESSION_TOKEN" in credentials:
        host["SPARK_GLUE_ENDPOINT"] = f"{settings.endpoint}{control.AS}{credentials['AWS_ACCESS_KEY_ID']}"
    return {
        **kept,
        "AWS_ENDPOINT_URL": settings.endpoint,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        **credentials,
        "PYTHONUNBUFFERED": "1",
        **(host if settings.spark_host_file else {}),
    }


def _wait(process: subprocess.Popen[str], seconds: float) -> bool:
    """Wait for the end; True when the time was over and the whole process group was killed."""
    try:
        process.wait(timeout=seconds)
        return False
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True


def _end(process: subprocess.Popen[str]) -> None:
    """SIGTERM to the job's process group, SIGKILL after five seconds."""
    try:
        os.killpg(process.pid, signal.SIGTERM)
    except ProcessLookupError:
        return

    def kill_later() -> None:
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)

    threading.Thread(target=kill_later, daemon=True).start()


def _put_logs(group: str, stream: str, path: Path) -> None:
    """Blank lines are left out: CloudWatch Logs refuses events without a message."""
    from ministack.services import cloudwatch_logs

    now = int(time.time() * 1000)
    lines = [line[:LOG_LINE_CHARS_MAX] for line in path.read_text(errors="replace").splitlines() if line.strip()]
    if not lines:
        return
    cloudwatch_logs._create_log_group({"logGroupName": group})
    cloudwatch_logs._create_log_stream({"logGroupName": group, "logStreamName": stream})
    for first in range(0, len(lines), 5_000):
        events = [{"timestamp": now, "message": line} for line in lines[first : first + 5_000]]
        cloudwatch_logs._put_log_events({"logGroupName": group, "logStreamName": stream, "logEvents": events})


def stop_runs(data: dict[str, Any]) -> Any:
    """BatchStopJobRun: a running run becomes STOPPING and, when its process ended, STOPPED."""
    from ministack.core.responses import json_response

    name = str(data.get("JobName"))
    stopped: list[dict[str, str]] = []
    errors: list[dict[str, Any]] = []

    def refuse(run_id: str, code: str, message: str) -> None:
        detail = {"ErrorCode": code, "ErrorMessage": message}
        errors.append({"JobName": name, "JobRunId": run_id, "ErrorDetail": detail})

    for run_id in data.get("JobRunIds", []):
        try:
            run = find_run(name, run_id)
        except KeyError:
            refuse(run_id, "EntityNotFoundException", f"Run {run_id} not found")
            continue
        if run["JobRunState"] not in ACTIVE:
            refuse(run_id, "InvalidInputException", f"Run {run_id} is in state {run['JobRunState']}")
            continue
        run["JobRunState"] = "STOPPING"
        stopped.append({"JobName": name, "JobRunId": run_id})
        process = _processes.get(run_id)
        if process is not None:
            _end(process)
    return json_response({"SuccessfulSubmissions": stopped, "Errors": errors})


def stop_all() -> None:
    """End every running job's processes; for our own shutdown."""
    for process in list(_processes.values()):
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
