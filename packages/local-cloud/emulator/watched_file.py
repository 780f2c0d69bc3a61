"""A JSON file that people and tests change while we run."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

log = logging.getLogger("emulator")


class WatchedFile:
    """The parsed content of a JSON file, re-read when its modification time or size changes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._content: Any = {}

    def read(self) -> Any:
        """The content; `{}` without a file. A half-written file keeps the content before it."""
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            self._stamp, self._content = None, {}
            return self._content
        stamp = (stat.st_mtime_ns, stat.st_size)
        if stamp != self._stamp:
            try:
                self._content = json.loads(self._path.read_text("utf-8") or "{}")
                self._stamp = stamp
            except ValueError as error:
                log.warning("%s is not JSON (%s); keeping what it said before", self._path, error)
        return self._content
