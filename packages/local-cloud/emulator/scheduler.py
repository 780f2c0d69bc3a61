"""EventBridge Scheduler looks for due schedules every second instead of every ten."""

from __future__ import annotations

from . import patches


def install() -> None:
    """Shorten the sweep; AWS fires within the minute, a person at a laptop waits for it."""
    patches.set_value("services.scheduler", "_SCHEDULE_TICK_INTERVAL", 1)
