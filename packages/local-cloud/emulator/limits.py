"""AWS's limits in one table, refused here as AWS refuses them.

Each row says what is limited, the number, and where AWS's documentation states it. A check measures a request and
returns the error to answer, or nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from . import gateway, patches

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True)
class Limit:
    """One row of the table. `services` and `action` select the requests; `measure` finds what is over `maximum`."""

    services: str
    action: str
    what: str
    maximum: int
    source: str
    measure: Callable[[gateway.Request], Iterator[int]]
    code: str
    message: str
    status: int = 400


def _entries(request: gateway.Request) -> list[dict[str, Any]]:
    found = request.data.get("Entries") if isinstance(request.data, dict) else None
    return [entry for entry in found or [] if isinstance(entry, dict)]


def message_bytes(message: dict[str, Any]) -> int:
    """An SQS message's size as AWS counts it: body, and name, type and value of each attribute, in UTF-8 bytes."""
    size = len(str(message.get("MessageBody", "")).encode())
    for name, attribute in (message.get("MessageAttributes") or {}).items():
        size += len(name.encode()) + len(str(attribute.get("DataType", "")).encode())
        size += len(str(attribute.get("StringValue") or "").encode())
        size += _base64_bytes(attribute.get("BinaryValue") or "")
    return size


def _base64_bytes(text: str) -> int:
    return len(text) * 3 // 4 - text[-2:].count("=")


def _message(request: gateway.Request) -> Iterator[int]:
    yield message_bytes(request.data)


def _batch_total(request: gateway.Request) -> Iterator[int]:
    yield sum(message_bytes(entry) for entry in _entries(request))


def _batch_count(request: gateway.Request) -> Iterator[int]:
    yield len(_entries(request))


def _attribute_count(request: gateway.Request) -> Iterator[int]:
    for message in [request.data, *_entries(request)]:
        yield len(message.get("MessageAttributes") or {})


def _record_count(request: gateway.Request) -> Iterator[int]:
    yield len(request.data.get("Records") or [])


def _record_bytes(request: gateway.Request) -> Iterator[int]:
    records = request.data.get("Records") or [request.data.get("Record") or {}]
    for record in records:
        yield _base64_bytes(record.get("Data") or "")


def _records_total(request: gateway.Request) -> Iterator[int]:
    yield sum(_record_bytes(request))


def _text(name: str) -> Callable[[gateway.Request], Iterator[int]]:
    def measure(request: gateway.Request) -> Iterator[int]:
        yield len(str(request.data.get(name) or "").encode())

    return measure


def _invoke(is_async: bool) -> Callable[[gateway.Request], Iterator[int]]:
    def measure(request: gateway.Request) -> Iterator[int]:
        wants_async = request.headers.get("x-amz-invocation-type") == "Event"
        if wants_async == is_async and re.search(r"/functions/[^/]+/invocations$", request.path):
            yield len(request.body)

    return measure


def _environment(request: gateway.Request) -> Iterator[int]:
    if request.method in ("POST", "PUT") and re.search(r"/functions(/[^/]+/configuration)?/?$", request.path):
        variables = (request.data.get("Environment") or {}).get("Variables") or {}
        # As AWS measures it: the JSON object of all names and values.
        yield len(json.dumps(variables, separators=(",", ":"), ensure_ascii=False).encode())


def _policy(request: gateway.Request) -> Iterator[int]:
    # White space is not counted, for none of IAM's policy quotas.
    yield len(re.sub(r"\s", "", (request.form.get("PolicyDocument") or [""])[0]))


def _inline_total(request: gateway.Request) -> Iterator[int]:
    from ministack.services import iam

    form = request.form
    name, policy = (form.get("RoleName") or [""])[0], (form.get("PolicyName") or [""])[0]
    stored = (iam._roles.get(name) or {}).get("InlinePolicies") or {}
    total = sum(_policy(request))
    for other, document in stored.items():
        if other != policy:
            text = document if isinstance(document, str) else json.dumps(document)
            total += len(re.sub(r"\s", "", text))
    yield total


_SQS = "SQS Developer Guide, Amazon SQS message quotas"
_FIREHOSE = "Data Firehose Developer Guide, Quota; API Reference, PutRecordBatch"
_LAMBDA = "Lambda Developer Guide, Lambda quotas"
_STATES = "Step Functions Developer Guide, Service quotas"
_IAM = "IAM User Guide, IAM and AWS STS quotas"
_TOO_LONG = "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes."
_BATCH_LONG = "Batch requests cannot be longer than 1048576 bytes."
_TOO_MANY = "Maximum number of entries per request are 10."
_ATTRIBUTES = "Number of message attributes [more than 10] exceeds the allowed maximum [10]."
_STATE_TOO_BIG = "Invalid Input: the data is longer than 262144 bytes."

LIMITS: tuple[Limit, ...] = (
    Limit("sqs", "SendMessage", "message with attributes", MIB, _SQS, _message, "InvalidParameterValue", _TOO_LONG),
    Limit("sqs", "SendMessage", "attributes", 10, _SQS, _attribute_count, "InvalidParameterValue", _ATTRIBUTES),
    Limit("sqs", "SendMessageBatch", "attributes", 10, _SQS, _attribute_count, "InvalidParameterValue", _ATTRIBUTES),
    Limit("sqs", "*Batch", "entries", 10, _SQS, _batch_count, "TooManyEntriesInBatchRequest", _TOO_MANY),
    Limit("sqs", "SendMessageBatch", "batch", MIB, _SQS, _batch_total, "BatchRequestTooLong", _BATCH_LONG),
    Limit(
        "firehose", "PutRecordBatch", "records", 500, _FIREHOSE, _record_count, "InvalidArgumentException",
        "A maximum of 500 records can be sent per batch.",
    ),
    Limit(
        "firehose", "PutRecord*", "record", 1_000 * KIB, _FIREHOSE, _record_bytes, "InvalidArgumentException",
        "A record may not be larger than 1000 KiB before base64 encoding.",
    ),
    Limit(
        "firehose", "PutRecordBatch", "batch", 4 * MIB, _FIREHOSE, _records_total, "InvalidArgumentException",
        "Records size exceeds 4 MB limit",
    ),
    Limit(
        "lambda", "", "synchronous event", 6 * MIB, _LAMBDA, _invoke(False), "RequestTooLargeException",
        "Request must be smaller than 6291456 bytes for the InvokeFunction operation", 413,
    ),
    Limit(
        "lambda", "", "asynchronous event", MIB, _LAMBDA, _invoke(True), "RequestTooLargeException",
        "Request must be smaller than 1048576 bytes for the InvokeFunction operation", 413,
    ),
    Limit(
        "lambda", "", "environment", 4 * KIB, _LAMBDA, _environment, "InvalidParameterValueException",
        "Lambda was unable to configure your environment variables because the environment variables you have "
        "provided exceeded the 4KB limit.",
    ),
    Limit(
        "states", "StartExecution", "input", 256 * KIB, _STATES, _text("input"), "InvalidExecutionInput",
        _STATE_TOO_BIG,
    ),
    Limit(
        "states", "SendTaskSuccess", "output", 256 * KIB, _STATES, _text("output"), "InvalidOutput", _STATE_TOO_BIG
    ),
    Limit(
        "states", "CreateStateMachine", "definition", MIB, _STATES, _text("definition"), "InvalidDefinition",
        "State machine definition is longer than 1048576 bytes.",
    ),
    Limit(
        "iam", "CreatePolicy", "managed policy", 6_144, _IAM, _policy, "LimitExceeded",
        "Cannot exceed quota for PolicySize: 6144", 409,
    ),
    Limit(
        "iam", "PutRolePolicy", "inline policies of a role", 10_240, _IAM, _inline_total, "LimitExceeded",
        "Maximum policy size of 10240 bytes exceeded for the role", 409,
    ),
    Limit(
        "secretsmanager", "PutSecretValue", "secret", 64 * KIB, "Secrets Manager User Guide, Quotas",
        _text("SecretString"), "InvalidParameterException", "The secret value is longer than 65536 bytes.",
    ),
)  # fmt: skip


def install() -> None:
    """Refuse a message's delay over 15 minutes, for a batch entry by entry (SQS API Reference, SendMessage)."""

    def make(original: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        def send(data: dict[str, Any], qurl: str) -> Any:
            from ministack.services import sqs

            delay = data.get("DelaySeconds")
            if delay is not None and not 0 <= int(delay) <= 900:
                message = f"Value {delay} for parameter DelaySeconds is invalid. Reason: must be >= 0 and <= 900."
                raise sqs._Err("InvalidParameterValue", message)
            return original(data, qurl)

        return send

    patches.replace("services.sqs", "_act_send_message", "data, qurl", make)
    patches.symbol("services.sqs", "_HANDLERS")["SendMessage"] = patches.symbol("services.sqs", "_act_send_message")


async def middleware(request: gateway.Request, following: gateway.Next) -> gateway.Response:
    """Refuse a request that is over one of AWS's limits."""
    if request.method in ("POST", "PUT"):
        for limit in LIMITS:
            is_meant = limit.services == request.service and _matches(limit.action, request)
            if is_meant and any(found > limit.maximum for found in limit.measure(request)):
                return gateway.error_response(request, limit.code, limit.message, limit.status)
    return await following(request)


def _matches(pattern: str, request: gateway.Request) -> bool:
    if pattern == "":
        return True
    action = request.action
    if pattern.startswith("*"):
        return action.endswith(pattern[1:])
    return action.startswith(pattern[:-1]) if pattern.endswith("*") else action == pattern


def response_too_large(body: Any) -> dict[str, str] | None:
    """Lambda's error for an answer over 6 MB, else nothing. (Lambda quotas: response payload, synchronous.)"""
    size = len(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())
    if size <= 6 * MIB:
        return None
    message = f"Response payload size ({size} bytes) exceeded maximum allowed payload size ({6 * MIB} bytes)."
    return {"errorType": "Function.ResponseSizeTooLarge", "errorMessage": message}


def states_data_too_large(data: Any) -> bool:
    """Whether a state's data exceeds Step Functions' 256 KiB (States.DataLimitExceeded)."""
    return len(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()) > 256 * KIB
