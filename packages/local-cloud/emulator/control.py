"""What a cloud has no API for: `POST /_emulator/save` and `POST /_emulator/flush`, answered when it is done."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from .firehose_iceberg import Delivery
from .persistence import Saver

FLUSH_SECONDS_MAX = 60.0

Application = Callable[[Any, Any, Any], Awaitable[None]]


def wrap(application: Application, saver: Saver, delivery: Delivery) -> Application:
    """MiniStack's application with our two paths in front.

    `save` writes all state, so that a deploy that was reported done survives SIGKILL. `flush` delivers every Firehose
    buffer, so that a test need not wait for the buffer's time.
    """

    async def serve(scope: Any, receive: Any, send: Any) -> None:
        work: Callable[[], bool] | None = None
        if scope["type"] == "http" and scope["method"] == "POST":
            if scope["path"] == "/_emulator/save":
                work = _saving(saver)
            elif scope["path"] == "/_emulator/flush":
                work = _flushing(delivery)
        if work is None:
            await application(scope, receive, send)
            return
        is_done = await asyncio.to_thread(work)
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200 if is_done else 504, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps({"done": is_done}).encode()})

    return serve


def _saving(saver: Saver) -> Callable[[], bool]:
    def save() -> bool:
        saver.save_due(everything=True)
        return True

    return save


def _flushing(delivery: Delivery) -> Callable[[], bool]:
    return lambda: delivery.flush_all(FLUSH_SECONDS_MAX)
