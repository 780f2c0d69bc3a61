"""SQS message move tasks (DLQ redrive), which MiniStack does not have."""

from __future__ import annotations

import time
from typing import Any

from . import patches

_tasks: list[dict[str, Any]] = []
_TASKS_KEPT = 100


def install() -> None:
    """Add StartMessageMoveTask, ListMessageMoveTasks and CancelMessageMoveTask."""
    handlers = patches.symbol("services.sqs", "_HANDLERS")
    for name in ("StartMessageMoveTask", "ListMessageMoveTasks", "CancelMessageMoveTask"):
        if name in handlers:
            raise patches.MiniStackChangedError(f"MiniStack changed: it has its own {name} now")
    handlers["StartMessageMoveTask"] = start_move
    handlers["ListMessageMoveTasks"] = list_moves
    handlers["CancelMessageMoveTask"] = cancel_move


def start_move(data: dict[str, Any], _url: str) -> dict[str, Any]:
    """Move every visible message to the given queue, or each to the queue it came from."""
    from ministack.core.concurrency import esm_wake
    from ministack.core.responses import new_uuid
    from ministack.services import sqs

    source_arn = data.get("SourceArn", "")
    source = sqs._queue_by_arn(source_arn)
    if source is None:
        raise _not_found("SourceArn")
    destination_arn = data.get("DestinationArn")
    if destination_arn and sqs._queue_by_arn(destination_arn) is None:
        raise _not_found("DestinationArn")
    moved, kept = 0, []
    now = time.time()
    with sqs._queues_lock:
        total = len(source["messages"])
        for message in source["messages"]:
            origin = (message.get("sys") or {}).get("DeadLetterQueueSourceArn", "")
            target = sqs._queue_by_arn(destination_arn or origin)
            if target is None or message["visible_at"] > now:
                kept.append(message)
                continue
            system = {k: v for k, v in (message.get("sys") or {}).items() if k != "DeadLetterQueueSourceArn"}
            # A moved message is a new message: new id, its receives start at none.
            fresh = {**message, "id": new_uuid(), "receipt_handle": None, "visible_at": now, "receive_count": 0}
            target["messages"].append({**fresh, "first_receive_at": None, "sys": system})
            moved += 1
        source["messages"] = kept
    task = {
        "TaskHandle": new_uuid(),
        "Status": "COMPLETED",
        "SourceArn": source_arn,
        "ApproximateNumberOfMessagesMoved": moved,
        "ApproximateNumberOfMessagesToMove": total,
        "StartedTimestamp": int(now * 1000),
    }
    if destination_arn:
        task["DestinationArn"] = destination_arn
    _tasks.insert(0, task)
    del _tasks[_TASKS_KEPT:]
    esm_wake.set()
    return {"TaskHandle": task["TaskHandle"]}


def _not_found(parameter: str) -> Exception:
    from ministack.services import sqs

    message = f"The resource that you specified for the {parameter} parameter doesn't exist."
    error: Exception = sqs._Err("ResourceNotFoundException", message, 404)
    return error


def list_moves(data: dict[str, Any], _url: str) -> dict[str, Any]:
    """The newest tasks of a source; a finished one has no handle, as on AWS."""
    wanted = [task for task in _tasks if task["SourceArn"] == data.get("SourceArn")][: int(data.get("MaxResults", 1))]
    return {"Results": [{k: v for k, v in task.items() if k != "TaskHandle"} for task in wanted]}


def cancel_move(data: dict[str, Any], _url: str) -> dict[str, Any]:
    """Our tasks finish at once, so there is never one to cancel."""
    from ministack.services import sqs

    raise sqs._Err("ResourceNotFoundException", "Task does not exist or is not running.", 404)
