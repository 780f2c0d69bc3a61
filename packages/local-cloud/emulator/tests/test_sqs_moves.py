"""Message move tasks: a DLQ goes back to where its messages came from, or to a queue of choice."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from emulator.tests.cloud import Cloud


def dead_letter(cloud: Cloud, dlq_arn: str, body: str) -> tuple[str, str]:
    """A queue that has just lost one message to the DLQ; (URL, ARN)."""
    policy = json.dumps({"deadLetterTargetArn": dlq_arn, "maxReceiveCount": 1})
    url, arn = cloud.queue(VisibilityTimeout="0", RedrivePolicy=policy)
    sqs = cloud.client("sqs")
    sqs.send_message(QueueUrl=url, MessageBody=body)
    for _ in range(2):
        sqs.receive_message(QueueUrl=url)
    return url, arn


def test_messages_go_back_to_their_own_queues_as_new_messages(cloud: Cloud) -> None:
    sqs = cloud.client("sqs")
    dlq_url, dlq_arn = cloud.queue(VisibilityTimeout="0")
    one, _ = dead_letter(cloud, dlq_arn, "one")
    two, _ = dead_letter(cloud, dlq_arn, "two")
    before = {m["MessageId"] for m in sqs.receive_message(QueueUrl=dlq_url, MaxNumberOfMessages=10)["Messages"]}

    sqs.start_message_move_task(SourceArn=dlq_arn)

    task = sqs.list_message_move_tasks(SourceArn=dlq_arn)["Results"][0]
    assert (task["Status"], task["ApproximateNumberOfMessagesMoved"]) == ("COMPLETED", 2)
    assert cloud.depth(dlq_url) == (0, 0)
    back = [sqs.receive_message(QueueUrl=url, MessageSystemAttributeNames=["All"])["Messages"][0] for url in (one, two)]
    assert [message["Body"] for message in back] == ["one", "two"]
    assert [message["Attributes"]["ApproximateReceiveCount"] for message in back] == ["1", "1"]
    assert not before & {message["MessageId"] for message in back}


def test_messages_go_to_the_named_destination(cloud: Cloud) -> None:
    dlq_url, dlq_arn = cloud.queue()
    dead_letter(cloud, dlq_arn, "one")
    url, arn = cloud.queue()

    cloud.client("sqs").start_message_move_task(SourceArn=dlq_arn, DestinationArn=arn)

    assert (cloud.depth(dlq_url), cloud.depth(url)) == ((0, 0), (1, 0))


def test_an_unknown_source_is_refused(cloud: Cloud) -> None:
    with pytest.raises(ClientError) as refused:
        cloud.client("sqs").start_message_move_task(SourceArn="arn:aws:sqs:us-east-1:000000000000:absent")

    assert refused.value.response["Error"]["Code"] == "ResourceNotFoundException"
