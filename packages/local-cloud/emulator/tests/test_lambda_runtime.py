"""Node functions behave as on AWS: error types, warm workers, files beside the handler, logs, inspector."""

from __future__ import annotations

import json
import urllib.request

from emulator.tests.cloud import Cloud, eventually, free_port

THROWING = """
let calls = 0
class PaymentRefused extends Error { name = 'PaymentRefused' }
export const handler = async (event) => {
  calls += 1
  if (event.refuse) throw new PaymentRefused('no funds')
  if (event.text) throw 'only text'
  if (event.exit) process.exit(3)
  if (event.hang) await new Promise(() => { setInterval(() => {}, 1000) })
  return { calls, pid: process.pid }
}
"""


def test_error_type_is_kept_and_the_worker_stays_warm(cloud: Cloud) -> None:
    name = cloud.function(THROWING)
    before, _ = cloud.invoke(name, {})

    error, kind = cloud.invoke(name, {"refuse": True})
    after, _ = cloud.invoke(name, {})

    assert (error["errorType"], error["errorMessage"], kind) == ("PaymentRefused", "no funds", "Unhandled")
    assert error["trace"][0] == "PaymentRefused: no funds"
    assert after == {"calls": 3, "pid": before["pid"]}


def test_a_thrown_text_and_an_exit_are_told_apart(cloud: Cloud) -> None:
    name = cloud.function(THROWING)

    text, _ = cloud.invoke(name, {"text": True})
    exit_error, _ = cloud.invoke(name, {"exit": True})
    after, kind = cloud.invoke(name, {})

    assert (text["errorType"], text["errorMessage"]) == ("string", "only text")
    assert exit_error["errorType"] == "Runtime.ExitError"
    assert (after["calls"], kind) == (1, None)


def test_time_out_is_sandbox_timedout(cloud: Cloud) -> None:
    name = cloud.function(THROWING, Timeout=1)

    error, _ = cloud.invoke(name, {"hang": True})

    assert error["errorType"] == "Sandbox.Timedout"
    assert "Task timed out after 1.00 seconds" in error["errorMessage"]


def test_a_module_that_cannot_be_loaded_is_an_import_error(cloud: Cloud) -> None:
    name = cloud.function("import './absent.mjs'")

    error, kind = cloud.invoke(name, {})

    assert (error["errorType"], kind) == ("Runtime.ImportModuleError", "Unhandled")


def test_a_file_beside_the_handler_is_read_by_task_root(cloud: Cloud) -> None:
    source = """
    import { readFileSync } from 'node:fs'
    import { join } from 'node:path'
    const topics = JSON.parse(readFileSync(join(process.env.LAMBDA_TASK_ROOT, 'topics.json'), 'utf8'))
    export const handler = async () => ({ topics, cwd: process.cwd() === process.env.LAMBDA_TASK_ROOT })
    """
    name = cloud.function(source, files={"topics.json": '["orders"]'})

    assert cloud.invoke(name, {})[0] == {"topics": ["orders"], "cwd": True}


def test_a_function_sees_its_own_environment_and_not_ours(cloud: Cloud) -> None:
    source = "export const handler = async () => process.env"
    name = cloud.function(source, Environment={"Variables": {"STAGE": "local"}})

    env, _ = cloud.invoke(name, {})

    assert (env["STAGE"], env["AWS_REGION"]) == ("local", "us-east-1")
    assert env["AWS_ENDPOINT_URL"].endswith(f":{cloud.port}")
    assert not {"NODE_BIN", "FAULTS_FILE", "FIREHOSE_SECONDS"} & set(env)


def test_response_streaming_is_answered_whole(cloud: Cloud) -> None:
    source = """
    export const handler = awslambda.streamifyResponse(async (event, stream) => {
      stream.write('a'); stream.write(event.tail); stream.end()
    })
    """
    assert cloud.invoke(cloud.function(source), {"tail": "bc"})[0] == "abc"


def test_every_line_is_in_the_file_and_in_cloudwatch_logs(cloud: Cloud) -> None:
    name = cloud.function("export const handler = async (e) => { console.log(JSON.stringify({ order: e.n })) }")

    for number in range(3):
        cloud.invoke(name, {"n": number})

    file = cloud.folder / "logs" / "functions" / f"{name}.log"
    lines = eventually(lambda: file.read_text().splitlines(), lambda found: len(found) == 3)
    assert [json.loads(line) for line in lines] == [{"order": 0}, {"order": 1}, {"order": 2}]
    events = cloud.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{name}", filterPattern="order")["events"]
    assert sorted(event["message"] for event in events) == sorted(lines)


def test_inspect_file_starts_the_worker_with_an_inspector(cloud: Cloud) -> None:
    name = cloud.function("export const handler = async () => process.pid")
    first, _ = cloud.invoke(name, {})
    port = free_port()

    (cloud.folder / "inspect.json").write_text(json.dumps({"functions": {name: port}}))
    second = eventually(lambda: cloud.invoke(name, {})[0], lambda pid: pid != first)

    with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=5) as answer:
        targets = json.loads(answer.read())
    assert second != first
    assert targets[0]["webSocketDebuggerUrl"].startswith(f"ws://127.0.0.1:{port}/")
    (cloud.folder / "inspect.json").unlink()
