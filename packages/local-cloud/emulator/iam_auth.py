"""IAM as enforced on AWS: function, job, mapping, stream and state machine roles are checked.

The deployer is root. Roles that a service assumes on its own side (Firehose, Step Functions, Scheduler, a mapping's
function role) make no signed calls here, so the service's module asks `is_allowed` before it acts.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Any

from . import patches
from .settings import ACCOUNT_ID, REGION

MAPPING_ACTIONS = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")


def install() -> None:
    """Authorise SQS's batch calls as AWS does, and check a function's role when a mapping is made."""

    def make(original: Callable[..., Any]) -> Callable[..., Any]:
        def extract(service: str, *rest: Any, **named: Any) -> Any:
            action = original(service, *rest, **named)
            # IAM has no `sqs:*Batch`: the batch is authorised as the single action.
            if isinstance(action, str) and action.startswith("sqs:") and action.endswith("Batch"):
                return action.removesuffix("Batch")
            return action

        return extract

    patches.replace(
        "core.iam_actions", "extract_iam_action", "service, method, path, headers, body, query_params", make
    )
    patches.replace("app", "pin_request_origin", "source_ip, secure_transport", _make_secure)
    patches.replace("services.lambda_svc", "_create_esm", "data", _make_create_mapping)
    for name in ("_gather_role_policies", "_action_matches", "evaluate", "EvalContext"):
        patches.symbol("core.iam_evaluator", name)


def _make_secure(original: Callable[[str, bool], None]) -> Callable[[str, bool], None]:
    """Plain HTTP on 127.0.0.1 stands for AWS's TLS: bucket policies that refuse other transport are deployed as is."""
    return lambda source_ip, _secure_transport: original(source_ip, True)


def _make_create_mapping(original: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def create(data: dict[str, Any]) -> Any:
        from ministack.core.responses import error_response_json
        from ministack.services import lambda_svc

        source = str(data.get("EventSourceArn", ""))
        func, config, _ = lambda_svc._get_func_record_for_ref(data.get("FunctionName", ""))
        if func is not None and ":sqs:" in source:
            role = str((config or {}).get("Role", ""))
            for action in MAPPING_ACTIONS:
                if not is_allowed(role, action, source):
                    call = action.split(":")[1]
                    message = f"The provided execution role does not have permissions to call {call} on SQS"
                    return error_response_json("InvalidParameterValueException", message, 400)
        return original(data)

    return create


def is_allowed(role_arn: str, action: str, resource: str | None) -> bool:
    """Whether the role's policies allow the action; with `resource` None, on any resource at all.

    True for everything when enforcement is off or no role is named.
    """
    if not patches.symbol("app", "AUTH") or ":role/" not in role_arn:
        return True
    from ministack.core import iam_evaluator

    name = role_arn.rsplit("/", 1)[-1]
    policies = iam_evaluator._gather_role_policies(name, ACCOUNT_ID)
    if resource is None:
        return any(
            statement.effect == "Allow"
            and iam_evaluator._action_matches(action, statement.actions, statement.not_actions)
            for statements in policies
            for statement in statements
        )
    context = iam_evaluator.EvalContext(
        principal_arn=role_arn,
        principal_type="AssumedRole",
        principal_account=ACCOUNT_ID,
        action=action,
        resource_arn=resource,
        region=REGION,
    )
    return bool(iam_evaluator.evaluate(context, policies).decision == "Allow")


def task_permissions(resource: str, data: dict[str, Any]) -> list[tuple[str, str | None]]:
    """(action, resource ARN) that a state machine's role needs for a task, by Step Functions' documented policies."""
    if resource.startswith("arn:aws:lambda:"):
        return [("lambda:InvokeFunction", resource)]
    if not resource.startswith("arn:aws:states:::"):
        return []
    service, _, rest = resource.removeprefix("arn:aws:states:::").partition(":")
    call = rest.split(".")[0]
    if service == "lambda":
        return [("lambda:InvokeFunction", function_arn(str(data.get("FunctionName", ""))))]
    if service == "glue" and call == "startJobRun":
        actions = ["StartJobRun"]
        if rest.endswith(".sync"):
            actions += ["GetJobRun", "GetJobRuns", "BatchStopJobRun"]
        job = f"arn:aws:glue:{REGION}:{ACCOUNT_ID}:job/{data.get('JobName')}"
        return [(f"glue:{action}", job) for action in actions]
    if service == "sqs":
        queue = str(data.get("QueueUrl", "")).rsplit("/", 1)[-1]
        return [("sqs:SendMessage", f"arn:aws:sqs:{REGION}:{ACCOUNT_ID}:{queue}")]
    if service == "states":
        return [("states:StartExecution", str(data.get("StateMachineArn", "")))]
    if service == "events":
        return [("events:PutEvents", None)]
    if service == "aws-sdk":
        sdk, _, operation = rest.partition(":")
        prefix = {"sfn": "states", "cloudwatchlogs": "logs", "eventbridge": "events"}.get(sdk, sdk)
        action = re.sub(r"[.:].*", "", operation)
        # Which ARN such a call is checked on differs by operation; the action alone is checked.
        return [(f"{prefix}:{action[:1].upper()}{action[1:]}", None)]
    return []


def denied_task(resource: str, role_arn: str, action: str, target: str | None) -> tuple[str, str]:
    """(error, cause) of a task that its state machine's role may not do."""
    service = action.split(":")[0]
    name = {"lambda": "Lambda.AWSLambdaException", "glue": "Glue.AccessDeniedException", "sqs": "SQS.SqsException"}
    cause = f"{role_arn} is not authorized to perform: {action} on resource: {target or '*'} ({resource})"
    return name.get(service, f"{service.capitalize()}.AccessDeniedException"), cause


def function_arn(reference: str) -> str:
    """A function's ARN from its name or ARN."""
    if reference.startswith("arn:"):
        return reference
    return f"arn:aws:lambda:{REGION}:{ACCOUNT_ID}:function:{reference}"


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
