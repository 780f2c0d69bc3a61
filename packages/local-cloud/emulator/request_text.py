"""Requests whose values travel as text, form fields or XML, read into the data that a botocore shape describes."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from botocore.model import ListShape, MapShape, Shape, StructureShape

from .model_check import wire_name

Form = dict[str, list[str]]
# Fields of the protocol itself and of signed addresses.
_PROTOCOL = ("Action", "Version", "AWSAccessKeyId", "Signature")


def read_form(form: Form, shape: Shape) -> Any:
    """Fields of a query request (`Tags.member.1.Key=…`) as data; unknown ones under their own name."""
    tree: dict[str, Any] = {}
    for name, values in form.items():
        if name in _PROTOCOL or name.startswith("X-Amz-"):
            continue
        node = tree
        *parents, last = name.split(".")
        for parent in parents:
            child = node.get(parent)
            if not isinstance(child, dict):
                child = node[parent] = {}
            node = child
        node[last] = values[-1]
    return _from_tree(shape, tree)


def _from_tree(shape: Shape, node: Any) -> Any:
    if isinstance(shape, StructureShape) and isinstance(node, dict):
        members = {wire_name(key, member): member for key, member in shape.members.items()}
        return {key: _from_tree(members[key], item) if key in members else item for key, item in node.items()}
    if isinstance(shape, ListShape):
        if node == "":
            return []
        wrapped = node if shape.serialization.get("flattened") else _child(node, wire_name("member", shape.member))
        return [_from_tree(shape.member, item) for item in _numbered(wrapped)]
    if isinstance(shape, MapShape):
        wrapped = node if shape.serialization.get("flattened") else _child(node, "entry")
        key, value = wire_name("key", shape.key), wire_name("value", shape.value)
        return {str(_child(item, key)): _from_tree(shape.value, _child(item, value)) for item in _numbered(wrapped)}
    return read_scalar(shape, node)


def _child(node: Any, name: str) -> Any:
    return node.get(name) if isinstance(node, dict) else None


def _numbered(node: Any) -> list[Any]:
    """Items in the order of their numbers; something that is no number is an item too, to be complained of."""
    if not isinstance(node, dict):
        return [] if node is None else [node]
    return [item for _, item in sorted(node.items(), key=lambda pair: (not pair[0].isdigit(), pair[0].zfill(9)))]


def read_xml(body: bytes, shape: Shape) -> Any:
    """An XML document as data; ParseError when it is none."""
    return _from_element(shape, ElementTree.fromstring(body))


def _from_element(shape: Shape, element: ElementTree.Element) -> Any:
    if isinstance(shape, StructureShape):
        members = {wire_name(key, member): member for key, member in shape.members.items()}
        data: dict[str, Any] = {}
        for child in element:
            name = _local(child.tag)
            member = members.get(name)
            if member is None:
                data[name] = child.text or ""
            elif isinstance(member, ListShape) and member.serialization.get("flattened"):
                data.setdefault(name, []).append(_from_element(member.member, child))
            else:
                data[name] = _from_element(member, child)
        for key, member in shape.members.items():
            # `xsi:type` and its kind are members that travel as attributes.
            if member.serialization.get("xmlAttribute"):
                data[wire_name(key, member)] = next(iter(element.attrib.values()), None)
        return data
    if isinstance(shape, ListShape):
        return [_from_element(shape.member, child) for child in element]
    return read_scalar(shape, element.text or "")


def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]


def read_scalar(shape: Shape, text: Any) -> Any:
    """A text as the value of its type; the text itself when it is none."""
    if not isinstance(text, str):
        return text
    try:
        if shape.type_name in ("integer", "long"):
            return int(text)
        if shape.type_name in ("float", "double"):
            return float(text)
    except ValueError:
        return text
    if shape.type_name == "boolean":
        return {"true": True, "false": False}.get(text.lower(), text)
    return text
