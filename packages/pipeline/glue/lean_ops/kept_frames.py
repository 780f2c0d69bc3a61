"""Frames that a pass reads more than once. A warm session would keep them for ever."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


class KeptFrames:
    """`with KeptFrames() as kept:` what `kept.keep` was given is let go at the end."""

    def __init__(self) -> None:
        self._frames: list[DataFrame] = []

    def keep(self, frame: DataFrame) -> DataFrame:
        """Computed once, at its first use."""
        self._frames.append(frame.persist())
        return frame

    def __enter__(self) -> KeptFrames:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for frame in self._frames:
            frame.unpersist()
