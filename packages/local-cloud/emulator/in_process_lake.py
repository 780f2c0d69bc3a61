"""pyiceberg on the emulator's own Glue and S3 without HTTP: a commit is tens of calls, each a millisecond cheaper."""

from __future__ import annotations

import functools
import io
import json
from types import SimpleNamespace
from typing import Any

from pyiceberg.io import FileIO, InputFile, OutputFile
from pyiceberg.typedef import EMPTY_DICT, Properties


class ServiceError(Exception):
    """An error answer of an in-process Glue call; the subclasses carry the names that pyiceberg catches."""


class EntityNotFoundException(ServiceError):  # noqa: N818 - AWS's name
    pass


class AlreadyExistsException(ServiceError):  # noqa: N818 - AWS's name
    pass


class ConcurrentModificationException(ServiceError):  # noqa: N818 - AWS's name
    pass


class InvalidInputException(ServiceError):  # noqa: N818 - AWS's name
    pass


_ERRORS = {
    kind.__name__: kind
    for kind in (
        EntityNotFoundException,
        AlreadyExistsException,
        ConcurrentModificationException,
        InvalidInputException,
    )
}


class GlueInProcess:
    """The part of boto3's Glue client that pyiceberg's catalog uses."""

    exceptions = SimpleNamespace(**_ERRORS)

    def get_table(self, **data: Any) -> dict[str, Any]:
        """Glue GetTable."""
        return self._call("_get_table", data)

    def create_table(self, **data: Any) -> dict[str, Any]:
        """Glue CreateTable."""
        return self._call("_create_table", data)

    def update_table(self, **data: Any) -> dict[str, Any]:
        """Glue UpdateTable."""
        return self._call("_update_table", data)

    def delete_table(self, **data: Any) -> dict[str, Any]:
        """Glue DeleteTable (pyiceberg undoes a failed create with it)."""
        return self._call("_delete_table", data)

    def get_database(self, **data: Any) -> dict[str, Any]:
        """Glue GetDatabase."""
        return self._call("_get_database", data)

    def _call(self, handler: str, data: dict[str, Any]) -> dict[str, Any]:
        from ministack.services import glue

        # The JSON round trip keeps MiniStack's stored dictionaries from being shared with pyiceberg.
        status, _, body = getattr(glue, handler)(json.loads(json.dumps(data)))
        answer: dict[str, Any] = json.loads(body)
        if status >= 300:
            raise _ERRORS.get(str(answer.get("__type")), ServiceError)(answer.get("message"))
        return answer


def _call_s3(method: str, location: str, body: bytes = b"") -> tuple[int, bytes]:
    """One S3 request on the event loop, where all of S3's state is changed."""
    from ministack import app
    from ministack.services import s3

    path = "/" + location.removeprefix("s3://").removeprefix("s3a://")
    headers = {"host": "s3.localhost", "content-type": "application/octet-stream", "content-length": str(len(body))}
    handler = functools.partial(s3.handle_request, internal=True)
    status, _, answer = app.call_service_handler_sync(handler, method, path, headers, body, {})
    return int(status), bytes(answer)


class _Input(InputFile):
    def _read(self) -> bytes:
        status, body = _call_s3("GET", self.location)
        if status == 404:
            raise FileNotFoundError(self.location)
        if status >= 300:
            raise OSError(f"reading {self.location}: {status}")
        return body

    def __len__(self) -> int:
        return len(self._read())

    def exists(self) -> bool:
        return _call_s3("HEAD", self.location)[0] == 200

    def open(self, seekable: bool = True) -> io.BytesIO:
        return io.BytesIO(self._read())


class _Stream(io.BytesIO):
    """Buffers what is written; closing it makes the object, an error inside `with` does not."""

    def __init__(self, output: _Output) -> None:
        super().__init__()
        self._output = output

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is not None:
            super().close()
            return
        self.close()

    def close(self) -> None:
        if not self.closed:
            data = self.getvalue()
            super().close()
            self._output.put(data)


class _Output(OutputFile):
    def __init__(self, location: str) -> None:
        super().__init__(location)
        self._size: int | None = None

    def put(self, data: bytes) -> None:
        status, answer = _call_s3("PUT", self.location, data)
        if status >= 300:
            raise OSError(f"writing {self.location}: {status} {answer[:300]!r}")
        self._size = len(data)

    def __len__(self) -> int:
        return self._size if self._size is not None else len(_Input(self.location))

    def exists(self) -> bool:
        return _Input(self.location).exists()

    def to_input_file(self) -> InputFile:
        return _Input(self.location)

    def create(self, overwrite: bool = False) -> _Stream:
        if not overwrite and self.exists():
            raise FileExistsError(self.location)
        return _Stream(self)


class S3InProcess(FileIO):
    """Files of `s3://` locations in the emulator's S3; pyiceberg loads it by its name (`py-io-impl`)."""

    def __init__(self, properties: Properties = EMPTY_DICT) -> None:
        super().__init__(properties)

    def new_input(self, location: str) -> InputFile:
        """A file to read."""
        return _Input(location)

    def new_output(self, location: str) -> OutputFile:
        """A file to write."""
        return _Output(location)

    def delete(self, location: str | InputFile | OutputFile) -> None:
        """Remove a file; absent is fine."""
        _call_s3("DELETE", location if isinstance(location, str) else location.location)
