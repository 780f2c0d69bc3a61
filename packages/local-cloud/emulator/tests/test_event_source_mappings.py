"""SQS mappings: batch size, window, partial failures, source attribute, 6 MB events, concurrency."""

from __future__ import annotations

import json
from typing import Any

from emulator.tests.cloud import Cloud, eventually

# Answers what its first record's body asks for, and tells the result queue what it saw.
CONSUMER = """
import { appendFileSync } from 'node:fs'
export const handler = async (event) => {
  const bodies = event.Records.map((r) => r.body)
  console.log(JSON.stringify({ seen: event.Records.map((r) => ({ id: r.messageId, body: r.body.slice(0, 20),
    receives: Number(r.attributes.ApproximateReceiveCount), source: r.attributes.DeadLetterQueueSourceArn })) }))
  if (bodies.includes('throw')) throw new Error('whole batch')
  if (bodies.includes('unknown')) return { batchItemFailures: [{ itemIdentifier: 'nobody' }] }
  if (bodies.includes('empty')) return { batchItemFailures: [{ itemIdentifier: '' }] }
  const failed = event.Records.filter((r) => r.body === 'fail')
  return { batchItemFailures: failed.map((r) => ({ itemIdentifier: r.messageId })) }
}
"""


def mapping(cloud: Cloud, queue_arn: str, function: str, **options: Any) -> str:
    """A mapping with partial responses; its id."""
    settings = {"BatchSize": 10, "FunctionResponseTypes": ["ReportBatchItemFailures"], **options}
    return str(
        cloud.client("lambda").create_event_source_mapping(EventSourceArn=queue_arn, FunctionName=function, **settings)[
            "UUID"
        ]
    )


def invocations(cloud: Cloud, function: str) -> list[list[dict[str, Any]]]:
    """What each invocation saw."""
    file = cloud.folder / "logs" / "functions" / f"{function}.log"
    lines = file.read_text().splitlines() if file.exists() else []
    return [json.loads(line)["seen"] for line in lines if '"seen"' in line]


def send(cloud: Cloud, url: str, bodies: list[str]) -> None:
    sqs = cloud.client("sqs")
    for first in range(0, len(bodies), 10):
        entries = [{"Id": str(i), "MessageBody": body} for i, body in enumerate(bodies[first : first + 10])]
        assert not sqs.send_message_batch(QueueUrl=url, Entries=entries).get("Failed")


def test_only_reported_messages_come_again_and_then_go_to_the_dlq(cloud: Cloud) -> None:
    dlq_url, dlq_arn = cloud.queue()
    policy = json.dumps({"deadLetterTargetArn": dlq_arn, "maxReceiveCount": 2})
    url, arn = cloud.queue(VisibilityTimeout="1", RedrivePolicy=policy)
    function = cloud.function(CONSUMER)
    send(cloud, url, ["fine", "fail", "good"])

    mapping(cloud, arn, function)

    assert eventually(lambda: cloud.depth(dlq_url), lambda found: found == (1, 0)) == (1, 0)
    message = cloud.client("sqs").receive_message(QueueUrl=dlq_url, MessageSystemAttributeNames=["All"])["Messages"][0]
    assert (message["Body"], message["Attributes"]["DeadLetterQueueSourceArn"]) == ("fail", arn)
    assert cloud.depth(url) == (0, 0)
    receives = [one["receives"] for seen in invocations(cloud, function) for one in seen if one["body"] == "fail"]
    assert receives == [1, 2]


def test_unknown_and_empty_identifiers_and_errors_bring_the_whole_batch_again(cloud: Cloud) -> None:
    for body in ("unknown", "empty", "throw"):
        dlq_url, dlq_arn = cloud.queue()
        policy = json.dumps({"deadLetterTargetArn": dlq_arn, "maxReceiveCount": 1})
        url, arn = cloud.queue(VisibilityTimeout="1", RedrivePolicy=policy)
        send(cloud, url, [body, "innocent"])

        mapping(cloud, arn, cloud.function(CONSUMER), MaximumBatchingWindowInSeconds=1)

        assert eventually(lambda found=dlq_url: cloud.depth(found), lambda found: found == (2, 0)) == (2, 0), body  # type: ignore[misc]


def test_a_batch_of_500_is_one_invocation(cloud: Cloud) -> None:
    url, arn = cloud.queue()
    function = cloud.function(CONSUMER)
    send(cloud, url, [f"m{number}" for number in range(500)])

    mapping(cloud, arn, function, BatchSize=500, MaximumBatchingWindowInSeconds=2)

    eventually(lambda: cloud.depth(url), lambda found: found == (0, 0))
    seen = invocations(cloud, function)
    assert [len(batch) for batch in seen] == [500]


def test_the_window_gathers_messages_that_come_one_by_one(cloud: Cloud) -> None:
    url, arn = cloud.queue()
    function = cloud.function(CONSUMER)
    mapping(cloud, arn, function, BatchSize=100, MaximumBatchingWindowInSeconds=2)

    for number in range(5):
        cloud.client("sqs").send_message(QueueUrl=url, MessageBody=f"m{number}")

    eventually(lambda: cloud.depth(url), lambda found: found == (0, 0))
    assert [len(batch) for batch in invocations(cloud, function)] == [5]


def test_an_event_never_exceeds_6_mb(cloud: Cloud) -> None:
    url, arn = cloud.queue()
    function = cloud.function(
        "export const handler = async (e) => { console.log(JSON.stringify({ seen: e.Records.map(() => ({})), "
        "bytes: Buffer.byteLength(JSON.stringify(e)) })) }",
        MemorySize=512,
    )
    big = '"' * (900 * 1024)
    for _ in range(8):
        cloud.client("sqs").send_message(QueueUrl=url, MessageBody=big)

    mapping(cloud, arn, function, BatchSize=100, MaximumBatchingWindowInSeconds=1)

    eventually(lambda: cloud.depth(url), lambda found: found == (0, 0), 40)
    file = cloud.folder / "logs" / "functions" / f"{function}.log"
    found = [json.loads(line) for line in file.read_text().splitlines()]
    assert sum(len(one["seen"]) for one in found) == 8
    assert max(one["bytes"] for one in found) <= 6 * 1024 * 1024


def test_the_dlq_source_is_in_the_event_of_a_mapping_on_the_dlq(cloud: Cloud) -> None:
    dlq_url, dlq_arn = cloud.queue()
    url, arn = cloud.queue(
        VisibilityTimeout="0", RedrivePolicy=json.dumps({"deadLetterTargetArn": dlq_arn, "maxReceiveCount": 1})
    )
    function = cloud.function(CONSUMER)
    send(cloud, url, ["lost"])
    for _ in range(2):
        cloud.client("sqs").receive_message(QueueUrl=url)

    mapping(cloud, dlq_arn, function)

    seen = eventually(lambda: invocations(cloud, function), lambda found: len(found) == 1)
    assert [one["source"] for batch in seen for one in batch] == [arn]
    # The message goes when the function has answered, which is after it has logged.
    assert eventually(lambda: cloud.depth(dlq_url), lambda depth: depth == (0, 0)) == (0, 0)


def test_a_disabled_mapping_takes_nothing_until_it_is_enabled(cloud: Cloud) -> None:
    url, arn = cloud.queue()
    function = cloud.function(CONSUMER)
    identifier = mapping(cloud, arn, function, Enabled=False)
    send(cloud, url, ["wait"])
    assert cloud.depth(url) == (1, 0)

    cloud.client("lambda").update_event_source_mapping(UUID=identifier, Enabled=True)

    assert eventually(lambda: len(invocations(cloud, function)), lambda found: found == 1) == 1


def test_maximum_concurrency_bounds_parallel_batches(cloud: Cloud) -> None:
    source = """
    export const handler = async (e) => {
      console.log(JSON.stringify({ at: 'start', t: Date.now() })); await new Promise((r) => setTimeout(r, 300))
      console.log(JSON.stringify({ at: 'end', t: Date.now() }))
    }"""
    url, arn = cloud.queue(VisibilityTimeout="30")
    function = cloud.function(source)
    send(cloud, url, [f"m{number}" for number in range(8)])

    mapping(cloud, arn, function, BatchSize=1, ScalingConfig={"MaximumConcurrency": 2})

    eventually(lambda: cloud.depth(url), lambda found: found == (0, 0))
    file = cloud.folder / "logs" / "functions" / f"{function}.log"
    marks = eventually(
        lambda: [json.loads(line) for line in file.read_text().splitlines()], lambda found: len(found) == 16
    )
    running = peak = 0
    for mark in sorted(marks, key=lambda one: (one["t"], one["at"])):
        running += 1 if mark["at"] == "start" else -1
        peak = max(peak, running)
    assert peak == 2
