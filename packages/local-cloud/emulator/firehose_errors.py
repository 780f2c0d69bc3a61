"""What Firehose could not deliver: one JSON line per record in objects under the error prefix, as AWS writes them."""

from __future__ import annotations

import base64
import json
import time
import uuid
from dataclasses import dataclass
from typing import Any

from .firehose_journal import Record


@dataclass(frozen=True)
class Failure:
    """A record that could not be delivered. `kind` is the error output type, e.g. `processing-failed`."""

    kind: str
    record: Record
    code: str
    message: str
    attempts: int
    extra: dict[str, Any]

    def line(self) -> dict[str, Any]:
        """The line AWS writes for it."""
        return {
            "attemptsMade": self.attempts,
            "arrivalTimestamp": self.record.arrival_ms,
            "errorCode": self.code,
            "errorMessage": self.message,
            "attemptEndingTimestamp": int(time.time() * 1000),
            "rawData": base64.b64encode(self.record.data).decode(),
            **self.extra,
        }


def error_objects(stream: str, config: dict[str, Any], failures: list[Failure]) -> list[tuple[str, str, bytes]]:
    """(bucket, key, body) of the objects to write, one per kind of failure."""
    destination = config.get("S3Configuration") or {}
    bucket = str(destination.get("BucketARN", "")).split(":::")[-1]
    prefix = destination.get("ErrorOutputPrefix") or config.get("ErrorOutputPrefix") or ""
    now = time.gmtime()
    objects = []
    for kind in sorted({failure.kind for failure in failures}):
        body = "".join(json.dumps(failure.line()) + "\n" for failure in failures if failure.kind == kind)
        # Version "1" and the time are part of every object name that Firehose writes.
        name = f"{stream}-1-{time.strftime('%Y-%m-%d-%H-%M-%S', now)}-{uuid.uuid4()}"
        objects.append((bucket, _evaluated(prefix, kind, now) + name, body.encode()))
    return objects


def _evaluated(prefix: str, kind: str, now: time.struct_time) -> str:
    """The prefix with its expressions; without any, AWS appends the kind and the UTC hour."""
    hour = time.strftime("%Y/%m/%d/%H/", now)
    if "!{" not in prefix:
        return f"{prefix}{kind}/{hour}"
    out = prefix.replace("!{firehose:error-output-type}", kind)
    out = out.replace("!{firehose:random-string}", uuid.uuid4().hex[:11])
    for pattern, directive in (("yyyy", "%Y"), ("MM", "%m"), ("dd", "%d"), ("HH", "%H")):
        out = out.replace(f"!{{timestamp:{pattern}}}", time.strftime(directive, now))
    out = out.replace("!{timestamp:yyyy/MM/dd}", time.strftime("%Y/%m/%d", now))
    out = out.replace("!{timestamp:yyyy/MM/dd/HH}", time.strftime("%Y/%m/%d/%H", now))
    return out if "!{timestamp:" in prefix or out.endswith("/") else out + "/"
