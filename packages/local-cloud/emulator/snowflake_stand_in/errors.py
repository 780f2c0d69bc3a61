"""Errors as Snowflake's server answers them. Numbers and texts are from public reports, not observed by us."""

from __future__ import annotations


class SnowflakeError(Exception):
    """A refused statement: `code` has six digits, `state` is the SQL state."""

    def __init__(self, code: str, state: str, message: str) -> None:
        super().__init__(message)
        self.code, self.state = code, state


def syntax_error(message: str) -> SnowflakeError:
    """The statement is none of Snowflake's."""
    return SnowflakeError("001003", "42000", f"SQL compilation error:\n{message}")


def not_found(kind: str, name: str) -> SnowflakeError:
    """An object that is not there, or not for us: Snowflake does not tell which."""
    return SnowflakeError(
        "002043", "02000", f"SQL compilation error:\n{kind} '{name}' does not exist or not authorized."
    )


def exists(name: str) -> SnowflakeError:
    """An object that is there already."""
    return SnowflakeError("002002", "42710", f"SQL compilation error:\nObject '{name}' already exists.")
