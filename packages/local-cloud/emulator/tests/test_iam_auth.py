"""A permission that is missing on AWS is missing here."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from emulator.tests.cloud import ACCOUNT, REGION, Cloud, eventually, unique
from emulator.tests.lake import TRANSFORM, Lake, raw_row

SENDER = """
import { request } from 'node:http'
// The bare HTTP call of an SDK, signed as the worker's role: the SDK itself is not in this test's package.
import { createHash, createHmac } from 'node:crypto'
const hash = (t) => createHash('sha256').update(t).digest('hex')
const hmac = (k, t) => createHmac('sha256', k).update(t).digest()
export const handler = async ({ action, body }) => {
  const { hostname, port, host } = new URL(process.env.AWS_ENDPOINT_URL)
  const date = new Date().toISOString().replace(/[-:]|\\.\\d{3}/g, '')
  const scope = `${date.slice(0, 8)}/us-east-1/sqs/aws4_request`
  const text = JSON.stringify(body)
  const headers = { 'content-type': 'application/x-amz-json-1.0', host, 'x-amz-date': date,
    'x-amz-security-token': process.env.AWS_SESSION_TOKEN, 'x-amz-target': `AmazonSQS.${action}` }
  const names = Object.keys(headers).sort()
  const lines = names.map((n) => `${n}:${headers[n]}`)
  const canonical = ['POST', '/', '', ...lines, '', names.join(';'), hash(text)].join('\\n')
  let key = hmac('AWS4' + process.env.AWS_SECRET_ACCESS_KEY, date.slice(0, 8))
  for (const part of ['us-east-1', 'sqs', 'aws4_request']) key = hmac(key, part)
  const signature = createHmac('sha256', key)
    .update(['AWS4-HMAC-SHA256', date, scope, hash(canonical)].join('\\n')).digest('hex')
  headers.authorization = `AWS4-HMAC-SHA256 Credential=${process.env.AWS_ACCESS_KEY_ID}/${scope}, ` +
    `SignedHeaders=${names.join(';')}, Signature=${signature}`
  return await new Promise((resolve, reject) => {
    const call = request({ hostname, port, method: 'POST', path: '/', headers }, (answer) => {
      const chunks = []
      answer.on('data', (c) => chunks.push(c))
      answer.on('end', () => resolve({ status: answer.statusCode, text: Buffer.concat(chunks).toString() }))
    })
    call.on('error', reject)
    call.end(text)
  })
}
"""


def batch(url: str) -> dict[str, object]:
    return {"action": "SendMessageBatch", "body": {"QueueUrl": url, "Entries": [{"Id": "1", "MessageBody": "x"}]}}


def test_a_function_may_do_what_its_role_says_and_nothing_else(cloud: Cloud) -> None:
    url, arn = cloud.queue()
    other_url, _ = cloud.queue()
    function = cloud.function(SENDER, role=cloud.role(["sqs:SendMessage"], arn))

    sent, _ = cloud.invoke(function, batch(url))
    elsewhere, _ = cloud.invoke(function, batch(other_url))
    received, _ = cloud.invoke(function, {"action": "ReceiveMessage", "body": {"QueueUrl": url}})

    assert sent["status"] == 200, sent
    assert cloud.depth(url) == (1, 0)
    assert (elsewhere["status"], received["status"]) == (403, 403)
    assert "AccessDenied" in elsewhere["text"]
    assert "is not authorized to perform: sqs:sendmessage" in elsewhere["text"].lower()


def test_a_mapping_needs_the_functions_role_to_read_the_queue(cloud: Cloud) -> None:
    _, arn = cloud.queue()
    source = "export const handler = async () => ({})"
    without = cloud.function(source, role=cloud.role(["sqs:ReceiveMessage", "sqs:DeleteMessage"], arn))
    actions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    allowed = cloud.function(source, role=cloud.role(actions, arn))
    client = cloud.client("lambda")

    with pytest.raises(ClientError) as denied:
        client.create_event_source_mapping(EventSourceArn=arn, FunctionName=without)
    client.create_event_source_mapping(EventSourceArn=arn, FunctionName=allowed)

    assert denied.value.response["Error"]["Code"] == "InvalidParameterValueException"
    assert "does not have permissions to call GetQueueAttributes on SQS" in str(denied.value)


def test_a_stream_delivers_with_its_own_role_only(cloud: Cloud) -> None:
    lake = Lake.create(cloud)
    lake.table("orders")
    stream = lake.stream()
    firehose = cloud.client("firehose")
    described = firehose.describe_delivery_stream(DeliveryStreamName=stream)["DeliveryStreamDescription"]
    nobody = cloud.role(["lambda:InvokeFunction", "glue:GetTable"])
    firehose.update_destination(
        DeliveryStreamName=stream,
        CurrentDeliveryStreamVersionId=described["VersionId"],
        DestinationId=described["Destinations"][0]["DestinationId"],
        IcebergDestinationUpdate={"RoleARN": nobody},
    )

    lake.put(stream, [raw_row(1, "orders", lake.database)])
    errors = eventually(lake.errors, lambda found: len(found) == 1)

    assert [(kind, line["errorCode"]) for kind, line in errors] == [("iceberg-failed", "Iceberg.AccessDenied")]
    assert "glue:UpdateTable" in errors[0][1]["errorMessage"]
    assert TRANSFORM


def test_a_state_machine_invokes_with_its_own_role_only(cloud: Cloud) -> None:
    function = cloud.function("export const handler = async () => 'called'")
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function}"
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": arn, "Payload": {}},
        "End": True,
    }
    definition = json.dumps({"StartAt": "Call", "States": {"Call": task}})
    sfn = cloud.client("stepfunctions")
    results = []
    for role in (cloud.role(["lambda:InvokeFunction"], arn), cloud.role(["lambda:InvokeFunction"], arn + "x")):
        machine = sfn.create_state_machine(name=unique("machine"), definition=definition, roleArn=role)
        execution = sfn.start_execution(stateMachineArn=machine["stateMachineArn"])["executionArn"]
        results.append(
            eventually(
                lambda execution=execution: sfn.describe_execution(executionArn=execution),  # type: ignore[misc]
                lambda found: found["status"] != "RUNNING",
            )
        )

    assert [result["status"] for result in results] == ["SUCCEEDED", "FAILED"]
    assert "is not authorized to perform: lambda:InvokeFunction" in results[1]["cause"]


def test_a_schedule_calls_with_its_own_role_only(cloud: Cloud) -> None:
    url, arn = cloud.queue()
    scheduler = cloud.client("scheduler")
    for role, text in ((cloud.role(["sqs:SendMessage"], arn), "allowed"), (cloud.role(), "denied")):
        scheduler.create_schedule(
            Name=unique("schedule"),
            ScheduleExpression="rate(1 minutes)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": arn, "RoleArn": role, "Input": json.dumps({"who": text})},
        )
        scheduler.create_schedule(
            Name=unique("once"),
            ScheduleExpression="at(2020-01-01T00:00:00)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": arn, "RoleArn": role, "Input": json.dumps({"who": text})},
        )

    assert eventually(lambda: cloud.depth(url)[0], lambda found: found >= 1) == 1
    body = cloud.client("sqs").receive_message(QueueUrl=url)["Messages"][0]["Body"]
    assert json.loads(body) == {"who": "allowed"}
