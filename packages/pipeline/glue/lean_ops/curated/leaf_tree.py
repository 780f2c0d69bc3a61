"""What the payloads of a topic look like: learnt from the general reader, told to the fast one."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from enum import Enum
from typing import Any

import msgspec

from lean_ops.curated.column_names import escape_segment, fits_column, to_path
from lean_ops.curated.json_members import read_members
from lean_ops.curated.leaves import is_empty_object

# More names than this are data in the place of names (dates, ids): payloads with further ones go the general way.
_NODES_MAX = 4_000
# Stands for a member that is absent; compared by identity.
NULL = msgspec.Raw(b"null")


class Kind(Enum):
    """How the fast reader takes a member."""

    UNKNOWN = 0
    SCALAR = 1
    OBJECT = 2
    # Arrays, and whatever is not always of one kind: its text is taken and looked at.
    GENERAL = 3


class Node:
    """A member of the payloads seen so far."""

    __slots__ = ("children", "is_nameable", "kind", "pointer")

    def __init__(self, pointer: str, kind: Kind) -> None:
        self.pointer = pointer
        self.kind = kind
        self.children: dict[str, Node] = {}
        # False: a member below has a name that the decoder cannot be told.
        self.is_nameable = True


@dataclass(frozen=True)
class Layout:
    """An object's members in the order of the struct's fields, and an instance that has none of them."""

    struct: Any
    members: tuple[tuple[str, Kind, Layout | None], ...]
    empty: Any
    blank: tuple[Any, ...]


class LeafTree:
    """`declared` = pointers whose objects are kept as slices; `known` = pointers of columns the table has."""

    def __init__(self, declared: Container[str], known: frozenset[str] = frozenset()) -> None:
        self.declared = declared
        self.root = Node("", Kind.OBJECT)
        self.size = 0
        for pointer in sorted(known):
            self._plant(to_path(pointer))

    def learn(self, payload: bytes | str) -> bool:
        """Takes in the shape of a valid payload; False when it taught nothing, so that a new decoder would not help."""
        has_learnt = False
        open_objects = [(self.root, payload)]
        while open_objects:
            node, text = open_objects.pop()
            for name, value in read_members(text, is_valid=True).items():
                child = node.children.get(name)
                if child is None:
                    if self.size >= _NODES_MAX or not node.is_nameable:
                        continue
                    if not _is_nameable(name):
                        node.is_nameable = False
                        has_learnt |= _change(node, Kind.GENERAL)
                        continue
                    child = self._add(node, name)
                    has_learnt = True
                has_learnt |= _change(child, self._kind_of(child, value))
                if child.kind is Kind.OBJECT and value[0] == 0x7B:
                    open_objects.append((child, value))
        return has_learnt

    def build_layout(self) -> Layout:
        """What a decoder for exactly the known names gives. The tree may learn on; the layout stays as it is."""
        return _layout(self.root, "Payload")

    def _kind_of(self, node: Node, value: bytes) -> Kind:
        if value[0] == 0x6E:
            return node.kind
        wanted = Kind.SCALAR
        if value[0] == 0x5B:
            wanted = Kind.GENERAL
        elif value[0] == 0x7B:
            if is_empty_object(value) and node.kind is Kind.OBJECT:
                return node.kind
            is_general = is_empty_object(value) or node.pointer in self.declared or not fits_column(node.pointer)
            wanted = Kind.GENERAL if is_general else Kind.OBJECT
        return wanted if node.kind in (Kind.UNKNOWN, wanted) else Kind.GENERAL

    def _plant(self, path: tuple[str, ...]) -> None:
        node = self.root
        for name in path:
            if self.size >= _NODES_MAX or not _is_nameable(name):
                return
            if node.kind is Kind.UNKNOWN:
                node.kind = Kind.GENERAL if node.pointer in self.declared else Kind.OBJECT
            elif node.kind is Kind.SCALAR:
                node.kind = Kind.GENERAL
            node = node.children.get(name) or self._add(node, name)

    def _add(self, node: Node, name: str) -> Node:
        child = node.children[name] = Node(f"{node.pointer}/{escape_segment(name)}", Kind.UNKNOWN)
        self.size += 1
        return child


def _change(node: Node, kind: Kind) -> bool:
    if node.kind is kind:
        return False
    # UNKNOWN and SCALAR are decoded alike.
    is_news = not (node.kind is Kind.UNKNOWN and kind is Kind.SCALAR)
    node.kind = kind
    return is_news


def _is_nameable(name: str) -> bool:
    """What msgspec takes as the encoded name of a field."""
    return '"' not in name and "\\" not in name and all(character >= " " for character in name)


def _layout(node: Node, name: str) -> Layout:
    fields: list[tuple[str, Any, Any]] = []
    members: list[tuple[str, Kind, Layout | None]] = []
    for number, child in enumerate(node.children.values()):
        field, below = f"f{number}", None
        match child.kind:
            case Kind.OBJECT:
                below = _layout(child, f"{name}_{number}")
                fields.append((field, below.struct | None, None))
            case Kind.GENERAL:
                fields.append((field, msgspec.Raw, NULL))
            case _:
                fields.append((field, Any, None))
        members.append((child.pointer, child.kind, below))
    rename = {f"f{number}": given for number, given in enumerate(node.children)}
    struct = msgspec.defstruct(name, fields, rename=rename, forbid_unknown_fields=True, gc=False)
    empty = struct()
    return Layout(struct, tuple(members), empty, msgspec.structs.astuple(empty))
