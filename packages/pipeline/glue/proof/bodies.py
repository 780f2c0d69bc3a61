"""JSON texts whose content is known without reading them."""

from __future__ import annotations

import base64
import json
import random
from dataclasses import dataclass

from proof.history import Nodes


@dataclass(frozen=True)
class Number:
    """A number by its exact text."""

    text: str


@dataclass(frozen=True)
class Array:
    """A list by its exact text: its members are nobody's columns."""

    text: str


Value = str | bool | None | Number | Array | dict[str, "Value"]


def render_payload(payload: dict[str, Value], rng: random.Random) -> tuple[str, Nodes]:
    """Text of the object, and every member by its pointer."""
    nodes: Nodes = {}
    text = _render(payload, "", nodes, rng.choice(["", "", " "]))
    nodes.pop("")
    return text, nodes


def _render(value: Value, pointer: str, nodes: Nodes, space: str) -> str:
    if isinstance(value, dict):
        members = [
            f"{json.dumps(name)}:{space}{_render(member, f'{pointer}/{_escape(name)}', nodes, space)}"
            for name, member in value.items()
        ]
        text = "{" + f",{space}".join(members) + "}"
        nodes[pointer] = ("object", text)
    elif isinstance(value, Number):
        text = value.text
        nodes[pointer] = ("number", text)
    elif isinstance(value, Array):
        text = value.text
        nodes[pointer] = ("array", text)
    elif isinstance(value, bool):
        text = "true" if value else "false"
        nodes[pointer] = ("boolean", text)
    elif value is None:
        text = "null"
        nodes[pointer] = ("null", text)
    else:
        text = json.dumps(value, ensure_ascii=len(value) % 2 == 0)
        nodes[pointer] = ("string", value)
    return text


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def wrap_payload(payload: str, message_id: str, rng: random.Random) -> str:
    """The body that a producer would send: mostly the payload itself, else one of the envelopes around it."""
    form = rng.choices(["plain", "object", "text", "sns", "push"], [6, 2, 1, 1, 1])[0]
    name = json.dumps(message_id)
    match form:
        case "object":
            return f'{{"messageId":{name},"publishTime":"2026-03-01T00:00:00Z","payload":{payload}}}'
        case "text":
            return f'{{"messageId":{name},"payload":{json.dumps(payload)}}}'
        case "sns":
            return f'{{"Type":"Notification","MessageId":{name},"Message":{json.dumps(payload)}}}'
        case "push":
            data = base64.b64encode(payload.encode()).decode()
            return f'{{"subscription":"s","message":{{"messageId":{name},"data":"{data}"}}}}'
        case _:
            return payload


malformed_bodies = [
    "",
    " ",
    "not json",
    '{"orderId":"k1",}',
    '{"orderId":NaN}',
    '["k1"]',
    "null",
    "5",
    '{"orderId":"\\ud83d"}',
    '{"messageId":"x","payload":null}',
    '{"messageId":"x","payload":""}',
    '{"messageId":"x","payload":"[1]"}',
    '{"Type":"Notification","Message":"oops"}',
    '{"subscription":"s","message":{"data":"!!!"}}',
]
