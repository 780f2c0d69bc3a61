"""Faults from the file: they begin and end when the file says so."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from emulator.tests.cloud import Cloud
from emulator.tests.lake import Lake


@pytest.fixture(autouse=True)
def healed(cloud: Cloud) -> Iterator[None]:
    """No fault outlives its test."""
    yield
    cloud.write_faults({})


def test_an_action_fails_with_the_given_error_and_recovers(cloud: Cloud) -> None:
    url, _ = cloud.queue()
    sqs = cloud.client("sqs")

    cloud.write_faults({"sqs.SendMessage": {"probability": 1, "code": "RequestThrottled", "status": 400}})
    with pytest.raises(ClientError) as throttled:
        sqs.send_message(QueueUrl=url, MessageBody="x")
    sqs.receive_message(QueueUrl=url)
    cloud.write_faults({})
    sqs.send_message(QueueUrl=url, MessageBody="x")

    assert throttled.value.response["Error"]["Code"] == "RequestThrottled"
    assert cloud.depth(url) == (1, 0)


def test_a_service_is_down_and_others_are_not(cloud: Cloud) -> None:
    url, _ = cloud.queue()
    cloud.write_faults({"glue": {"down": True}})

    with pytest.raises(ClientError) as down:
        cloud.client("glue").get_databases()
    cloud.client("sqs").send_message(QueueUrl=url, MessageBody="x")

    assert down.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503


def test_part_of_a_firehose_batch_is_refused_and_the_rest_is_kept(cloud: Cloud) -> None:
    lake = Lake.create(cloud)
    lake.table("plain", [("id", "long")], partition=None)
    stream = lake.stream(table="plain", transform="")
    cloud.write_faults({"seed": 7, "firehose.PutRecordBatch": {"partial": 0.5}})

    records = [{"Data": b'{"id": %d}' % number} for number in range(200)]
    answer = cloud.client("firehose").put_record_batch(DeliveryStreamName=stream, Records=records)

    refused = [i for i, one in enumerate(answer["RequestResponses"]) if "ErrorCode" in one]
    assert len(answer["RequestResponses"]) == 200
    assert answer["FailedPutCount"] == len(refused)
    assert 60 < len(refused) < 140
    kept = sorted(set(range(200)) - set(refused))
    deadline = time.time() + 20
    while len(lake.rows("plain")) < len(kept) and time.time() < deadline:
        time.sleep(0.1)
    assert sorted(row["id"] for row in lake.rows("plain")) == kept


def test_part_of_an_sqs_batch_is_refused_by_id(cloud: Cloud) -> None:
    url, _ = cloud.queue()
    cloud.write_faults({"sqs.SendMessageBatch": {"partial": 1}})
    entries = [{"Id": str(number), "MessageBody": "x"} for number in range(3)]

    answer = cloud.client("sqs").send_message_batch(QueueUrl=url, Entries=entries)

    assert [(one["Id"], one["SenderFault"]) for one in answer["Failed"]] == [("0", False), ("1", False), ("2", False)]
    assert not answer.get("Successful")
    assert cloud.depth(url) == (0, 0)


def test_times_ends_a_fault_and_a_broken_file_changes_nothing(cloud: Cloud) -> None:
    url, _ = cloud.queue()
    sqs = cloud.client("sqs")
    cloud.write_faults({"sqs.SendMessage": {"code": "InternalFailure", "status": 500, "times": 2}})
    failed = 0
    for _ in range(5):
        try:
            sqs.send_message(QueueUrl=url, MessageBody="x")
        except ClientError:
            failed += 1
    (cloud.folder / "faults.json").write_text("{")
    sqs.send_message(QueueUrl=url, MessageBody="x")

    assert failed == 2
    assert cloud.depth(url) == (4, 0)
