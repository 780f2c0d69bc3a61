"""A body → its payload with every value's exact text, or the code of what is wrong with it."""

from __future__ import annotations

import base64
import binascii
import functools
import json
import re
from dataclasses import dataclass, field
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any


@dataclass(frozen=True)
class Cell:
    kind: str
    #: Strings decoded, everything else as written.
    text: str
    members: dict[str, Cell] = field(default_factory=dict)


class BodyFaultError(Exception):
    """`code` as in packages/common/src/contract/failure-catalogue.ts."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@functools.lru_cache(maxsize=4096)
def read_payload(body: str) -> Cell:
    """Innermost payload of the envelopes that may lie around it (rules: recognising a body). Raises BodyFaultError."""
    value = _read_object(body)
    message = value.members.get("Message")
    if _string(value, "Type") == "Notification" and message is not None and message.kind == "string":
        value = _inner(message.text)
    push = value.members.get("message")
    if _string(value, "subscription") is not None and push is not None and push.kind == "object":
        data = _string(push, "data")
        if data is not None:
            value = _inner(_decode(data))
    if "messageId" not in value.members or "payload" not in value.members:
        return value
    payload = value.members["payload"]
    if payload.kind == "object":
        return payload
    if payload.kind != "string":
        raise BodyFaultError("MALFORMED_PAYLOAD")
    return _inner(payload.text)


def _string(cell: Cell, name: str) -> str | None:
    member = cell.members.get(name)
    return member.text if member is not None and member.kind == "string" else None


def _inner(text: str) -> Cell:
    try:
        return _read_object(text)
    except BodyFaultError as fault:
        raise BodyFaultError("MALFORMED_PAYLOAD") from fault


def _decode(data: str) -> str:
    if len(data) % 4 or not re.fullmatch(r"[A-Za-z0-9+/]*={0,2}", data):
        raise BodyFaultError("MALFORMED_PAYLOAD")
    try:
        return base64.b64decode(data, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise BodyFaultError("MALFORMED_PAYLOAD") from error


def _read_object(text: str) -> Cell:
    try:
        value = json.loads(text, parse_constant=_refuse)
    except ValueError as error:
        code = "MALFORMED_JSON" if text.strip(" \t\r\n\f\v") else "EMPTY_BODY"
        raise BodyFaultError("INVALID_UTF8" if _has_half_pair(text) else code) from error
    if _has_half_pair(text) or _has_half_pair(json.dumps(_names_and_texts(value), ensure_ascii=False)):
        raise BodyFaultError("INVALID_UTF8")
    if not isinstance(value, dict):
        raise BodyFaultError("NOT_AN_OBJECT")
    return _scan(text, _skip(text, 0))[0]


def _refuse(name: str) -> None:
    raise ValueError(name)


def _has_half_pair(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def _names_and_texts(value: Any) -> Any:
    """Numbers do not matter here, and may be too large to print."""
    if isinstance(value, dict):
        return [[name, _names_and_texts(member)] for name, member in value.items()]
    if isinstance(value, list):
        return [_names_and_texts(member) for member in value]
    return value if isinstance(value, str) else None


_space = re.compile(r"[ \t\r\n]*")
_scalar = re.compile(r"[^,\]} \t\r\n]+")


def _skip(text: str, at: int) -> int:
    match = _space.match(text, at)
    return match.end() if match else at


def _scan(text: str, at: int) -> tuple[Cell, int]:
    """The value at `at` of a text known to be valid, and where it ends. Of equal names the last wins."""
    first = text[at]
    if first == '"':
        decoded, end = scanstring(text, at + 1, True)
        return Cell("string", decoded), end
    if first == "{":
        members: dict[str, Cell] = {}
        end = _skip(text, at + 1)
        while text[end] != "}":
            name, end = scanstring(text, end + 1, True)
            value, end = _scan(text, _skip(text, _skip(text, end) + 1))
            members[name] = value
            end = _skip(text, end)
            if text[end] == ",":
                end = _skip(text, end + 1)
        return Cell("object", text[at : end + 1], members), end + 1
    if first == "[":
        end = _skip(text, at + 1)
        while text[end] != "]":
            _, end = _scan(text, end)
            end = _skip(text, end)
            if text[end] == ",":
                end = _skip(text, end + 1)
        return Cell("array", text[at : end + 1]), end + 1
    match = _scalar.match(text, at)
    word = match.group() if match else ""
    kind = {"t": "boolean", "f": "boolean", "n": "null"}.get(first, "number")
    return Cell(kind, word), at + len(word)
