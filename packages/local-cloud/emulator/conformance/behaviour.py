"""The registry: a behaviour says what is documented and where, and observes what happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .world import World


@dataclass(frozen=True)
class Behaviour:
    """One row of the report. `observe` must return `documented` when the cloud behaves as AWS documents."""

    service: str
    title: str
    documented: Any
    source: str
    observe: Callable[[World], Any]


REGISTRY: list[Behaviour] = []


def behaviour(
    service: str, title: str, documented: Any, source: str
) -> Callable[[Callable[[World], Any]], Callable[[World], Any]]:
    """Register an observation; `source` names the page of AWS's documentation in words."""

    def register(observe: Callable[[World], Any]) -> Callable[[World], Any]:
        REGISTRY.append(Behaviour(service, title, documented, source, observe))
        return observe

    return register
