"""Where a contract's values are in a curated table: columns by the pointer in their comment, the rest in `overflow`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from pyspark.sql.types import StructType

from lean_ops.names import literal, quote

from .cast_value import is_json_number


@dataclass(frozen=True)
class PayloadColumns:
    """Pointer → column of one curated table; what the table does not have is nowhere in its rows."""

    columns: dict[str, str]
    has_overflow: bool
    has_quoted: bool

    def text(self, path: Sequence[str]) -> str:
        """SQL of the value's text; NULL for JSON null and for what is absent."""
        found = pointer(path)
        parts = [quote(self.columns[found])] if found in self.columns else []
        parts += [f"try_element_at(overflow, {literal(found)})"] if self.has_overflow else []
        return f"coalesce({', '.join(parts)})" if parts else "CAST(NULL AS STRING)"

    def descends(self, path: Sequence[str]) -> str:
        """SQL: members of an object are there, though not the object's own text. "false" when there can be none."""
        below = f"{pointer(path)}/"
        leaves = [f"{quote(column)} IS NOT NULL" for found, column in self.columns.items() if found.startswith(below)]
        if self.has_overflow:
            # No lambda: it would keep Spark from compiling the projection.
            pointers = "concat('\\n', array_join(map_keys(overflow), '\\n'))"
            leaves.append(f"(overflow IS NOT NULL AND instr({pointers}, {literal(chr(10) + below)}) > 0)")
        return f"({' OR '.join(leaves)})" if leaves else "false"

    def is_quoted(self, path: Sequence[str]) -> str:
        """SQL: the producer wrote a string, though the text reads as another kind of JSON. Never NULL."""
        if not self.has_quoted:
            return "false"
        # `quoted` is compact JSON: after `[` or `,` an unescaped quotation mark begins a member, nothing else does.
        member = msgspec.json.encode(pointer(path)).decode()
        first, later = literal(f"[{member}"), literal(f",{member}")
        return f"(quoted IS NOT NULL AND (startswith(quoted, {first}) OR instr(quoted, {later}) > 0))"

    def blocking(self, path: Sequence[str]) -> list[tuple[str, str]]:
        """What may stand in the way: (dotted name, SQL of "a value is there that is no object"), outermost first."""
        found = []
        for length in range(1, len(path)):
            part = path[:length]
            if pointer(part) not in self.columns and not self.has_overflow:
                continue
            text = self.text(part)
            is_object = f"(startswith({text}, '{{') AND NOT {self.is_quoted(part)})"
            found.append((".".join(part), f"coalesce(NOT {is_object}, false)"))
        return found


def payload_columns(schema: StructType) -> PayloadColumns:
    """The registry that the schema of `__versions` or of the current table is."""
    columns = {}
    for field in schema.fields:
        comment = str(field.metadata.get("comment", ""))
        if comment.startswith("/"):
            columns[comment] = field.name
    names = set(schema.fieldNames())
    return PayloadColumns(columns, "overflow" in names, "quoted" in names)


def pointer(path: Sequence[str]) -> str:
    """RFC 6901."""
    return "".join("/" + name.replace("~", "~0").replace("/", "~1") for name in path)


def kind_of(text: str, is_quoted: str) -> str:
    """SQL of the JSON kind of a text that is not NULL."""
    return (
        f"CASE WHEN {is_quoted} THEN 'string' WHEN startswith({text}, '{{') THEN 'object' "
        f"WHEN startswith({text}, '[') THEN 'array' WHEN {text} IN ('true', 'false') THEN 'boolean' "
        f"WHEN {is_json_number(text)} THEN 'number' ELSE 'string' END"
    )
