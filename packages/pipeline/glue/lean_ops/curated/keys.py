"""The business key of a payload."""

from __future__ import annotations

from lean_ops.curated.column_names import to_pointer

# Names tried in order for topics whose contract has no key path: packages/common/src/messages/identify-message.ts.
_DRAFT_PATHS = (
    ("_metadata", "idempotencyKeyResource"),
    ("_metadata", "idempotency_key"),
    ("idempotencyKeyResource",),
    ("idempotency_key",),
)


def key_pointers(key_path: tuple[str, ...] | None) -> tuple[str, ...]:
    """Where to look for the key, in order."""
    return tuple(map(to_pointer, _DRAFT_PATHS)) if key_path is None else (to_pointer(key_path),)
