"""What survives a stop, and what survives a kill."""

from __future__ import annotations

import json
import signal

import pytest

from emulator.tests.cloud import Cloud, eventually, free_port
from emulator.tests.lake import Lake, raw_row


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_delivers_the_firehose_buffer(own_cloud: Cloud, number: signal.Signals) -> None:
    own_cloud.stop()
    own_cloud.env["FIREHOSE_SECONDS"] = "600"
    own_cloud.start()
    lake = Lake.create(own_cloud)
    lake.table("orders")
    stream = lake.stream()
    lake.put(stream, [raw_row(number, "orders", lake.database) for number in range(1_200)])

    own_cloud.stop(number)

    assert list((own_cloud.folder / "state" / "firehose").glob("*/*.jsonl")) == []
    own_cloud.start()
    assert len(lake.rows("orders")) == 1_200


def test_a_kill_loses_no_accepted_record_and_delivers_none_twice(own_cloud: Cloud) -> None:
    lake = Lake.create(own_cloud)
    lake.table("orders")
    stream = lake.stream()
    sent = 0
    # The stream itself must survive: a kill takes what is younger than a save.
    own_cloud.control("save")
    for _ in range(4):
        for _ in range(3):
            lake.put(stream, [raw_row(sent + number, "orders", lake.database) for number in range(200)])
            sent += 200
        own_cloud.kill()
        own_cloud.start()

    rows = eventually(lambda: lake.rows("orders"), lambda found: len(found) >= sent, 30)

    assert sorted(row["message_id"] for row in rows) == sorted(f"m-{number}" for number in range(sent))


def test_a_committed_table_version_survives_a_kill_at_once(own_cloud: Cloud) -> None:
    import pyarrow as pa

    own_cloud.stop()
    own_cloud.env["AUTOSAVE_SECONDS"] = "3600"
    own_cloud.start()
    lake = Lake.create(own_cloud)
    lake.table("orders", [("id", "long")], partition=None)
    lake.load("orders").append(pa.table({"id": pa.array([1, 2, 3], pa.int64())}))

    own_cloud.kill()
    own_cloud.start()

    assert [row["id"] for row in lake.rows("orders")] == [1, 2, 3]


def test_a_kill_keeps_what_was_saved_and_never_half_a_file(own_cloud: Cloud) -> None:
    url, _ = own_cloud.queue()
    secret = own_cloud.client("secretsmanager").create_secret(Name="key", SecretString="s3cret")["ARN"]
    function = own_cloud.function("export const handler = async (event) => event")
    for number in range(50):
        own_cloud.client("sqs").send_message(QueueUrl=url, MessageBody=f"m{number}")
    state = own_cloud.folder / "state" / "sqs.json"
    eventually(lambda: state.exists() and '"m49"' in state.read_text(), bool)
    eventually(lambda: (own_cloud.folder / "state" / "secretsmanager.json").exists(), bool)
    eventually(lambda: (own_cloud.folder / "state" / "lambda.json").exists(), bool)
    for number in range(50, 60):
        own_cloud.client("sqs").send_message(QueueUrl=url, MessageBody=f"m{number}")

    own_cloud.kill()
    own_cloud.start()

    for path in (own_cloud.folder / "state").glob("*.json"):
        json.loads(path.read_text())
    assert own_cloud.depth(url)[0] >= 50
    assert own_cloud.client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"] == "s3cret"
    assert own_cloud.invoke(function, {"n": 1}) == ({"n": 1}, None)


def test_another_port_after_a_restart_is_followed_by_queue_urls_and_mappings(own_cloud: Cloud) -> None:
    url, arn = own_cloud.queue()
    function = own_cloud.function("export const handler = async () => ({})")
    own_cloud.client("lambda").create_event_source_mapping(EventSourceArn=arn, FunctionName=function)
    own_cloud.stop()

    old, own_cloud.port = own_cloud.port, free_port()
    own_cloud.start()

    name = arn.split(":")[-1]
    found = own_cloud.client("sqs").get_queue_url(QueueName=name)["QueueUrl"]
    assert found == url.replace(f":{old}/", f":{own_cloud.port}/")
    own_cloud.client("sqs").send_message(QueueUrl=found, MessageBody="after")
    assert eventually(lambda: own_cloud.depth(found), lambda depth: depth == (0, 0)) == (0, 0)


def test_no_worker_is_left_behind_by_a_kill(own_cloud: Cloud) -> None:
    function = own_cloud.function("export const handler = async () => process.pid")
    pid, _ = own_cloud.invoke(function, {})

    own_cloud.kill()

    def is_gone() -> bool:
        from pathlib import Path

        return not Path(f"/proc/{pid}").exists()

    assert eventually(is_gone, bool)
