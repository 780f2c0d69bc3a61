"""SQS event source mappings: batches over 10, the batching window, the source attribute, partial failures."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from . import patches
from .settings import Settings

log = logging.getLogger("emulator.mapping")

# AWS's invocation payload is 6 MB; the records' metadata needs about a quarter of a kilobyte each.
EVENT_BYTES_MAX = 6 * 1024 * 1024
RECORD_OVERHEAD_BYTES = 1_200
BATCH_SIZE_MAX = 10_000
# What a mapping may not take from the account's slots, so that nested calls (Invoke, Firehose) still find one.
SLOTS_KEPT_FREE = 2


def install(settings: Settings) -> None:
    """Replace how a mapping receives, invokes and settles a batch."""

    def make_receive(_original: Any) -> Callable[[str, int], list[dict[str, Any]]]:
        def receive(queue_url: str, max_number: int) -> list[dict[str, Any]]:
            return receive_batch(queue_url, max_number, settings.account_concurrency)

        return receive

    patches.replace("services.sqs", "_receive_messages_for_esm", "queue_url, max_number", make_receive)
    patches.replace(
        "services.lambda_svc",
        "_run_sqs_batch",
        "esm, func_rec, event, batch, queue_url, queue_name",
        lambda _original: run_batch,
    )


def receive_batch(queue_url: str, batch_size: int, account_slots: int) -> list[dict[str, Any]]:
    """Take the next batch for the mapping of a queue, or nothing while its window is open."""
    from ministack.services import lambda_svc, sqs

    if lambda_svc.executions_in_flight()[0] >= account_slots - SLOTS_KEPT_FREE:
        # AWS's account limit is 1,000; ours is small, and hitting it must not count as receives.
        return []
    with sqs._queues_lock:
        queue = sqs._get_q(queue_url)
        if not queue["messages"]:
            # 700 mappings are asked several times a second; looking for an empty queue's mapping would cost 700² steps.
            return []
        arn = queue["attributes"].get("QueueArn")
        mapping: dict[str, Any] = next(
            (esm for _, _, esm in lambda_svc._iter_all_esms() if esm.get("EventSourceArn") == arn), {}
        )
        limit = min(int(batch_size or 1), 10 if queue.get("is_fifo") else BATCH_SIZE_MAX)
        sqs._expire_retained(queue)
        sqs._dlq_sweep(queue)
        if not _is_due(queue, limit, float(mapping.get("MaximumBatchingWindowInSeconds") or 0)):
            return []
        batch: list[dict[str, Any]] = sqs._collect_msgs(
            queue, limit, int(queue["attributes"].get("VisibilityTimeout", "30"))
        )
        return _fitting(batch)


def _is_due(queue: dict[str, Any], limit: int, window: float) -> bool:
    """Full batch, 6 MB, or the window has passed since the oldest visible message became visible."""
    if window <= 0:
        return True
    now = time.time()
    oldest, count, size = now, 0, 0
    for message in queue["messages"]:
        if message["visible_at"] <= now:
            count += 1
            size += len(message["body"]) + RECORD_OVERHEAD_BYTES
            oldest = min(oldest, max(message["visible_at"], message["sent_at"]))
            if count >= limit or size >= EVENT_BYTES_MAX:
                return True
    if count == 0:
        return False
    remaining = window - (now - oldest)
    if remaining <= 0:
        return True
    _wake_after(remaining)
    return False


_next_wake = 0.0


def _wake_after(seconds: float) -> None:
    """The poll loop sleeps up to a second; wake it when the nearest window closes."""
    global _next_wake
    from ministack.core.concurrency import esm_wake

    due = time.time() + seconds
    if time.time() < _next_wake <= due:
        return
    _next_wake = due
    timer = threading.Timer(seconds + 0.005, esm_wake.set)
    timer.daemon = True
    timer.start()


def _fitting(batch: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The leading messages whose event stays under 6 MB; the rest becomes visible again, not counted as received."""
    size = 2
    for index, message in enumerate(batch):
        attributes = message.get("message_attributes") or {}
        size += len(json.dumps(message["body"])) + RECORD_OVERHEAD_BYTES
        size += len(json.dumps(attributes)) if attributes else 0
        if size > EVENT_BYTES_MAX and index > 0:
            for later in batch[index:]:
                later["visible_at"] = 0
                later["receive_count"] -= 1
            return batch[:index]
    return batch


def run_batch(
    esm: dict[str, Any],
    func_rec: dict[str, Any],
    event: dict[str, Any],
    batch: list[dict[str, Any]],
    queue_url: str,
    queue_name: str,
) -> None:
    """Invoke the function with one batch and delete what it did not report as failed."""
    from ministack.services import lambda_svc, sqs

    by_id = {message["id"]: message for message in batch}
    for record in event["Records"]:
        source = (by_id[record["messageId"]].get("sys") or {}).get("DeadLetterQueueSourceArn")
        if source:
            record["attributes"]["DeadLetterQueueSourceArn"] = source
    result = lambda_svc._execute_function(func_rec, event)
    reports = "ReportBatchItemFailures" in (esm.get("FunctionResponseTypes") or [])
    failed: set[str] | None = None
    if not result.get("error"):
        failed = failed_ids(result.get("body"), set(by_id)) if reports else set()
    if failed is None:
        esm["LastProcessingResult"] = "FAILED"
        lambda_svc._esm_backoff_until[esm["UUID"]] = time.time() + lambda_svc._ESM_BACKOFF_SECONDS
        log.warning("%s: batch of %d from %s failed: %s", esm["FunctionName"], len(batch), queue_name, result["body"])
        return
    lambda_svc._esm_backoff_until.pop(esm["UUID"], None)
    done = [message for message in batch if message["id"] not in failed]
    sqs._delete_messages_for_esm(queue_url, {message["receipt_handle"] for message in done})
    esm["LastProcessingResult"] = "OK"


def failed_ids(body: Any, sent: set[str]) -> set[str] | None:
    """The reported message ids; None when the answer makes the whole batch fail.

    AWS: a null or absent list is success; an answer that is no object, an identifier that is empty, null, under
    another key or not of this batch makes all messages come again.
    """
    if isinstance(body, str):
        try:
            body = json.loads(body)
        except ValueError:
            return None
    if body is None:
        return set()
    if not isinstance(body, dict):
        return None
    failures = body.get("batchItemFailures")
    if failures is None:
        return set()
    if not isinstance(failures, list):
        return None
    ids: set[str] = set()
    for failure in failures:
        identifier = failure.get("itemIdentifier") if isinstance(failure, dict) else None
        if not isinstance(identifier, str) or identifier not in sent:
            return None
        ids.add(identifier)
    return ids
