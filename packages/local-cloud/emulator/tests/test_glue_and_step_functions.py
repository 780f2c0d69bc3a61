"""Glue jobs run and end in a final state; Step Functions starts them, waits, and starts only once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.tests.cloud import ACCOUNT, REGION, Cloud, eventually, unique

FINAL = ("SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT")


def job(cloud: Cloud, script: str, role: str | None = None, **options: Any) -> str:
    """A Glue job from the text of its script; its name."""
    name, bucket = unique("job"), cloud.bucket()
    cloud.client("s3").put_object(Bucket=bucket, Key="job.py", Body=script.encode())
    command = {"Name": "glueetl", "ScriptLocation": f"s3://{bucket}/job.py", "PythonVersion": "3"}
    cloud.client("glue").create_job(
        Name=name, Role=role or cloud.role(["*"]), Command=command, GlueVersion="5.1", **options
    )
    return name


def ended(cloud: Cloud, name: str, run_id: str, seconds: float = 30) -> dict[str, Any]:
    """The run when it is over."""
    glue = cloud.client("glue")
    return eventually(
        lambda: glue.get_job_run(JobName=name, RunId=run_id)["JobRun"], lambda run: run["JobRunState"] in FINAL, seconds
    )


def machine(cloud: Cloud, states: dict[str, Any]) -> str:
    """A Standard state machine; its ARN."""
    definition = {"StartAt": next(iter(states)), "States": states}
    return str(
        cloud.client("stepfunctions").create_state_machine(
            name=unique("machine"), definition=json.dumps(definition), roleArn=cloud.role(["*"])
        )["stateMachineArn"]
    )


def test_a_job_gets_its_arguments_and_its_output_is_in_the_logs(cloud: Cloud) -> None:
    script = "import sys, json\nprint(json.dumps(sys.argv[1:]))\nprint()\nprint('last')\n"
    name = job(cloud, script, DefaultArguments={"--mode": "full", "--topic": "none"})

    run_id = cloud.client("glue").start_job_run(JobName=name, Arguments={"--topic": "orders"})["JobRunId"]
    run = ended(cloud, name, run_id)

    assert run["JobRunState"] == "SUCCEEDED", run
    assert run["Arguments"] == {"--topic": "orders"}
    events = cloud.client("logs").filter_log_events(logGroupName="/aws-glue/jobs/output", logStreamNames=[run_id])[
        "events"
    ]
    argv = json.loads(events[0]["message"])
    assert argv[argv.index("--topic") + 1] == "orders"
    assert argv[argv.index("--mode") + 1] == "full"
    assert argv[argv.index("--JOB_NAME") + 1] == name
    assert events[-1]["message"] == "last"


def test_a_failing_job_says_why(cloud: Cloud) -> None:
    name = job(cloud, "raise ValueError('broken contract')")

    run = ended(cloud, name, cloud.client("glue").start_job_run(JobName=name)["JobRunId"])

    assert (run["JobRunState"], run["ErrorMessage"]) == ("FAILED", "ValueError: broken contract")


def test_max_concurrent_runs_and_stop(cloud: Cloud) -> None:
    glue = cloud.client("glue")
    name = job(cloud, "import time; time.sleep(60)", ExecutionProperty={"MaxConcurrentRuns": 1})
    run_id = glue.start_job_run(JobName=name)["JobRunId"]

    with pytest.raises(ClientError) as refused:
        glue.start_job_run(JobName=name)
    glue.batch_stop_job_run(JobName=name, JobRunIds=[run_id])
    run = ended(cloud, name, run_id)

    assert refused.value.response["Error"]["Code"] == "ConcurrentRunsExceededException"
    assert run["JobRunState"] == "STOPPED"
    glue.batch_stop_job_run(JobName=name, JobRunIds=[glue.start_job_run(JobName=name)["JobRunId"]])


def test_a_run_found_running_after_a_restart_has_failed(own_cloud: Cloud) -> None:
    pid_file = own_cloud.folder / "pid"
    script = f"import os, time\nopen({str(pid_file)!r}, 'w').write(str(os.getpid()))\ntime.sleep(600)"
    name = job(own_cloud, script)
    run_id = own_cloud.client("glue").start_job_run(JobName=name)["JobRunId"]
    run = own_cloud.client("glue").get_job_run(JobName=name, RunId=run_id)["JobRun"]
    assert run["JobRunState"] in ("STARTING", "RUNNING")
    state = own_cloud.folder / "state" / "glue.json"
    eventually(lambda: run_id in state.read_text() if state.exists() else False, bool)

    pid = eventually(lambda: pid_file.read_text() if pid_file.exists() else "", bool)
    own_cloud.kill()
    assert not eventually(Path(f"/proc/{pid}").exists, lambda alive: not alive)
    own_cloud.start()

    after = own_cloud.client("glue").get_job_run(JobName=name, RunId=run_id)["JobRun"]
    assert (after["JobRunState"], after["ErrorMessage"]) == (
        "FAILED",
        "The emulator was restarted while the job ran.",
    )
    # The place is free again.
    own_cloud.client("glue").start_job_run(JobName=name)


def test_sync_returns_exactly_the_job_run(cloud: Cloud) -> None:
    name = job(cloud, "print('done')")
    arn = machine(
        cloud,
        {
            "Run": {
                "Type": "Task",
                "Resource": "arn:aws:states:::glue:startJobRun.sync",
                "Parameters": {"JobName": name, "Arguments": {"--topic": "orders"}},
                "End": True,
            }
        },
    )
    sfn = cloud.client("stepfunctions")

    execution = sfn.start_execution(stateMachineArn=arn)["executionArn"]
    found = eventually(lambda: sfn.describe_execution(executionArn=execution), lambda one: one["status"] != "RUNNING")

    output = json.loads(found["output"])
    assert (found["status"], output["JobRunState"], output["JobName"]) == ("SUCCEEDED", "SUCCEEDED", name)
    assert output["Arguments"] == {"--topic": "orders"}
    assert output["StartedOn"] > 1_700_000_000_000
    model_members = set(cloud.client("glue").meta.service_model.shape_for("JobRun").members)
    assert set(output) <= model_members


def test_sync_of_a_failed_job_is_task_failed_with_the_job_run_as_cause(cloud: Cloud) -> None:
    name = job(cloud, "raise SystemExit('no table')")
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::glue:startJobRun.sync",
        "Parameters": {"JobName": name},
        "End": True,
    }
    sfn = cloud.client("stepfunctions")
    execution = sfn.start_execution(stateMachineArn=machine(cloud, {"Run": task}))["executionArn"]

    found = eventually(lambda: sfn.describe_execution(executionArn=execution), lambda one: one["status"] != "RUNNING")

    assert (found["status"], found["error"]) == ("FAILED", "States.TaskFailed")
    assert json.loads(found["cause"])["ErrorMessage"] == "no table"


def test_an_execution_has_its_time_out_and_takes_its_job_with_it(cloud: Cloud) -> None:
    name = job(cloud, "import time; time.sleep(600)")
    sfn, glue = cloud.client("stepfunctions"), cloud.client("glue")
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::glue:startJobRun.sync",
        "Parameters": {"JobName": name},
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}],
        "End": True,
    }
    states = {"Run": task, "Caught": {"Type": "Pass", "End": True}}
    definition = json.dumps({"StartAt": "Run", "TimeoutSeconds": 2, "States": states})
    arn = sfn.create_state_machine(name=unique("machine"), definition=definition, roleArn=cloud.role(["*"]))
    execution = sfn.start_execution(stateMachineArn=arn["stateMachineArn"])["executionArn"]

    found = eventually(lambda: sfn.describe_execution(executionArn=execution), lambda one: one["status"] != "RUNNING")
    runs = eventually(
        lambda: glue.get_job_runs(JobName=name)["JobRuns"], lambda all_: all_[0]["JobRunState"] in FINAL, 30
    )
    events = sfn.get_execution_history(executionArn=execution)["events"]

    assert (found["status"], found["error"]) == ("TIMED_OUT", "States.Timeout")
    assert runs[0]["JobRunState"] == "STOPPED"
    # Not caught by the state: it is the execution's, not the task's.
    assert events[-1]["type"] == "ExecutionTimedOut"
    assert sfn.describe_execution(executionArn=execution)["status"] == "TIMED_OUT"


def test_a_stopped_execution_stays_stopped_and_takes_its_job_with_it(cloud: Cloud) -> None:
    name = job(cloud, "import time; time.sleep(600)")
    sfn, glue = cloud.client("stepfunctions"), cloud.client("glue")
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::glue:startJobRun.sync",
        "Parameters": {"JobName": name},
        "End": True,
    }
    execution = sfn.start_execution(stateMachineArn=machine(cloud, {"Run": task}))["executionArn"]
    eventually(lambda: glue.get_job_runs(JobName=name)["JobRuns"], bool)

    sfn.stop_execution(executionArn=execution, error="Stopped", cause="by a person")
    runs = eventually(
        lambda: glue.get_job_runs(JobName=name)["JobRuns"], lambda all_: all_[0]["JobRunState"] in FINAL, 30
    )
    found = sfn.describe_execution(executionArn=execution)

    assert runs[0]["JobRunState"] == "STOPPED"
    assert (found["status"], found["cause"]) == ("ABORTED", "by a person")


def test_start_execution_is_idempotent_while_it_runs(cloud: Cloud) -> None:
    sfn = cloud.client("stepfunctions")
    arn = machine(cloud, {"Wait": {"Type": "Wait", "Seconds": 3, "End": True}})
    start = {"stateMachineArn": arn, "name": "pass-1", "input": '{"topic": "orders"}'}

    first, second = sfn.start_execution(**start), sfn.start_execution(**start)
    with pytest.raises(ClientError) as other_input:
        sfn.start_execution(**{**start, "input": "{}"})
    eventually(lambda: sfn.describe_execution(executionArn=first["executionArn"])["status"], lambda s: s != "RUNNING")
    with pytest.raises(ClientError) as after_end:
        sfn.start_execution(**start)

    assert first["executionArn"] == second["executionArn"]
    assert first["startDate"] == second["startDate"]
    assert other_input.value.response["Error"]["Code"] == "ExecutionAlreadyExists"
    assert after_end.value.response["Error"]["Code"] == "ExecutionAlreadyExists"


def test_jobs_run_as_their_role(cloud: Cloud) -> None:
    bucket = cloud.bucket()
    script = f"import boto3\nboto3.client('s3').put_object(Bucket={bucket!r}, Key='x', Body=b'y')\n"
    allowed = cloud.role(["s3:PutObject"], f"arn:aws:s3:::{bucket}/*")
    reader = cloud.role(["s3:GetObject"])

    runs = []
    for role in (allowed, reader):
        name = job(cloud, script, role=role)
        runs.append(ended(cloud, name, cloud.client("glue").start_job_run(JobName=name)["JobRunId"]))

    assert [run["JobRunState"] for run in runs] == ["SUCCEEDED", "FAILED"]
    assert "AccessDenied" in runs[1]["ErrorMessage"]
    assert f"{ACCOUNT}" in runs[1]["ErrorMessage"] or REGION
