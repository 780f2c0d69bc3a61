"""Lambda's errors and limits, S3's notifications, IAM's refusals."""

from __future__ import annotations

import json
from typing import Any

from .behaviour import behaviour
from .world import World, outcome, policy

MIB = 1024 * 1024
ERRORS = "Lambda Developer Guide: Node.js function errors"
QUOTAS = "Lambda Developer Guide: quotas"
THROWER = """
let calls = 0
exports.handler = async ({ name, size }) => {
  calls += 1
  if (size) return 'x'.repeat(size)
  if (name) { const error = new Error('refused'); error.name = name; throw error }
  return calls
}
"""
CALLER = """
const { SQSClient, SendMessageCommand } = require('@aws-sdk/client-sqs')
exports.handler = async ({ url }) => {
  try { await new SQSClient({}).send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'x' })); return 'sent' }
  catch (error) { return String(error.name).split('#').pop() }
}
"""


@behaviour(
    "Lambda",
    "an error's name and message, and a warm function after it",
    ["Refused", "refused", "Unhandled", 2],
    ERRORS,
)
def errors(world: World) -> list[Any]:
    name = world.function(THROWER)
    error, kind = world.invoke(name, {"name": "Refused"})
    calls, _ = world.invoke(name, {})
    return [error["errorType"], error["errorMessage"], kind, calls]


@behaviour("Lambda", "a time-out is Sandbox.Timedout", "Sandbox.Timedout", "Lambda Developer Guide: time-outs")
def timeout(world: World) -> Any:
    name = world.function("exports.handler = () => new Promise(() => setInterval(() => {}, 1000))", Timeout=1)
    return world.invoke(name, {})[0]["errorType"]


@behaviour("Lambda", "an answer is at most 6 MB", [None, "Function.ResponseSizeTooLarge"], QUOTAS)
def answer_size(world: World) -> list[Any]:
    name = world.function(THROWER, MemorySize=512)
    fits, kind = world.invoke(name, {"size": 6 * MIB - 2})
    over, _ = world.invoke(name, {"size": 6 * MIB + 2})
    return [kind, over["errorType"] if isinstance(over, dict) else f"{len(fits)} bytes"]


@behaviour("Lambda", "an event is at most 6 MB", "RequestTooLargeException", QUOTAS)
def event_size(world: World) -> str:
    name = world.function(THROWER)
    payload = json.dumps({"text": "x" * 6 * MIB})
    return outcome(world.client("lambda").invoke, FunctionName=name, Payload=payload)


@behaviour("Lambda", "environment variables are at most 4 KB", "InvalidParameterValueException", QUOTAS)
def environment_size(world: World) -> str:
    name = world.function(THROWER)
    update = world.client("lambda").update_function_configuration
    return outcome(update, FunctionName=name, Environment={"Variables": {"K": "x" * 4096}})


@behaviour(
    "IAM", "what a role does not allow is refused", ["sent", "AccessDenied"], "IAM User Guide: policy evaluation"
)
def refusal(world: World) -> list[Any]:
    url, arn = world.queue()
    allowed = world.function(CALLER, role=world.role(["sqs:SendMessage"], arn))
    without = world.function(CALLER, role=world.role(["sqs:ReceiveMessage"], arn))
    answers = [world.invoke(name, {"url": url})[0] for name in (allowed, without)]
    # The same refusal is AccessDenied or AccessDeniedException by the SDK's protocol.
    return [str(answer).removesuffix("Exception") for answer in answers]


@behaviour(
    "S3",
    "a notification begins with s3:TestEvent, then names the object",
    ["s3:TestEvent", "ObjectCreated:Put", "folder/a+b.json"],
    "S3 User Guide: event message structure (keys are URL encoded)",
)
def notification(world: World) -> list[Any]:
    url, arn = world.queue()
    bucket = world.bucket()
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": f"arn:aws:s3:::{bucket}"}},
    }
    world.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy([allow])})
    s3 = world.client("s3")
    rule = {"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={"QueueConfigurations": [rule]})
    test = json.loads(world.receive(url, 1, 20)[0]["Body"])
    s3.put_object(Bucket=bucket, Key="folder/a b.json", Body=b"{}")
    messages = [json.loads(message["Body"]) for message in world.receive(url, 1, 20)]
    records = [message["Records"][0] for message in messages if "Records" in message]
    return [test.get("Event"), records[0]["eventName"], records[0]["s3"]["object"]["key"]]
