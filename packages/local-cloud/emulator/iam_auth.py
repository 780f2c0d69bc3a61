"""IAM as enforced on AWS: function roles are checked, the deployer and the emulator itself are root."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from . import patches
from .settings import ACCOUNT_ID


def install() -> None:
    """SQS's batch calls are authorised as the single action, because IAM has no `sqs:*Batch`."""

    def make(original: Callable[..., Any]) -> Callable[..., Any]:
        def extract(service: str, *rest: Any, **named: Any) -> Any:
            action = original(service, *rest, **named)
            if isinstance(action, str) and action.startswith("sqs:") and action.endswith("Batch"):
                return action.removesuffix("Batch")
            return action

        return extract

    patches.replace("core.iam_actions", "extract_iam_action", _signature(), make)
    patches.replace("app", "pin_request_origin", "source_ip, secure_transport", _make_secure)


def _make_secure(original: Callable[[str, bool], None]) -> Callable[[str, bool], None]:
    """Plain HTTP on 127.0.0.1 stands for AWS's TLS: bucket policies that refuse other transport are deployed as is."""
    return lambda source_ip, _secure_transport: original(source_ip, True)


def _signature() -> str:
    return "service, method, path, headers, body, query_params"


def role_credentials(role_arn: str, session_name: str) -> dict[str, str]:
    """Environment variables with a session of the role; root's when nothing is enforced or no such role exists."""
    root = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    is_enforced = patches.symbol("app", "AUTH")
    if not is_enforced or ":role/" not in role_arn:
        return root
    digest = hashlib.sha256(f"{role_arn}/{session_name}".encode()).hexdigest()
    key, secret, token = f"ASIA{digest[:16].upper()}", digest, hashlib.sha256(digest.encode()).hexdigest()
    role_name = role_arn.rsplit("/", 1)[-1]
    from ministack.services import sts

    sts.register_session(
        key,
        {
            "Arn": f"arn:aws:sts::{ACCOUNT_ID}:assumed-role/{role_name}/{session_name[:64]}",
            "UserId": f"{role_name}:{session_name[:64]}",
            "SecretAccessKey": secret,
            "SessionToken": token,
        },
    )
    return {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret, "AWS_SESSION_TOKEN": token}
