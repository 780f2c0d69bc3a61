"""Path ↔ pointer ↔ column name. Names are lower case, reversible, and never equal for two paths."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

# Glue takes comments of at most 255 characters, without control characters, and names of at most 255.
POINTER_CHARS_MAX = 255
_NAME_CHARS_MAX = 200
_PLAIN = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_ESCAPED = re.compile(r"_(?:_|0|1(?P<code>[0-9a-f]+)_|(?P<upper>[a-z]))|[a-z0-9]")


def to_pointer(path: Sequence[str]) -> str:
    """RFC 6901."""
    return "".join("/" + escape_segment(name) for name in path)


def escape_segment(name: str) -> str:
    """One member name inside a pointer."""
    if "~" in name or "/" in name:
        return name.replace("~", "~0").replace("/", "~1")
    return name


def to_path(pointer: str) -> tuple[str, ...]:
    """The member names of a pointer."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])


def fits_column(pointer: str) -> bool:
    """False = its values stay in the overflow map: Glue could not keep the path beside the column."""
    return len(pointer) <= POINTER_CHARS_MAX and _CONTROL.search(pointer) is None


def column_name(pointer: str) -> str:
    """
    `p_head__zip_code` when every name is plain snake_case; else `x_…`, where `_a` is A, `_0` an underscore, `_12e_` the
    character U+2E and `__` the end of a name; what is too long ends in a hash and is known by its comment alone.
    """
    path = to_path(pointer)
    if all(_PLAIN.fullmatch(name) for name in path):
        name = "p_" + "__".join(path)
    else:
        name = "x_" + "__".join("".join(map(_escape, segment)) for segment in path)
    if len(name) <= _NAME_CHARS_MAX:
        return name
    digest = hashlib.sha256(pointer.encode()).hexdigest()[:32]
    return f"h_{name[: _NAME_CHARS_MAX - 40]}_{digest}"


def path_of_column(name: str) -> tuple[str, ...] | None:
    """Undoes `column_name`; None for names of technical columns and hashed ones."""
    if name.startswith("p_"):
        return tuple(name[2:].split("__"))
    if not name.startswith("x_"):
        return None
    segments = [""]
    for match in _ESCAPED.finditer(name, 2):
        text = match.group()
        if text == "__":
            segments.append("")
        elif text == "_0":
            segments[-1] += "_"
        elif match["code"] is not None:
            segments[-1] += chr(int(match["code"], 16))
        else:
            segments[-1] += match["upper"].upper() if match["upper"] else text
    return tuple(segments)


def _escape(character: str) -> str:
    if "a" <= character <= "z" or "0" <= character <= "9":
        return character
    if "A" <= character <= "Z":
        return "_" + character.lower()
    return "_0" if character == "_" else f"_1{ord(character):x}_"
