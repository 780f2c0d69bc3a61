"""The leaves of one payload with their exact text: the slow, general way, right for every payload."""

from __future__ import annotations

from collections.abc import Container

import msgspec

from lean_ops.curated.column_names import escape_segment, fits_column
from lean_ops.curated.json_members import read_members

_decode_text = msgspec.json.Decoder(str).decode


class Text(str):
    """The text of a number or boolean as the producer wrote it; a JSON string's own text is a plain str."""

    __slots__ = ()


class Slice(Text):
    """The exact text of an array or object."""

    __slots__ = ()


def read_leaves(payload: bytes | str, declared: Container[str]) -> dict[str, str]:
    """
    Pointer → text of every leaf but null. Raises msgspec.DecodeError when the payload is no valid JSON object.

    Arrays are leaves, `{}` is one, and objects whose path is `declared`, these besides their members. Where a pointer
    is too long for a column, the value below it is kept whole.
    """
    found: dict[str, str] = {}
    open_objects = [("", payload)]
    while open_objects:
        above, text = open_objects.pop()
        for name, value in read_members(text, is_valid=above != "").items():
            pointer = f"{above}/{escape_segment(name)}"
            add_value(found, open_objects, pointer, value, declared)
    return found


def read_value(pointer: str, value: bytes, declared: Container[str]) -> dict[str, str]:
    """As `read_leaves`, for one value inside a payload."""
    found: dict[str, str] = {}
    open_objects: list[tuple[str, bytes | str]] = []
    add_value(found, open_objects, pointer, value, declared)
    while open_objects:
        above, text = open_objects.pop()
        for name, member in read_members(text, is_valid=True).items():
            add_value(found, open_objects, f"{above}/{escape_segment(name)}", member, declared)
    return found


def add_value(
    found: dict[str, str],
    open_objects: list[tuple[str, bytes | str]],
    pointer: str,
    value: bytes,
    declared: Container[str],
) -> None:
    """Adds a leaf to `found`, or an object to those still to be opened."""
    first = value[0]
    if first == 0x22:
        found[pointer] = _decode_text(value)
    elif first == 0x7B:
        if pointer in declared or not fits_column(pointer) or is_empty_object(value):
            found[pointer] = Slice(value, "utf-8")
        if fits_column(pointer):
            open_objects.append((pointer, value))
    elif first == 0x5B:
        found[pointer] = Slice(value, "utf-8")
    elif first != 0x6E:
        found[pointer] = Text(value, "utf-8")


def is_empty_object(value: bytes) -> bool:
    """`{}`, with or without white space."""
    return len(value) == 2 or value[1:-1].isspace()
