"""What a cloud has no API for, under `/_emulator/`.

`POST save` and `POST flush` are answered when it is done. `as/<access key>/…` is the same cloud, called as the session
of that key: the JVM of the Spark host serves jobs of several roles, and its Glue client takes an endpoint per catalog
but credentials only per process.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

from .firehose_iceberg import Delivery
from .persistence import Saver
from .settings import REGION

FLUSH_SECONDS_MAX = 60.0
AS = "/_emulator/as/"
SIGNED = ("content-type", "x-amz-target", "amz-sdk-invocation-id", "amz-sdk-request", "user-agent")

Application = Callable[[Any, Any, Any], Awaitable[None]]


def wrap(application: Application, saver: Saver, delivery: Delivery) -> Application:
    """MiniStack's application with our two paths in front.

    `save` writes all state, so that a deploy that was reported done survives SIGKILL. `flush` delivers every Firehose
    buffer, so that a test need not wait for the buffer's time.
    """

    async def serve(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"].startswith(AS):
            scope, receive = await _as_session(scope, receive)
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


async def _as_session(scope: Any, receive: Any) -> tuple[Any, Any]:
    """The request without its prefix, signed anew by the session of the key that the prefix names."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials
    from ministack.services import sts

    key, _, rest = scope["path"].removeprefix(AS).partition("/")
    session = sts._sessions.get(key, {})
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    headers = {name.decode(): value.decode() for name, value in scope["headers"]}
    # Credential=<key>/<day>/<region>/<service>/aws4_request
    service = re.search(r"Credential=[^/]+/[^/]+/[^/]+/([^/]+)/", headers.get("authorization", ""))
    kept = {name: value for name, value in headers.items() if name in SIGNED}
    request = AWSRequest(scope["method"], f"http://{headers['host']}/{rest}", headers=kept, data=body)
    credentials = Credentials(key, session.get("SecretAccessKey", ""), session.get("SessionToken", ""))
    SigV4Auth(credentials, service.group(1) if service else "glue", REGION).add_auth(request)
    signed = [(name.lower().encode(), str(value).encode()) for name, value in request.headers.items()]
    signed += [(b"host", headers["host"].encode()), (b"content-length", str(len(body)).encode())]

    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Any:
        return messages.pop() if messages else await receive()

    return {**scope, "path": f"/{rest}", "raw_path": f"/{rest}".encode(), "headers": signed}, replay


def _saving(saver: Saver) -> Callable[[], bool]:
    def save() -> bool:
        saver.save_due(everything=True)
        return True

    return save


def _flushing(delivery: Delivery) -> Callable[[], bool]:
    return lambda: delivery.flush_all(FLUSH_SECONDS_MAX)
