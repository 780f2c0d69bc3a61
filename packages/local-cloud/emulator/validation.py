"""Requests checked against botocore's models, so that a typo fails here as it fails on AWS.

Only services with a JSON body (JSON-RPC protocol) are checked: their operation and members are in the request.
"""

from __future__ import annotations

import functools
from typing import Any

import botocore.session
from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StructureShape

from . import gateway

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
}
_KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "character": (str,),
    "blob": (str,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "boolean": (bool,),
    "timestamp": (int, float, str),
}
PROBLEMS_SHOWN_MAX = 10


async def middleware(request: gateway.Request, following: gateway.Next) -> gateway.Response:
    """Answer ValidationException for unknown members, wrong types, missing members and unknown enum values."""
    name = MODELS.get(request.service)
    if name is not None and request.headers.get("x-amz-target") and request.action:
        found = problems(name, request.action, request.data)
        if found:
            message = f"{len(found)} validation error(s) detected: " + "; ".join(found[:PROBLEMS_SHOWN_MAX])
            return gateway.error_response(request, "ValidationException", message, 400)
    return await following(request)


def problems(service: str, action: str, data: Any) -> list[str]:
    """What is wrong with a request's data by the service's model; empty when nothing is."""
    operation = _operation(service, action)
    if operation is None or operation.input_shape is None:
        return []
    found: list[str] = []
    _check(operation.input_shape, data, "", found)
    return found


@functools.cache
def _service(name: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(name)


@functools.cache
def _operation(service: str, action: str) -> OperationModel | None:
    model = _service(service)
    return model.operation_model(action) if action in model.operation_names else None


def _check(shape: Shape, value: Any, path: str, found: list[str]) -> None:
    where = path or "the request"
    if isinstance(shape, StructureShape):
        if getattr(shape, "is_document_type", False):
            return
        if not isinstance(value, dict):
            found.append(f"{where} must be an object")
            return
        members = {member.serialization.get("name", key): member for key, member in shape.members.items()}
        for key, item in value.items():
            if key not in members:
                found.append(f"unknown member {_join(path, key)} (known: {', '.join(sorted(members))})")
            elif item is not None:
                _check(members[key], item, _join(path, key), found)
        names = {key: member.serialization.get("name", key) for key, member in shape.members.items()}
        found.extend(
            f"missing member {_join(path, names[key])}"
            for key in shape.required_members
            if value.get(names[key]) is None
        )
    elif isinstance(shape, ListShape):
        if not isinstance(value, list):
            found.append(f"{where} must be a list")
            return
        for index, item in enumerate(value):
            _check(shape.member, item, f"{path}[{index}]", found)
            if len(found) >= PROBLEMS_SHOWN_MAX:
                return
    elif isinstance(shape, MapShape):
        if not isinstance(value, dict):
            found.append(f"{where} must be a map")
            return
        for key, item in value.items():
            if item is not None:
                _check(shape.value, item, _join(path, key), found)
    else:
        _check_scalar(shape, value, where, found)


def _check_scalar(shape: Shape, value: Any, where: str, found: list[str]) -> None:
    kinds = _KINDS.get(shape.type_name, (object,))
    is_boolean_as_number = isinstance(value, bool) and bool not in kinds and object not in kinds
    if not isinstance(value, kinds) or is_boolean_as_number:
        found.append(f"{where} must be a {shape.type_name}, got {type(value).__name__}")
        return
    enum = getattr(shape, "enum", None)
    if enum and value not in enum:
        found.append(f"{where} must be one of {', '.join(enum)}, got {value!r}")


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
