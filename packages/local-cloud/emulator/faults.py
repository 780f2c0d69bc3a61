"""Faults on demand: throttles, errors, partial batches, latency and whole services down, from a JSON file.

The file is read again when it changes. Keys are `<service>.<Action>` (IAM prefix, e.g. `firehose.PutRecordBatch`),
`<service>.*`, or `<service>`; values:

    {"probability": 0.3, "code": "ThrottlingException", "status": 400, "message": "Rate exceeded",
     "partial": 0.2, "latencyMs": 150, "down": true, "times": 5}

`partial` fails that part of the entries of PutRecordBatch and SendMessageBatch. `down` answers 503 to every call.
`times` ends the fault after so many faults. An optional top-level `seed` makes the draws repeatable.
"""

from __future__ import annotations

import asyncio
import json
import random
from typing import Any

from . import gateway
from .settings import Settings
from .watched_file import WatchedFile

_BATCHES = {"PutRecordBatch": "Records", "SendMessageBatch": "Entries"}


def middleware(settings: Settings) -> gateway.Middleware:
    """The middleware that plays the faults of the settings' faults file."""
    player = _Player(WatchedFile(settings.faults_file))

    async def play(request: gateway.Request, following: gateway.Next) -> gateway.Response:
        return await player.play(request, following)

    return play


class _Player:
    def __init__(self, file: WatchedFile) -> None:
        self._file = file
        self._rules: dict[str, Any] = {}
        self._random = random.Random()
        self._played: dict[str, int] = {}

    async def play(self, request: gateway.Request, following: gateway.Next) -> gateway.Response:
        rules = self._file.read()
        if rules is not self._rules:
            self._rules, self._played = rules, {}
            self._random = random.Random(rules.get("seed"))
        if not rules:
            return await following(request)
        for name in (f"{request.service}.{request.action}", f"{request.service}.*", request.service):
            rule = rules.get(name)
            if isinstance(rule, dict) and self._played.get(name, 0) < rule.get("times", 1 << 62):
                return await self._apply(name, rule, request, following)
        return await following(request)

    async def _apply(
        self, name: str, rule: dict[str, Any], request: gateway.Request, following: gateway.Next
    ) -> gateway.Response:
        if rule.get("latencyMs"):
            await asyncio.sleep(float(rule["latencyMs"]) / 1000)
        if rule.get("down"):
            self._count(name)
            return gateway.error_response(request, "ServiceUnavailable", "The service is unavailable (injected).", 503)
        if rule.get("partial") and request.action in _BATCHES:
            return await self._partial(name, float(rule["partial"]), rule, request, following)
        has_error = "probability" in rule or "code" in rule
        if has_error and self._random.random() < float(rule.get("probability", 1)):
            self._count(name)
            return gateway.error_response(
                request,
                rule.get("code", "ThrottlingException"),
                rule.get("message", "Rate exceeded"),
                int(rule.get("status", 400)),
            )
        return await following(request)

    async def _partial(
        self, name: str, part: float, rule: dict[str, Any], request: gateway.Request, following: gateway.Next
    ) -> gateway.Response:
        key = _BATCHES[request.action]
        data = request.data
        entries = list(data.get(key) or [])
        dropped = {index for index in range(len(entries)) if self._random.random() < part}
        if not dropped:
            return await following(request)
        self._count(name)
        answer: dict[str, Any] = {}
        if len(dropped) < len(entries):
            kept = [entry for index, entry in enumerate(entries) if index not in dropped]
            request.replace_data({**data, key: kept})
            status, headers, body = await following(request)
            if status >= 300:
                return status, headers, body
            answer = json.loads(body)
        if request.action == "PutRecordBatch":
            code = rule.get("code", "ServiceUnavailableException")
            failed = {"ErrorCode": code, "ErrorMessage": rule.get("message", "Slow down.")}
            accepted = iter(answer.get("RequestResponses", []))
            merged = [failed if index in dropped else next(accepted) for index in range(len(entries))]
            answer |= {"FailedPutCount": len(dropped), "Encrypted": False, "RequestResponses": merged}
        else:
            answer.setdefault("Successful", [])
            answer["Failed"] = answer.get("Failed", []) + [
                {
                    "Id": entries[index]["Id"],
                    "SenderFault": False,
                    "Code": rule.get("code", "InternalError"),
                    "Message": rule.get("message", "Injected"),
                }
                for index in sorted(dropped)
            ]
        content = {"Content-Type": "application/x-amz-json-1.0"}
        return 200, content, json.dumps(answer).encode()

    def _count(self, name: str) -> None:
        self._played[name] = self._played.get(name, 0) + 1
