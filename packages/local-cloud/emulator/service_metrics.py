"""The metrics that AWS publishes by itself and our alarms use: queues, state machines and Firehose, by a ticker."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

from . import patches
from .firehose_iceberg import Delivery
from .settings import Settings

log = logging.getLogger("emulator.metrics")

# AWS publishes once a minute; alarms here look every few seconds, and a value per tick is enough for both.
TICK_SECONDS_MIN = 1.0


def start(settings: Settings, delivery: Delivery) -> None:
    """Publish in the background. Lambda's own metrics (Invocations, Errors, Duration, Throttles) are MiniStack's."""
    patches.symbol("services.cloudwatch", "record_metric")
    seconds = max(TICK_SECONDS_MIN, settings.alarm_seconds)
    threading.Thread(target=_run, args=(seconds, delivery), daemon=True, name="service-metrics").start()


def _run(seconds: float, delivery: Delivery) -> None:
    while True:
        time.sleep(seconds)
        try:
            wanted = _wanted_names()
            if wanted:
                _publish(wanted, delivery)
        except RuntimeError as error:
            log.info("state changed while it was measured: %s", error)


def _wanted_names() -> set[str]:
    """Names of metrics that some alarm reads: nothing else is published, 700 queues would fill the memory."""
    from ministack.services import cloudwatch

    names: set[str] = set()
    for alarm in list(cloudwatch._alarms.values()):
        names.add(str(alarm.get("MetricName")))
        queries = alarm.get("Metrics") or []
        for query in queries.values() if isinstance(queries, dict) else queries:
            names.add(str(((query.get("MetricStat") or {}).get("Metric") or {}).get("MetricName")))
    return names


def _publish(wanted: set[str], delivery: Delivery) -> None:
    now = time.time()
    if wanted & {
        "ApproximateNumberOfMessagesVisible",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateAgeOfOldestMessage",
    }:
        _publish_queues(now)
    if "DeliveryToIceberg.DataFreshness" in wanted:
        for stream, age in delivery.freshness(now).items():
            _put("AWS/Firehose", "DeliveryToIceberg.DataFreshness", age, "Seconds", {"DeliveryStreamName": stream})


def _publish_queues(now: float) -> None:
    from ministack.services import sqs

    for queue in list(sqs._queues.all_values()):
        name = {"QueueName": queue["attributes"]["QueueArn"].rsplit(":", 1)[-1]}
        with sqs._queues_lock:
            messages = list(queue["messages"])
        visible = [message for message in messages if message["visible_at"] <= now]
        oldest = min((message["sent_at"] for message in messages), default=now)
        _put("AWS/SQS", "ApproximateNumberOfMessagesVisible", len(visible), "Count", name)
        _put("AWS/SQS", "ApproximateNumberOfMessagesNotVisible", len(messages) - len(visible), "Count", name)
        _put("AWS/SQS", "ApproximateAgeOfOldestMessage", now - oldest, "Seconds", name)


def _put(namespace: str, name: str, value: float, unit: str, dimensions: dict[str, Any]) -> None:
    from ministack.services import cloudwatch

    cloudwatch._store_datum(namespace, name, dimensions, time.time(), unit, float(value), None, None, None)
