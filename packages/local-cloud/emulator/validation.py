"""Requests checked against botocore's models, so that a typo fails here as it fails on AWS."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import ParseError

from botocore.model import OperationModel, StructureShape

from . import gateway
from .model_check import PROBLEMS_SHOWN_MAX, problems_of
from .request_text import read_form, read_xml
from .rest_operations import body_members, find_operation, query_names, service_model

# MiniStack's service name → botocore's, for the services that our pipeline uses.
MODELS = {
    "sqs": "sqs",
    "firehose": "firehose",
    "glue": "glue",
    "states": "stepfunctions",
    "secretsmanager": "secretsmanager",
    "ssm": "ssm",
    "kms": "kms",
    "logs": "logs",
    "events": "events",
    "dynamodb": "dynamodb",
    "iam": "iam",
    "sns": "sns",
    "sts": "sts",
    "monitoring": "cloudwatch",
}
REST_MODELS = {"lambda": "lambda", "s3": "s3", "scheduler": "scheduler"}
# Query keys that belong to the SDK or to a signed address, not to an operation.
_FOREIGN_QUERY = ("x-id", "AWSAccessKeyId", "Signature", "Expires")


async def middleware(request: gateway.Request, following: gateway.Next) -> gateway.Response:
    """Answer a validation error for unknown members, wrong types, missing members and unknown enum values."""
    found = _problems_of_request(request)
    if found:
        message = f"{len(found)} validation error(s) detected: " + "; ".join(found[:PROBLEMS_SHOWN_MAX])
        return gateway.error_response(request, _error_code(request), message, 400)
    return await following(request)


def problems(service: str, action: str, data: Any) -> list[str]:
    """What is wrong with a request's data by the service's model; empty when nothing is."""
    operation = _operation(service, action)
    if operation is None or operation.input_shape is None:
        return []
    return problems_of(operation.input_shape, data)


def _problems_of_request(request: gateway.Request) -> list[str]:
    if request.service in REST_MODELS:
        return _rest_problems(REST_MODELS[request.service], request)
    name = MODELS.get(request.service)
    if name is None or not request.action:
        return []
    if request.headers.get("x-amz-target"):
        return problems(name, request.action, request.data)
    operation = _operation(name, request.action)
    if operation is None or operation.input_shape is None:
        return []
    if "cbor" in request.headers.get("smithy-protocol", ""):
        return problems_of(operation.input_shape, _read_cbor(request.body))
    form = request.form or request.query
    return problems_of(operation.input_shape, read_form(form, operation.input_shape))


def _rest_problems(service: str, request: gateway.Request) -> list[str]:
    keys = [key for key in request.query if key not in _FOREIGN_QUERY and not key.startswith("X-Amz-")]
    if "X-Amz-Signature" in request.query:
        # A signed address carries what would be headers, too (`x-amz-checksum-mode`).
        keys = [key for key in keys if not key.startswith("x-amz-")]
    operation = find_operation(service, request.method, request.path, keys, request.headers)
    if operation is None or not isinstance(operation.input_shape, StructureShape):
        return []
    known = query_names(operation)
    found = [
        f"unknown query parameter {key} of {operation.name} (known: {', '.join(sorted(known)) or 'none'})"
        for key in keys
        if key not in known
    ]
    return [*found, *_body_problems(service, operation, operation.input_shape, request)]


def _body_problems(
    service: str, operation: OperationModel, shape: StructureShape, request: gateway.Request
) -> list[str]:
    payload = shape.serialization.get("payload")
    target, members = (shape.members[payload], None) if payload else (shape, body_members(shape))
    if not isinstance(target, StructureShape) or (members is not None and not members):
        # A blob (an object's bytes, an event) or no body at all.
        return []
    if service == "s3":
        if not request.body:
            return []
        try:
            return problems_of(target, read_xml(request.body, target), members)
        except ParseError as error:
            return [f"the body of {operation.name} is not XML: {error}"]
    return problems_of(target, request.data, members)


def _error_code(request: gateway.Request) -> str:
    """The name that the service itself gives to such a fault."""
    if request.service == "s3":
        return "MalformedXML" if request.body else "InvalidArgument"
    if request.service == "sns":
        return "InvalidParameter"
    return "ValidationError" if request.service in ("iam", "sts", "monitoring") else "ValidationException"


def _read_cbor(body: bytes) -> Any:
    import cbor2

    return cbor2.loads(body) if body else {}


def _operation(service: str, action: str) -> OperationModel | None:
    model = service_model(service)
    return model.operation_model(action) if action in model.operation_names else None
