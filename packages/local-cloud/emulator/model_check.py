"""Data against a botocore shape: unknown members, wrong types, missing members, unknown enum values."""

from __future__ import annotations

import datetime
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

PROBLEMS_SHOWN_MAX = 10
_KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "character": (str,),
    "blob": (str, bytes),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "boolean": (bool,),
    "timestamp": (int, float, str, datetime.datetime),
}


def problems_of(shape: Shape, data: Any, members: frozenset[str] | None = None) -> list[str]:
    """What is wrong with `data` by its shape; empty when nothing is. `members`: only those."""
    found: list[str] = []
    _check(shape, data, "", found, members)
    return found


def wire_name(key: str, member: Shape) -> str:
    """The name of a member as it is sent."""
    name: str = member.serialization.get("name", key)
    return name


def _check(shape: Shape, value: Any, path: str, found: list[str], only: frozenset[str] | None = None) -> None:
    where = path or "the request"
    if isinstance(shape, StructureShape):
        _check_structure(shape, value, path, found, only)
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


def _check_structure(
    shape: StructureShape, value: Any, path: str, found: list[str], only: frozenset[str] | None
) -> None:
    if getattr(shape, "is_document_type", False):
        return
    if not isinstance(value, dict):
        found.append(f"{path or 'the request'} must be an object")
        return
    allowed = {key: member for key, member in shape.members.items() if only is None or key in only}
    members = {wire_name(key, member): member for key, member in allowed.items()}
    for key, item in value.items():
        if key not in members:
            found.append(f"unknown member {_join(path, key)} (known: {', '.join(sorted(members))})")
        elif item is not None:
            _check(members[key], item, _join(path, key), found)
    needed = [wire_name(key, allowed[key]) for key in shape.required_members if key in allowed]
    found.extend(f"missing member {_join(path, name)}" for name in needed if value.get(name) is None)


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
