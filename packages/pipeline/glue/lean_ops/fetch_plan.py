"""The object that a job is given: every job begins with it."""

from __future__ import annotations

from collections.abc import Mapping

from .objects import ObjectStore, open_objects
from .plan import PlanError


def fetch_plan(arguments: Mapping[str, str]) -> tuple[ObjectStore, bytes]:
    """The store that `--PLAN` lies in, and its bytes. Raises PlanError when there is nothing."""
    uri = arguments["PLAN"]
    store = open_objects(uri)
    body = store.get(uri)
    if body is None:
        raise PlanError("there is no object at --PLAN")
    return store, body
