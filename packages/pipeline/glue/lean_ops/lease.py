"""One run per topic at a time: the fencing token, read again just before each commit."""

from __future__ import annotations

import msgspec

from .errors import PassError
from .objects import ObjectStore


class _Lease(msgspec.Struct, frozen=True):
    token: int
    execution: str | None = None


def check_lease(store: ObjectStore, lake: str, topic: str, token: int) -> None:
    """Raises LEASE_LOST unless the topic's lease still has this token."""
    body = store.get(f"{lake}/leases/{topic}.json")
    if body is None:
        raise PassError("LEASE_LOST", "the topic has no lease", "transient")
    try:
        lease = msgspec.json.decode(body, type=_Lease)
    except msgspec.DecodeError as error:
        raise PassError("LEASE_UNREADABLE", str(error), "unknown") from error
    if lease.token != token:
        raise PassError("LEASE_LOST", f"the lease has token {lease.token}, this pass holds {token}", "transient")
