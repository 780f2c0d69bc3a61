"""Recognises a body as packages/common/src/messages/recognise-body.ts does; both read the same golden vectors."""

from __future__ import annotations

import base64
import binascii
import gzip
import re
import zlib
from dataclasses import dataclass

import msgspec

from lean_ops.curated.json_members import read_members

_decode_text = msgspec.json.Decoder(str).decode
_ALPHABET = re.compile(r"[A-Za-z0-9+/]*={0,2}", re.ASCII)
_ESCAPED_LETTER = re.compile(r"\\u00[4-7]")
_HALVES = re.compile(r"\\u([0-9a-fA-F]{4})|\\.|[^\\]+", re.DOTALL)
# JavaScript's `trim`, which decides what is an empty body.
_BLANK = " \t\n\r\v\f\xa0\ufeff\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))


@dataclass(frozen=True)
class Fault:
    """A permanent fault of a message; `detail` never holds text of the body."""

    code: str
    detail: str


class _FaultError(Exception):
    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.fault = Fault(code, detail)


def decode_body(text: str | None, encoding: str | None) -> str | Fault:
    """The original body of a RAW row."""
    if text is None:
        return Fault("EMPTY_BODY", "the row has no body")
    if encoding in (None, "", "none"):
        return text
    if encoding != "gzip+base64":
        return Fault("MALFORMED_PAYLOAD", "unknown payload_encoding")
    try:
        return gzip.decompress(base64.b64decode(text, validate=True)).decode()
    except (binascii.Error, OSError, EOFError, zlib.error, UnicodeDecodeError):
        return Fault("MALFORMED_PAYLOAD", "the body is not gzip + base64 of UTF-8")


def is_plain(body: str) -> bool:
    """
    True when the body cannot be an envelope, so that it is itself the payload if it is a valid JSON object.

    The names of envelopes would have to stand in it, written plainly or with escaped letters.
    """
    return not (
        '"messageId"' in body
        or '"Type"' in body
        or '"subscription"' in body
        or _ESCAPED_LETTER.search(body) is not None
    )


def recognise(body: str) -> bytes | Fault:
    """The exact text of the payload: a valid JSON object."""
    try:
        return _payload_of(body)
    except _FaultError as error:
        return error.fault


def _payload_of(body: str) -> bytes:
    text = _utf8(body)
    members = _read_object(text)
    notification = _string(members, "Type") == "Notification" and _string(members, "Message")
    if isinstance(notification, str):
        text = notification.encode()
        members = _inner(text, "the SNS message")
    push = members.get("message")
    if push is not None and push[:1] == b"{" and _string(members, "subscription") is not None:
        data = _string(read_members(push), "data")
        if data is not None:
            text = _decode_base64(data)
            members = _inner(text, "the Pub/Sub data")
    if "messageId" not in members or "payload" not in members:
        return text
    payload = members["payload"]
    if payload[:1] == b"{":
        return payload
    if payload[:1] != b'"':
        raise _FaultError("MALFORMED_PAYLOAD", "the payload is not an object")
    text = _decode_text(payload).encode()
    _inner(text, "the payload")
    return text


def _utf8(body: str) -> bytes:
    try:
        return body.encode()
    except UnicodeEncodeError:
        raise _FaultError("INVALID_UTF8", "half of a surrogate pair stands alone") from None


def _string(members: dict[str, bytes], name: str) -> str | None:
    value = members.get(name)
    return None if value is None or value[:1] != b'"' else _decode_text(value)


def _inner(text: bytes, what: str) -> dict[str, bytes]:
    try:
        return _read_object(text)
    except _FaultError as error:
        raise _FaultError("MALFORMED_PAYLOAD", f"{what}: {error.fault.detail}") from None


def _read_object(text: bytes) -> dict[str, bytes]:
    if _has_lone_escape(text):
        raise _FaultError("INVALID_UTF8", "half of a surrogate pair stands alone")
    try:
        return read_members(text)
    except msgspec.ValidationError:
        raise _FaultError("NOT_AN_OBJECT", "no object") from None
    except msgspec.DecodeError as error:
        if text.decode().strip(_BLANK) == "":
            raise _FaultError("EMPTY_BODY", "nothing but white space") from None
        place = re.search(r"\(byte (\d+)\)", str(error))
        where = "" if place is None else f" at byte {place[1]}"
        raise _FaultError("MALFORMED_JSON", f"not valid JSON{where}") from None


def _has_lone_escape(text: bytes) -> bool:
    """`\\ud83d` without its other half is grammatical but has no UTF-8 form."""
    if b"\\ud" not in text and b"\\uD" not in text:
        return False
    is_high_before = False
    for match in _HALVES.finditer(text.decode()):
        unit = 0 if match[1] is None else int(match[1], 16)
        if is_high_before != (0xDC00 <= unit <= 0xDFFF):
            return True
        is_high_before = 0xD800 <= unit <= 0xDBFF
    return is_high_before


def _decode_base64(data: str) -> bytes:
    problem = _FaultError("MALFORMED_PAYLOAD", "the Pub/Sub data is not base64 of UTF-8")
    if len(data) % 4 != 0 or _ALPHABET.fullmatch(data) is None:
        raise problem
    try:
        text = base64.b64decode(data)
        text.decode()
    except (binascii.Error, UnicodeDecodeError):
        raise problem from None
    return text
