"""EventBridge Scheduler: due schedules are looked for every second, and a schedule's role is checked."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from . import iam_auth, patches

log = logging.getLogger("emulator.scheduler")

_ACTIONS = {"lambda": "lambda:InvokeFunction", "sqs": "sqs:SendMessage", "states": "states:StartExecution"}


def install() -> None:
    """Shorten the sweep (AWS fires within the minute, a person at a laptop waits) and enforce target roles."""
    patches.set_value("services.scheduler", "_SCHEDULE_TICK_INTERVAL", 1)
    patches.replace("services.eventbridge", "_invoke_target", "target, event, rule, view", _make_invoke)


def _make_invoke(original: Callable[..., Any]) -> Callable[..., Any]:
    def invoke(target: dict[str, Any], event: dict[str, Any], rule: Any, view: Any = None) -> Any:
        arn, role = str(target.get("Arn", "")), str(target.get("RoleArn", ""))
        action = _ACTIONS.get(arn.split(":")[2] if arn.count(":") > 2 else "")
        if role and action and not iam_auth.is_allowed(role, action, arn):
            log.error("%s is not authorized to perform: %s on resource: %s", role, action, arn)
            return None
        return original(target, event, rule, view)

    return invoke
