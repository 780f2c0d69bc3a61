"""Glue's way of passing arguments: `--NAME value`."""

from __future__ import annotations

from collections.abc import Sequence


def read_arguments(argv: Sequence[str], required: Sequence[str]) -> dict[str, str]:
    """Every `--NAME value` pair; flags without a value are "true". Raises when a required one is missing."""
    found: dict[str, str] = {}
    position = 0
    while position < len(argv):
        word = argv[position]
        position += 1
        if not word.startswith("--"):
            continue
        has_value = position < len(argv) and not argv[position].startswith("--")
        found[word[2:]] = argv[position] if has_value else "true"
        position += 1 if has_value else 0
    missing = [f"--{name}" for name in required if name not in found]
    if missing:
        raise SystemExit(f"missing arguments: {', '.join(missing)}")
    return found
