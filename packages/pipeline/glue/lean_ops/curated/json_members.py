"""One level of a JSON object with the exact text of every member, whatever its depth."""

from __future__ import annotations

import re
from json.decoder import scanstring  # type: ignore[attr-defined]

import msgspec

_decode = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_SPACE = re.compile(r"[ \t\n\r]*")
_SCALAR = re.compile(r"true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')


def read_members(text: bytes | str, is_valid: bool = False) -> dict[str, bytes]:
    """
    Members of a text that must be one valid JSON object; of equal names the last wins.

    Raises msgspec.DecodeError for everything else, msgspec.ValidationError for valid JSON that is no object.
    `is_valid`: it is part of a text that was read before.
    """
    try:
        return {name: bytes(value) for name, value in _decode(text).items()}
    except (RecursionError, msgspec.ValidationError):
        # The decoder says "no object" at the first character, whatever follows.
        return _read_deep(text if isinstance(text, str) else text.decode(), is_valid)


def _read_deep(text: str, is_valid: bool = False) -> dict[str, bytes]:
    """As above without recursion, which also says of all else whether it is JSON."""
    members: dict[str, bytes] = {}
    at = _skip(text, 0)
    if text[at : at + 1] != "{":
        if _end_of_value(text, at) != _trimmed(text):
            raise msgspec.DecodeError("trailing characters")
        raise msgspec.ValidationError("not an object")
    at = _skip(text, at + 1)
    while text[at : at + 1] != "}":
        if text[at : at + 1] != '"':
            raise msgspec.DecodeError("expected a name")
        start = at
        at = _end_of_string(text, at)
        name, _ = scanstring(text, start + 1, True)
        at = _skip(text, at)
        if text[at : at + 1] != ":":
            raise msgspec.DecodeError("expected a colon")
        start = _skip(text, at + 1)
        at = _end_of_valid(text, start) if is_valid else _end_of_value(text, start)
        members[name] = text[start:at].encode()
        at = _after_member(text, at, "}")
    if at + 1 != _trimmed(text):
        raise msgspec.DecodeError("trailing characters")
    return members


_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]', re.DOTALL)


def _end_of_value(text: str, at: int) -> int:
    """Index after the value that begins at `at`; checks its whole grammar with a stack of open brackets."""
    closers: list[str] = []
    while True:
        first = text[at : at + 1]
        if first in ("{", "["):
            closer = "}" if first == "{" else "]"
            at = _skip(text, at + 1)
            if text[at : at + 1] == closer:
                at += 1
            else:
                closers.append(closer)
                at = _begin_member(text, at, closer)
                continue
        elif first == '"':
            at = _end_of_string(text, at)
        else:
            match = _SCALAR.match(text, at)
            if match is None:
                raise msgspec.DecodeError("expected a value")
            at = match.end()
        while closers:
            at = _after_member(text, at, closers[-1])
            if text[at] != closers[-1]:
                at = _begin_member(text, at, closers[-1])
                break
            closers.pop()
            at += 1
        else:
            return at


def _end_of_valid(text: str, at: int) -> int:
    """As above for a value known to be valid, ten times as fast: an object 100 levels deep is read 100 times."""
    if text[at] not in "{[":
        return _end_of_value(text, at)
    depth = 0
    for match in _BRACKET.finditer(text, at):
        first = match.group()[0]
        if first == '"':
            continue
        depth += 1 if first in "{[" else -1
        if depth == 0:
            return match.end()
    raise msgspec.DecodeError("not closed")


def _begin_member(text: str, at: int, closer: str) -> int:
    """Index of the member's value."""
    if closer == "]":
        return at
    if text[at : at + 1] != '"':
        raise msgspec.DecodeError("expected a name")
    at = _skip(text, _end_of_string(text, at))
    if text[at : at + 1] != ":":
        raise msgspec.DecodeError("expected a colon")
    return _skip(text, at + 1)


def _after_member(text: str, at: int, closer: str) -> int:
    """Index of the closer, or of the next member."""
    at = _skip(text, at)
    if text[at : at + 1] == closer:
        return at
    if text[at : at + 1] != ",":
        raise msgspec.DecodeError("expected a comma")
    at = _skip(text, at + 1)
    if text[at : at + 1] in ("", closer):
        raise msgspec.DecodeError("trailing comma")
    return at


def _end_of_string(text: str, at: int) -> int:
    match = _STRING.match(text, at)
    if match is None:
        raise msgspec.DecodeError("malformed string")
    return match.end()


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return at if match is None else match.end()


def _trimmed(text: str) -> int:
    return len(text.rstrip(" \t\n\r"))
