"""SQS and its event source mappings."""

from __future__ import annotations

import json
from typing import Any

from .behaviour import behaviour
from .world import World, outcome

MIB = 1024 * 1024
TOO_MANY = "AWS.SimpleQueueService.TooManyEntriesInBatchRequest"
QUOTAS = "SQS Developer Guide: message quotas"
PARTIAL = "Lambda Developer Guide: handling errors for an SQS event source, partial batch responses"

# Reports what the first body asks for.
CONSUMER = """
exports.handler = async (event) => {
  const bodies = event.Records.map((record) => record.body)
  if (bodies.includes('throw')) throw new Error('whole batch')
  if (bodies.includes('unknown')) return { batchItemFailures: [{ itemIdentifier: 'not-of-this-batch' }] }
  if (bodies.includes('empty')) return { batchItemFailures: [{ itemIdentifier: '' }] }
  if (bodies.includes('null')) return null
  const failed = event.Records.filter((record) => record.body === 'fail')
  return { batchItemFailures: failed.map((record) => ({ itemIdentifier: record.messageId })) }
}
"""


@behaviour("SQS", "1 MiB counts body and attributes", ["accepted", "InvalidParameterValue"], QUOTAS)
def message_size(world: World) -> list[str]:
    url, _ = world.queue()
    attributes = {"key": {"DataType": "String", "StringValue": "value"}}
    body = "x" * (MIB - len("key") - len("String") - len("value"))
    send = world.client("sqs").send_message
    return [outcome(send, QueueUrl=url, MessageBody=text, MessageAttributes=attributes) for text in (body, body + "x")]


@behaviour("SQS", "a batch is at most 1 MiB", ["accepted", "AWS.SimpleQueueService.BatchRequestTooLong"], QUOTAS)
def batch_size(world: World) -> list[str]:
    url, _ = world.queue()
    send = world.client("sqs").send_message_batch
    return [
        outcome(send, QueueUrl=url, Entries=[{"Id": str(i), "MessageBody": "x" * size} for i in range(8)])
        for size in (MIB // 8, MIB // 8 + 1)
    ]


@behaviour("SQS", "10 entries, 10 attributes", [TOO_MANY, "InvalidParameterValue"], QUOTAS)
def counts(world: World) -> list[str]:
    url, _ = world.queue()
    sqs = world.client("sqs")
    entries = [{"Id": str(i), "MessageBody": "x"} for i in range(11)]
    attributes = {f"a{i}": {"DataType": "String", "StringValue": "v"} for i in range(11)}
    return [
        outcome(sqs.send_message_batch, QueueUrl=url, Entries=entries),
        outcome(sqs.send_message, QueueUrl=url, MessageBody="x", MessageAttributes=attributes),
    ]


@behaviour(
    "SQS",
    "a batch reports each entry by its id",
    {"sent": ["good"], "failed": [["late", "InvalidParameterValue", True]]},
    "SQS API Reference: SendMessageBatch",
)
def partial_send(world: World) -> dict[str, Any]:
    url, _ = world.queue()
    entries = [{"Id": "good", "MessageBody": "x"}, {"Id": "late", "MessageBody": "x", "DelaySeconds": 901}]
    answer = world.client("sqs").send_message_batch(QueueUrl=url, Entries=entries)
    return {
        "sent": [one["Id"] for one in answer.get("Successful", [])],
        "failed": [[one["Id"], one["Code"], one["SenderFault"]] for one in answer.get("Failed", [])],
    }


@behaviour(
    "SQS", "a received message is hidden, then comes again", [1, 0, 2], "SQS Developer Guide: visibility timeout"
)
def visibility(world: World) -> list[int]:
    url, _ = world.queue(VisibilityTimeout="3")
    sqs = world.client("sqs")
    sqs.send_message(QueueUrl=url, MessageBody="x")
    first = world.receive(url, 1)
    hidden = sqs.receive_message(QueueUrl=url).get("Messages", [])
    again = world.receive(url, 1)
    return [len(first), len(hidden), int(again[0]["Attributes"]["ApproximateReceiveCount"])]


@behaviour(
    "SQS",
    "redrive after maxReceiveCount names the source queue",
    ["x", True],
    "SQS Developer Guide: dead-letter queues; attribute DeadLetterQueueSourceArn",
)
def redrive(world: World) -> list[Any]:
    dlq_url, dlq_arn = world.queue()
    rule = json.dumps({"deadLetterTargetArn": dlq_arn, "maxReceiveCount": 2})
    url, arn = world.queue(VisibilityTimeout="0", RedrivePolicy=rule)
    sqs = world.client("sqs")
    sqs.send_message(QueueUrl=url, MessageBody="x")
    for _ in range(2):
        world.receive(url, 1)
    sqs.receive_message(QueueUrl=url)
    moved = world.receive(dlq_url, 1)
    return [moved[0]["Body"], moved[0]["Attributes"].get("DeadLetterQueueSourceArn") == arn]


def dead_bodies(world: World, bodies: list[str], expected: int) -> list[str]:
    """The bodies that a mapping with partial responses lets go to the DLQ after one receive."""
    dlq_url, dlq_arn = world.queue()
    rule = json.dumps({"deadLetterTargetArn": dlq_arn, "maxReceiveCount": 1})
    url, arn = world.queue(VisibilityTimeout="12", RedrivePolicy=rule)
    entries = [{"Id": str(i), "MessageBody": body} for i, body in enumerate(bodies)]
    world.client("sqs").send_message_batch(QueueUrl=url, Entries=entries)
    world.mapping(arn, world.function(CONSUMER), MaximumBatchingWindowInSeconds=2)
    dead = [message["Body"] for message in world.receive(dlq_url, expected, 40)]
    if expected == 0:
        left = world.eventually(lambda: _depth(world, url), lambda found: found == 0)
        return dead if left == 0 else [*dead, f"{left} left in the queue"]
    return sorted(dead)


@behaviour("Lambda mapping", "only reported messages come again", ["fail"], PARTIAL)
def mapping_partial(world: World) -> list[str]:
    return dead_bodies(world, ["good", "fail", "fine"], 1)


@behaviour("Lambda mapping", "an unknown id brings the whole batch again", ["good", "unknown"], PARTIAL)
def mapping_unknown(world: World) -> list[str]:
    return dead_bodies(world, ["unknown", "good"], 2)


@behaviour("Lambda mapping", "an empty id brings the whole batch again", ["empty", "good"], PARTIAL)
def mapping_empty(world: World) -> list[str]:
    return dead_bodies(world, ["empty", "good"], 2)


@behaviour("Lambda mapping", "an error brings the whole batch again", ["good", "throw"], PARTIAL)
def mapping_error(world: World) -> list[str]:
    return dead_bodies(world, ["throw", "good"], 2)


@behaviour("Lambda mapping", "a null answer is a complete success", [], PARTIAL)
def mapping_null(world: World) -> list[str]:
    return dead_bodies(world, ["null", "good"], 0)


@behaviour(
    "Lambda mapping",
    "the function's role must be able to read the queue",
    "InvalidParameterValueException",
    "Lambda Developer Guide: permissions for SQS event sources",
)
def mapping_role(world: World) -> str:
    _, arn = world.queue()
    function = world.function(CONSUMER, role=world.role([]))
    create = world.client("lambda").create_event_source_mapping
    return outcome(create, EventSourceArn=arn, FunctionName=function)


def _depth(world: World, url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = world.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(found[name]) for name in names)
