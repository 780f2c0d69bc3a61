"""Replacing parts of MiniStack: every replaced symbol is checked first, and a change there is a clear error."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

MINISTACK_VERSION = "1.5.33"


class MiniStackChangedError(RuntimeError):
    """MiniStack is not the version, or has not the symbol, that a replacement of ours was written for."""


def assert_version() -> None:
    """Refuse any MiniStack but the pinned one (MiniStackChangedError)."""
    found = version("ministack")
    if found != MINISTACK_VERSION:
        raise MiniStackChangedError(
            f"MiniStack changed: version {found} is installed, {MINISTACK_VERSION} is what our replacements were "
            "written for. Install emulator/requirements.txt, or check every module of emulator/ against the new one."
        )


def symbol(module_name: str, name: str) -> Any:
    """A MiniStack attribute that we read or replace (MiniStackChangedError when it is gone)."""
    module = importlib.import_module(f"ministack.{module_name}")
    if not hasattr(module, name):
        raise MiniStackChangedError(f"MiniStack changed: ministack.{module_name}.{name} is gone")
    return getattr(module, name)


def replace(module_name: str, name: str, signature: str, make: Callable[[Any], Any]) -> None:
    """Replace `ministack.<module>.<name>` by `make(original)`.

    `signature` is the original's parameter list as `inspect` prints the names, e.g. `"data, qurl"`: when it differs
    the replacement would be called wrongly, so it is an error here.
    """
    original = symbol(module_name, name)
    found = ", ".join(inspect.signature(original).parameters)
    if found != signature:
        raise MiniStackChangedError(
            f"MiniStack changed: ministack.{module_name}.{name}({found}) was {name}({signature})"
        )
    setattr(importlib.import_module(f"ministack.{module_name}"), name, make(original))


def set_value(module_name: str, name: str, value: Any) -> None:
    """Set a module constant that must exist."""
    symbol(module_name, name)
    setattr(importlib.import_module(f"ministack.{module_name}"), name, value)


def replace_text(text: str, old: str, new: str, where: str) -> str:
    """Replace the one occurrence of `old` in a script that MiniStack carries as text."""
    if text.count(old) != 1:
        raise MiniStackChangedError(
            f"MiniStack changed: {where} has {text.count(old)} times the text {old.strip()[:80]!r}"
        )
    return text.replace(old, new)
