"""Small objects on S3, or in a folder when a job is tested: plans, results, rejects, leases."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any, Protocol


class ObjectStore(Protocol):
    """Whole objects by URI. A missing object is None; every other failure is raised."""

    def get(self, uri: str) -> bytes | None:
        """The object's bytes."""

    def put(self, uri: str, body: bytes) -> None:
        """Write or replace, as one step."""


class FileObjects:
    """`file:///folder/key`: the same promises on a disk."""

    def get(self, uri: str) -> bytes | None:
        """The file's bytes."""
        try:
            return _file(uri).read_bytes()
        except FileNotFoundError:
            return None

    def put(self, uri: str, body: bytes) -> None:
        """Written beside and renamed: a reader never sees half of it."""
        target = _file(uri)
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, partial = tempfile.mkstemp(dir=target.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(body)
        Path(partial).replace(target)


class S3Objects:
    """`s3://bucket/key`. The client is made at the first use, in its own process: Spark pickles this to workers."""

    def __init__(self) -> None:
        self._client: Any = None

    def get(self, uri: str) -> bytes | None:
        """The object's bytes."""
        bucket, key = _split(uri)
        client = self._connect()
        try:
            body: bytes = client.get_object(Bucket=bucket, Key=key)["Body"].read()
        except client.exceptions.NoSuchKey:
            return None
        return body

    def put(self, uri: str, body: bytes) -> None:
        """Write or replace."""
        bucket, key = _split(uri)
        self._connect().put_object(Bucket=bucket, Key=key, Body=body)

    def _connect(self) -> Any:
        if self._client is None:
            import boto3

            self._client = boto3.client("s3")
        return self._client

    def __getstate__(self) -> dict[str, None]:
        return {"_client": None}


def open_objects(uri: str) -> ObjectStore:
    """The store that a URI's scheme asks for."""
    return FileObjects() if uri.startswith("file://") else S3Objects()


def root_uri(bucket: str) -> str:
    """`--LAKE_BUCKET` is a bucket's name, or in tests a whole `file://` URI. Without a slash at the end."""
    return bucket.rstrip("/") if "://" in bucket else f"s3://{bucket}"


def _file(uri: str) -> Path:
    return Path(uri.removeprefix("file://"))


def _split(uri: str) -> tuple[str, str]:
    scheme, _, rest = uri.partition("://")
    bucket, _, key = rest.partition("/")
    if scheme != "s3" or not bucket or not key:
        raise ValueError(f"not an S3 object: {scheme}://{bucket}/…")
    return bucket, key
