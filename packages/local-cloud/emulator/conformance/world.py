"""The cloud under observation and short ways to make things in it, all removed again at the end."""

from __future__ import annotations

import io
import json
import logging
import time
import uuid
import zipfile
from collections.abc import Callable
from typing import Any, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

log = logging.getLogger("conformance")
T = TypeVar("T")
SERVICES = ("lambda", "glue", "firehose", "states")
# A new role takes seconds until every service of an account knows it.
ROLE_SECONDS = 12


class World:
    """An emulator (`endpoint` given) or the account of the default credentials."""

    def __init__(self, endpoint: str | None, region: str) -> None:
        self.endpoint = endpoint
        self.region = region
        self._cleanups: list[Callable[[], Any]] = []
        self.account = str(self.client("sts").get_caller_identity()["Account"])

    def client(self, service: str) -> Any:
        """A client that never retries: the first answer is the observation."""
        config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, parameter_validation=False)
        options: dict[str, Any] = {"region_name": self.region, "config": config}
        if self.endpoint:
            options |= {
                "endpoint_url": self.endpoint,
                "aws_access_key_id": "test",
                "aws_secret_access_key": "test",
            }
        return boto3.client(service, **options)

    def name(self, kind: str) -> str:
        """A name of our own, so that leftovers in an account are recognisable."""
        return f"lean-ops-conformance-{kind}-{uuid.uuid4().hex[:8]}"

    def later(self, cleanup: Callable[[], Any]) -> None:
        """Remove something at the end, last made first."""
        self._cleanups.append(cleanup)

    def close(self) -> None:
        """Remove all that was made; what cannot be removed is named in the log."""
        while self._cleanups:
            try:
                self._cleanups.pop()()
            except ClientError as error:
                log.warning("left behind: %s", error)

    def queue(self, **attributes: str) -> tuple[str, str]:
        """(URL, ARN) of a new queue."""
        sqs, name = self.client("sqs"), self.name("queue")
        url = str(sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"])
        self.later(lambda: sqs.delete_queue(QueueUrl=url))
        return url, f"arn:aws:sqs:{self.region}:{self.account}:{name}"

    def bucket(self) -> str:
        """A new bucket, emptied and removed at the end."""
        s3, name = self.client("s3"), self.name("bucket")
        s3.create_bucket(Bucket=name)

        def remove() -> None:
            for page in s3.get_paginator("list_objects_v2").paginate(Bucket=name):
                for item in page.get("Contents", []):
                    s3.delete_object(Bucket=name, Key=item["Key"])
            s3.delete_bucket(Bucket=name)

        self.later(remove)
        return name

    def role(self, actions: list[str], resource: str = "*") -> str:
        """The ARN of a role that may do the actions and write its logs."""
        iam, name = self.client("iam"), self.name("role")
        principal = {"Service": [f"{service}.amazonaws.com" for service in SERVICES]}
        trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
        statements = [{"Effect": "Allow", "Action": ["logs:*"], "Resource": "*"}]
        if actions:
            statements.append({"Effect": "Allow", "Action": actions, "Resource": resource})
        arn = str(iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy([trust]))["Role"]["Arn"])
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=policy(statements))
        self.later(lambda: iam.delete_role(RoleName=name))
        self.later(lambda: iam.delete_role_policy(RoleName=name, PolicyName="p"))
        if not self.endpoint:
            time.sleep(ROLE_SECONDS)
        return arn

    def function(self, source: str, role: str | None = None, **options: Any) -> str:
        """A Node function from the text of its CommonJS `index.js`; its name."""
        client, name = self.client("lambda"), self.name("function")
        client.create_function(
            FunctionName=name,
            Role=role or self.role(["sqs:*"]),
            Runtime="nodejs22.x",
            Handler="index.handler",
            Code={"ZipFile": _zipped("index.js", source)},
            **{"Timeout": 10, **options},
        )
        self.later(lambda: client.delete_function(FunctionName=name))
        client.get_waiter("function_active_v2").wait(FunctionName=name)
        return name

    def invoke(self, name: str, event: Any) -> tuple[Any, str | None]:
        """(answer, FunctionError)."""
        answer = self.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event))
        return json.loads(answer["Payload"].read() or "null"), answer.get("FunctionError")

    def mapping(self, queue_arn: str, function: str, **options: Any) -> str:
        """An event source mapping with partial responses; its id."""
        client = self.client("lambda")
        settings = {"BatchSize": 10, "FunctionResponseTypes": ["ReportBatchItemFailures"], **options}
        made = client.create_event_source_mapping(EventSourceArn=queue_arn, FunctionName=function, **settings)
        self.later(lambda: client.delete_event_source_mapping(UUID=made["UUID"]))
        return str(made["UUID"])

    def receive(self, url: str, count: int, seconds: float = 60) -> list[dict[str, Any]]:
        """Up to `count` messages that arrive in time."""
        sqs = self.client("sqs")
        found: list[dict[str, Any]] = []
        deadline = time.time() + seconds
        while len(found) < count and time.time() < deadline:
            answer = sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=10,
                WaitTimeSeconds=2,
                MessageSystemAttributeNames=["All"],
            )
            found += answer.get("Messages", [])
        return found

    def eventually(self, read: Callable[[], T], wanted: Callable[[T], bool], seconds: float = 60) -> T:
        """Read until it is as wanted, or the time is over; the last value."""
        deadline = time.time() + (seconds if self.endpoint else seconds * 5)
        value = read()
        while not wanted(value) and time.time() < deadline:
            time.sleep(0.1 if self.endpoint else 2)
            value = read()
        return value


def outcome(call: Callable[..., Any], **arguments: Any) -> str:
    """`accepted` or the error's code."""
    try:
        call(**arguments)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "accepted"


def policy(statements: list[dict[str, Any]]) -> str:
    """A policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def _zipped(name: str, text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, text)
    return out.getvalue()
