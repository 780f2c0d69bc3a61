"""Which operation of a REST service a request is: by method, path, and what tells S3's sub-resources apart."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl

import botocore.session
from botocore.model import OperationModel, ServiceModel, StructureShape


@functools.cache
def service_model(name: str) -> ServiceModel:
    """Botocore's model of a service."""
    return botocore.session.get_session().get_service_model(name)


@dataclass(frozen=True)
class _Route:
    operation: OperationModel
    method: str
    path: re.Pattern[str]
    query: frozenset[str]
    headers: frozenset[str]


def find_operation(
    service: str, method: str, path: str, query: Iterable[str], headers: Iterable[str] = ()
) -> OperationModel | None:
    """The operation of a request; None when none fits (an address in virtual-host style has no bucket in its path)."""
    keys = frozenset(query)
    present = frozenset(name.lower() for name in headers)
    fitting = [
        route
        for route in _routes(service)
        if route.method == method and route.query <= keys and route.headers <= present and route.path.fullmatch(path)
    ]
    # The more a route asks for, and the more literal its path is, the better it describes the request.
    best = max(
        fitting,
        key=lambda route: (len(route.query) + len(route.headers), -route.path.pattern.count("(")),
        default=None,
    )
    return best.operation if best else None


@functools.cache
def _routes(service: str) -> list[_Route]:
    model = service_model(service)
    routes = []
    for name in model.operation_names:
        operation = model.operation_model(name)
        if operation.deprecated:
            # S3's older twins of an operation have its very address.
            continue
        path, _, query = operation.http["requestUri"].partition("?")
        marker = {key for key, _ in parse_qsl(query, keep_blank_values=True)}
        keys = frozenset(marker | _required_at(operation, "querystring"))
        headers = frozenset(key.lower() for key in _required_at(operation, "header"))
        routes.append(_Route(operation, operation.http["method"], _pattern(path), keys, headers))
    return routes


def _required_at(operation: OperationModel, location: str) -> set[str]:
    shape = operation.input_shape
    if not isinstance(shape, StructureShape):
        return set()
    members = (shape.members[key].serialization for key in shape.required_members)
    return {str(member["name"]) for member in members if member.get("location") == location}


def _pattern(uri: str) -> re.Pattern[str]:
    parts = re.split(r"(\{[^}]+\})", uri.rstrip("/"))
    text = "".join(_segment(part) if part.startswith("{") else re.escape(part) for part in parts)
    return re.compile(text + "/?")


def _segment(label: str) -> str:
    return "(.+)" if label.endswith("+}") else "([^/]+)"


def body_members(shape: StructureShape) -> frozenset[str]:
    """Members that travel in the body, not in path, query or headers."""
    return frozenset(key for key, member in shape.members.items() if "location" not in member.serialization)


def query_names(operation: OperationModel) -> frozenset[str]:
    """Query keys that an operation knows, its own marker among them."""
    shape = operation.input_shape
    members = shape.members.values() if isinstance(shape, StructureShape) else ()
    named = {m.serialization["name"] for m in members if m.serialization.get("location") == "querystring"}
    marker = parse_qsl(operation.http["requestUri"].partition("?")[2], keep_blank_values=True)
    return frozenset(named | {key for key, _ in marker})
