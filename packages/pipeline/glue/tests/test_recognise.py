"""Bodies: the golden vectors that TypeScript reads, too."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from lean_ops.curated.json_members import _read_deep, read_members
from lean_ops.curated.keys import key_pointers
from lean_ops.curated.leaf_reader import LeafReader
from lean_ops.curated.recognise import Fault, decode_body, is_plain, recognise
from tests.contracts import ROOT

GOLDEN: list[dict[str, Any]] = json.loads((ROOT / "packages/common/golden/recognise-body.json").read_text())["cases"]


def body_of(case: dict[str, Any]) -> str:
    if "body" in case:
        return str(case["body"])
    r = case["repeat"]
    return str(r["prefix"] + r["open"] * r["times"] + r.get("middle", "") + r["close"] * r["times"] + r["suffix"])


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["name"])
def test_golden(case: dict[str, Any]) -> None:
    """Ids and times are settled at ingestion and come as columns of RAW; here it is payload, fault and key."""
    body, expected = body_of(case), case["expect"]

    payload = recognise(body)
    batch = LeafReader(frozenset()).read([body])

    if not expected["ok"]:
        assert isinstance(payload, Fault)
        assert payload.code == expected["code"]
        assert {row: fault.code for row, fault in batch.faults.items()} == {0: expected["code"]}
        return
    assert isinstance(payload, bytes)
    text = expected["payload"]
    assert payload.decode().strip() == (body.strip() if text is None else text)
    assert batch.faults == {}
    path = case["keyPath"]
    assert batch.keys(key_pointers(None if path is None else tuple(path))) == [expected["idempotencyKey"]]


def test_an_envelope_is_never_taken_for_a_plain_body() -> None:
    for case in GOLDEN:
        body = body_of(case)
        if case["expect"]["ok"] and case["expect"]["payload"] is not None and is_plain(body):
            assert case["expect"]["payload"] == body.strip()


def test_encodings() -> None:
    packed = base64.b64encode(gzip.compress('{"a":"ü"}'.encode())).decode()

    assert decode_body('{"a":1}', "none") == '{"a":1}'
    assert decode_body(packed, "gzip+base64") == '{"a":"ü"}'
    for text, encoding in ((packed[:-8], "gzip+base64"), ("no", "gzip+base64"), ("{}", "zstd"), (None, "none")):
        assert isinstance(decode_body(text, encoding), Fault)


def test_both_readers_of_members_agree() -> None:
    """The reader for deep bodies refuses and reads what the fast one does. (Half pairs are refused before either.)"""
    texts = [body_of(case) for case in GOLDEN if "body" in case and case["expect"].get("code") != "INVALID_UTF8"]
    texts += ['{"a":[1,{"b":[]}],"c":{}}', '{"a":[1 2]}', '{"a":{1:2}}', '{"a":[,]}', '{"a":"\\x"}', '{"a"}', '{"a":1']

    for text in texts:
        assert answer(_read_deep, text) == answer(read_members, text), text


def answer(read: Callable[[str], dict[str, bytes]], text: str) -> dict[str, bytes] | str:
    try:
        return read(text)
    except msgspec.DecodeError:
        return "refused"
