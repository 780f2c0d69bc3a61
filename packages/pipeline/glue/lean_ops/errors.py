"""Why a pass failed, in a form that the run, the console and the retry understand."""

from __future__ import annotations

from typing import Literal

ErrorClass = Literal["data", "transient", "config", "unknown"]
TEXT_CHARS_MAX = 300


class PassError(Exception):
    """A pass that cannot go on. `message` never holds text of a payload."""

    def __init__(self, code: str, message: str, error_class: ErrorClass) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.error_class = error_class


def describe_error(error: BaseException) -> PassError:
    """What is known of any exception. Of a foreign one only its class is said: its text may quote rows."""
    if isinstance(error, PassError):
        return error
    java = _java_class_of(error)
    if java is None:
        return PassError("JOB_FAILED", type(error).__name__, "unknown")
    name = java.rsplit(".", 1)[-1]
    if name in ("CommitFailedException", "ValidationException", "CommitStateUnknownException"):
        return PassError("COMMIT_CONFLICT", f"another writer changed the table meanwhile ({name})", "transient")
    if name in ("S3Exception", "GlueException", "SdkClientException"):
        return PassError("STORE_UNAVAILABLE", name, "transient")
    return PassError("SPARK_FAILED", name, "unknown")


def _java_class_of(error: BaseException) -> str | None:
    """The innermost Java exception's class, of py4j's errors and of those pyspark translates."""
    java = getattr(error, "java_exception", None) or getattr(error, "_origin", None)
    if java is None:
        return None
    for _ in range(20):
        cause = java.getCause()
        if cause is None:
            break
        java = cause
    return str(java.getClass().getName())
