"""AWS's limits at the byte, and requests that AWS's models do not allow."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.tests.cloud import TRUST, Cloud, unique
from emulator.tests.lake import Lake

MIB = 1024 * 1024


def code(call: Any, **arguments: Any) -> str:
    """The error code of a call; empty when it succeeds."""
    try:
        call(**arguments)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""


def attribute(text: str) -> dict[str, str]:
    return {"DataType": "String", "StringValue": text}


def test_sqs_message_of_one_mebibyte_with_its_attributes(cloud: Cloud) -> None:
    url, _ = cloud.queue()
    send = cloud.client("sqs").send_message
    overhead = len("key") + len("String") + len("value")

    fits = {"MessageBody": "x" * (MIB - overhead), "MessageAttributes": {"key": attribute("value")}}
    over = {**fits, "MessageBody": fits["MessageBody"] + "x"}  # type: ignore[operator]

    assert code(send, QueueUrl=url, **fits) == ""
    assert code(send, QueueUrl=url, **over) == "InvalidParameterValue"


def test_sqs_batch_of_ten_entries_and_one_mebibyte(cloud: Cloud) -> None:
    url, _ = cloud.queue()
    send = cloud.client("sqs").send_message_batch

    def entries(count: int, size: int) -> list[dict[str, str]]:
        return [{"Id": str(number), "MessageBody": "x" * size} for number in range(count)]

    assert code(send, QueueUrl=url, Entries=entries(10, 1)) == ""
    assert code(send, QueueUrl=url, Entries=entries(11, 1)) == "AWS.SimpleQueueService.TooManyEntriesInBatchRequest"
    assert code(send, QueueUrl=url, Entries=entries(8, MIB // 8)) == ""
    assert code(send, QueueUrl=url, Entries=entries(8, MIB // 8 + 1)) == "AWS.SimpleQueueService.BatchRequestTooLong"


def test_sqs_ten_attributes(cloud: Cloud) -> None:
    url, _ = cloud.queue()
    send = cloud.client("sqs").send_message
    ten = {f"a{number}": attribute("v") for number in range(10)}

    assert code(send, QueueUrl=url, MessageBody="x", MessageAttributes=ten) == ""
    eleven = {**ten, "more": attribute("v")}
    assert code(send, QueueUrl=url, MessageBody="x", MessageAttributes=eleven) == "InvalidParameterValue"


def test_firehose_records_bytes_and_batch(cloud: Cloud) -> None:
    stream = Lake.create(cloud).stream(transform="")
    put = cloud.client("firehose").put_record_batch

    def records(count: int, size: int) -> list[dict[str, bytes]]:
        return [{"Data": b"x" * size} for _ in range(count)]

    assert code(put, DeliveryStreamName=stream, Records=records(500, 1)) == ""
    assert code(put, DeliveryStreamName=stream, Records=records(501, 1)) == "InvalidArgumentException"
    assert code(put, DeliveryStreamName=stream, Records=records(1, 1_024_000)) == ""
    assert code(put, DeliveryStreamName=stream, Records=records(1, 1_024_001)) == "InvalidArgumentException"
    assert code(put, DeliveryStreamName=stream, Records=records(8, MIB // 2)) == ""
    assert code(put, DeliveryStreamName=stream, Records=records(8, MIB // 2 + 1)) == "InvalidArgumentException"


def test_lambda_event_answer_and_environment(cloud: Cloud) -> None:
    echo = cloud.function("export const handler = async ({ n }) => 'x'.repeat(n ?? 0)")
    invoke = cloud.client("lambda").invoke
    six = 6 * MIB

    assert code(invoke, FunctionName=echo, Payload=json.dumps({"t": "x" * (six - 9)})) == ""
    assert code(invoke, FunctionName=echo, Payload=json.dumps({"t": "x" * (six - 8)})) == "RequestTooLargeException"
    assert cloud.invoke(echo, {"n": six - 2})[1] is None
    assert cloud.invoke(echo, {"n": six - 1})[0]["errorType"] == "Function.ResponseSizeTooLarge"
    configure = cloud.client("lambda").update_function_configuration
    small, big = {"K": "x" * (4096 - 8)}, {"K": "x" * (4096 - 7)}
    assert code(configure, FunctionName=echo, Environment={"Variables": small}) == ""
    found = code(configure, FunctionName=echo, Environment={"Variables": big})
    assert found == "InvalidParameterValueException"


def test_policy_sizes_without_white_space(cloud: Cloud) -> None:
    iam = cloud.client("iam")
    role = unique("role")
    iam.create_role(RoleName=role, AssumeRolePolicyDocument=TRUST)

    def document(size: int) -> str:
        statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": ""}
        empty = json.dumps({"Version": "2012-10-17", "Statement": [statement]}, separators=(",", ":"))
        statement["Resource"] = "arn:aws:s3:::" + "b" * (size - len(empty) - len("arn:aws:s3:::"))
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=4)

    assert code(iam.create_policy, PolicyName=unique("policy"), PolicyDocument=document(6_144)) == ""
    assert code(iam.create_policy, PolicyName=unique("policy"), PolicyDocument=document(6_145)) == "LimitExceeded"
    put = iam.put_role_policy
    assert code(put, RoleName=role, PolicyName="a", PolicyDocument=document(6_000)) == ""
    assert code(put, RoleName=role, PolicyName="b", PolicyDocument=document(4_240)) == ""
    assert code(put, RoleName=role, PolicyName="c", PolicyDocument=document(200)) == "LimitExceeded"
    assert code(put, RoleName=role, PolicyName="a", PolicyDocument=document(6_000)) == ""


def test_state_data_of_256_kib(cloud: Cloud) -> None:
    sfn = cloud.client("stepfunctions")
    definition = json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}})
    arn = sfn.create_state_machine(name=unique("machine"), definition=definition, roleArn=cloud.role())[
        "stateMachineArn"
    ]
    start = sfn.start_execution

    assert code(start, stateMachineArn=arn, input=json.dumps("x" * (256 * 1024 - 2))) == ""
    assert code(start, stateMachineArn=arn, input=json.dumps("x" * (256 * 1024 - 1))) == "InvalidExecutionInput"


@pytest.mark.parametrize(
    ("service", "method", "arguments", "said"),
    [
        ("sqs", "send_message", {"QueueUrl": "u", "MessageBody": "b", "DelaySecond": 1}, "unknown member DelaySecond"),
        ("sqs", "send_message", {"QueueUrl": "u"}, "missing member MessageBody"),
        ("firehose", "put_record", {"DeliveryStreamName": 7, "Record": {"Data": b""}}, "must be a string, got int"),
        ("glue", "start_job_run", {"JobName": "j", "Arguments": ["a"]}, "Arguments must be a map"),
        ("stepfunctions", "list_executions", {"statusFilter": "DONE"}, "must be one of RUNNING"),
        ("secretsmanager", "create_secret", {"Name": "n", "Tags": [{"key": "a"}]}, "unknown member Tags[0].key"),
    ],
)
def test_a_typo_is_a_validation_error(
    cloud: Cloud, service: str, method: str, arguments: dict[str, Any], said: str
) -> None:
    import boto3

    client = cloud.client(service)
    operation = client.meta.method_to_api_mapping[method]
    # boto3's serializer drops what the model does not know, so the body is written by hand.
    model = client.meta.service_model
    target = f"{model.metadata['targetPrefix']}.{operation}"
    version = model.metadata["jsonVersion"]
    assert boto3.__version__
    body = json.dumps(arguments, default=lambda raw: raw.decode())
    status, text = cloud.post(model.signing_name, target, version, body)

    assert status == 400
    assert "ValidationException" in text
    assert said in text
