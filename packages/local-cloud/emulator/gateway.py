"""One chain of checks in front of every service: faults, then limits, then request validation."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from . import patches

Response = tuple[int, dict[str, str], Any]
Handler = Callable[..., Awaitable[Response]]


@dataclass
class Request:
    """One call of one AWS service, after authorisation and before its handler."""

    service: str
    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    query: dict[str, list[str]]
    _data: Any = field(default=None, repr=False)

    @property
    def action(self) -> str:
        """The operation's name; empty for REST services, whose operation is method and path."""
        target = self.headers.get("x-amz-target", "")
        if target:
            return target.rsplit(".", 1)[-1]
        smithy = self.path.rsplit("/operation/", 1)
        if len(smithy) == 2:
            return smithy[1]
        action = self.query.get("Action") or self.form.get("Action")
        return action[0] if action else ""

    @property
    def form(self) -> dict[str, list[str]]:
        """Fields of a query-protocol body."""
        if "x-www-form-urlencoded" not in self.headers.get("content-type", ""):
            return {}
        return parse_qs(self.body.decode("utf-8", "replace"), keep_blank_values=True)

    @property
    def data(self) -> Any:
        """The JSON body, parsed once; an empty dict when it is not JSON."""
        if self._data is None:
            try:
                self._data = json.loads(self.body) if self.body else {}
            except ValueError:
                self._data = {}
        return self._data

    def replace_data(self, data: Any) -> None:
        """Go on with another JSON body."""
        self._data = data
        self.body = json.dumps(data).encode()


Next = Callable[[Request], Awaitable[Response]]
Middleware = Callable[[Request, Next], Awaitable[Response]]


def install(middlewares: list[Middleware]) -> None:
    """Wrap every service handler so that a request passes `middlewares` in order and then MiniStack."""
    handlers: dict[str, Handler] = patches.symbol("app", "SERVICE_HANDLERS")
    for service in list(handlers):
        handlers[service] = _wrapped(service, handlers[service], middlewares)


def _wrapped(service: str, handler: Handler, middlewares: list[Middleware]) -> Handler:
    async def last(request: Request) -> Response:
        return await handler(request.method, request.path, request.headers, request.body, request.query)

    chain: Next = last
    for middleware in reversed(middlewares):
        chain = _linked(middleware, chain)

    async def handle(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, list[str]]
    ) -> Response:
        return await chain(Request(service, method, path, headers, body, query))

    return handle


def _linked(middleware: Middleware, following: Next) -> Next:
    async def link(request: Request) -> Response:
        return await middleware(request, following)

    return link


def error_response(request: Request, code: str, message: str, status: int) -> Response:
    """An AWS error in the protocol that the caller speaks."""
    if "x-www-form-urlencoded" in request.headers.get("content-type", ""):
        kind = "Sender" if status < 500 else "Receiver"
        body = (
            '<?xml version="1.0"?><ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error>'
            f"<Type>{kind}</Type><Code>{code}</Code><Message>{escape(message)}</Message></Error></ErrorResponse>"
        )
        return status, {"Content-Type": "text/xml"}, body.encode()
    if "cbor" in request.headers.get("smithy-protocol", ""):
        import cbor2

        headers = {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
        return status, headers, cbor2.dumps({"__type": code, "message": message})
    if request.service == "sqs":
        from ministack.services import sqs

        # SQS answers with its older code in a header of its own, which SDKs prefer.
        answer: Response = sqs._json_err_resp(code, message, status)
        return answer
    if request.service == "s3":
        # Requests are refused before S3 reads their names, so it has no resource to speak of.
        error = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
        return status, {"Content-Type": "application/xml"}, f'<?xml version="1.0"?>{error}'.encode()
    payload = json.dumps({"__type": code, "message": message, "Message": message}).encode()
    return status, {"Content-Type": "application/x-amz-json-1.0", "x-amzn-errortype": code}, payload
