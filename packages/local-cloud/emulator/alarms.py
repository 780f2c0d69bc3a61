"""CloudWatch alarms as documented: dimensions, missing data, M out of N, metric math, on a clock; EMF from logs."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from . import metric_math, patches
from .settings import Settings

log = logging.getLogger("emulator.alarms")

Values = list[float | None]

_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
}


def install(settings: Settings) -> None:
    """Replace the evaluation of metric alarms and read embedded metrics from function logs."""

    def make_evaluate(original: Callable[[Any], None]) -> Callable[[Any], None]:
        def evaluate_one(alarm: dict[str, Any]) -> None:
            if alarm.get("AlarmRule"):
                original(alarm)
            else:
                evaluate(alarm, time.time())

        return evaluate_one

    patches.replace("services.cloudwatch", "_evaluate_alarm", "alarm", make_evaluate)
    patches.replace("services.cloudwatch", "_put_metric_alarm", "params, cbor_data, is_cbor, is_json", _make_put)
    patches.replace(
        "services.lambda_svc",
        "_emit_lambda_logs",
        "func, request_id, log_text, error, duration_ms, log_source",
        _make_emit,
    )
    patches.symbol("services.cloudwatch", "_evaluate_all_alarms")
    threading.Thread(target=_tick, args=(settings.alarm_seconds,), daemon=True, name="alarms").start()


def _make_put(original: Callable[..., Any]) -> Callable[..., Any]:
    def put(params: dict[str, Any], data: dict[str, Any], is_cbor: bool, is_json: bool = False) -> Any:
        """MiniStack drops the metric queries of an alarm over an expression: keep them."""
        from ministack.services import cloudwatch

        answer = original(params, data, is_cbor, is_json)
        name = data.get("AlarmName") if (is_cbor or is_json) else (params.get("AlarmName") or [""])[0]
        queries = data.get("Metrics") if (is_cbor or is_json) else _query_list(params, "Metrics")
        alarm = cloudwatch._alarms.get(name)
        if answer[0] == 200 and alarm is not None and queries:
            alarm["Metrics"] = queries
            for key in ("MetricName", "Namespace", "Statistic", "Period"):
                alarm.pop(key, None)
        return answer

    return put


def _query_list(params: dict[str, Any], prefix: str) -> list[Any]:
    """A list of the query protocol (`Metrics.member.1.MetricStat.Period=60`) as nested lists and dictionaries."""
    tree: dict[str, Any] = {}
    for key, values in params.items():
        if not key.startswith(f"{prefix}.member."):
            continue
        node = tree
        parts = key.split(".")
        for part in parts[:-1]:
            node = node.setdefault(part, {})
        node[parts[-1]] = values[0] if isinstance(values, list) else values
    found = _as_lists(tree.get(prefix, {}))
    return found if isinstance(found, list) else []


def _as_lists(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if set(node) == {"member"}:
        return [_as_lists(node["member"][index]) for index in sorted(node["member"], key=int)]
    return {key: _as_lists(value) for key, value in node.items()}


def _tick(seconds: float) -> None:
    from ministack.services import cloudwatch

    while True:
        time.sleep(seconds)
        try:
            cloudwatch._evaluate_all_alarms()
        except RuntimeError as error:
            log.info("alarms changed while they were evaluated: %s", error)


def evaluate(alarm: dict[str, Any], now: float) -> None:
    """Set the alarm's state from its last evaluation periods, and run its actions on a change."""
    values = datapoints(alarm, now)
    if values is None:
        return
    state = next_state(alarm, values)
    previous = alarm["StateValue"]
    if state == previous:
        return
    from ministack.services import cloudwatch

    shown = [value for value in values if value is not None]
    reason = (
        f"Threshold Crossed: datapoints {shown} {alarm.get('ComparisonOperator')} {alarm.get('Threshold')}"
        if shown
        else f"No datapoints were received for {len(values)} periods ({alarm.get('TreatMissingData') or 'missing'})"
    )
    alarm.update(StateValue=state, StateReason=reason, StateUpdatedTimestamp=int(now))
    cloudwatch._record_history(alarm["AlarmName"], previous, state, reason)
    cloudwatch._dispatch_alarm_actions(alarm, previous, state, reason)
    cloudwatch._evaluate_parent_alarms(alarm)


def next_state(alarm: dict[str, Any], values: Values) -> str:
    """The state for datapoints (newest first, None where missing), by the documented rules of missing data."""
    compare = _COMPARE[alarm["ComparisonOperator"]]
    threshold = float(alarm.get("Threshold") or 0)
    needed = int(alarm.get("DatapointsToAlarm") or alarm.get("EvaluationPeriods") or 1)
    missing = alarm.get("TreatMissingData") or "missing"
    filler = {"breaching": True, "notBreaching": False}.get(missing)
    known = [compare(value, threshold) if value is not None else filler for value in values]
    judged = [breach for breach in known if breach is not None]
    if not judged:
        return str(alarm["StateValue"]) if missing == "ignore" else "INSUFFICIENT_DATA"
    return "ALARM" if sum(judged) >= needed else "OK"


def datapoints(alarm: dict[str, Any], now: float) -> Values | None:
    """One value per evaluation period, newest first; None for an alarm without a metric."""
    periods = int(alarm.get("EvaluationPeriods") or 1)
    queries = alarm.get("Metrics")
    if not queries:
        if not alarm.get("MetricName"):
            return None
        metric = {key: alarm.get(key) for key in ("Namespace", "MetricName", "Dimensions")}
        stat = alarm.get("ExtendedStatistic") or alarm.get("Statistic") or "Average"
        return series(metric, stat, int(alarm.get("Period") or 60), periods, now)
    if isinstance(queries, dict):
        queries = list(queries.values())
    known: dict[str, Values] = {}
    for query in queries:
        stat = query.get("MetricStat")
        if stat:
            known[query["Id"]] = series(stat["Metric"], stat["Stat"], int(stat["Period"]), periods, now)
    pending = [query for query in queries if query.get("Expression")]
    for _ in range(len(pending)):
        for query in pending:
            # Expressions may use each other's ids, in any order.
            if query["Id"] not in known and metric_math.names(query["Expression"]) <= set(known):
                known[query["Id"]] = metric_math.evaluate(query["Expression"], known, periods)
    returned = next(query["Id"] for query in queries if str(query.get("ReturnData", True)).lower() != "false")
    return known[returned]


def series(metric: dict[str, Any], stat: str, period: int, periods: int, now: float) -> Values:
    """The metric's statistic over the last periods, newest first, for exactly these dimensions.

    Periods end now and not at the clock's minute, so that nobody waits for the minute to be over.
    """
    from ministack.services import cloudwatch

    dimensions = cloudwatch._dims_key({d["Name"]: d["Value"] for d in metric.get("Dimensions") or []})
    points = [
        point
        for (namespace, name, key), stored in list(cloudwatch._metrics.items())
        if namespace == metric["Namespace"] and name == metric["MetricName"] and key == dimensions
        for point in list(stored)
    ]
    values: Values = []
    for index in range(periods):
        window = [p for p in points if now - (index + 1) * period < p["Timestamp"] <= now - index * period]
        value = cloudwatch._stat_value(cloudwatch._calc_stats(window), stat, window) if window else None
        values.append(None if value is None else float(value))
    return values


def _make_emit(original: Callable[..., None]) -> Callable[..., None]:
    def emit(
        func: dict[str, Any],
        request_id: str,
        log_text: str,
        error: bool,
        duration_ms: int,
        *,
        log_source: str | None = None,
    ) -> None:
        for line in (log_text or "").splitlines():
            if '"_aws"' in line:
                store_embedded_metrics(line)
        original(func, request_id, log_text, error, duration_ms, log_source=log_source)

    return emit


def store_embedded_metrics(line: str) -> None:
    """Publish what a log line in embedded metric format declares; a malformed one is only logged, as on AWS."""
    from ministack.services import cloudwatch

    try:
        event = json.loads(line[line.index("{") :])
        at = event["_aws"]["Timestamp"] / 1000
        for directive in event["_aws"]["CloudWatchMetrics"]:
            for names in directive.get("Dimensions") or [[]]:
                dimensions = {name: str(event[name]) for name in names}
                for metric in directive["Metrics"]:
                    found = event[metric["Name"]]
                    values = [float(value) for value in (found if isinstance(found, list) else [found])]
                    unit = metric.get("Unit", "None")
                    cloudwatch._store_datum(
                        directive["Namespace"], metric["Name"], dimensions, at, unit, None, values, None, None
                    )
    except (ValueError, KeyError, TypeError) as error:
        log.warning("embedded metrics that cannot be read (%s): %s", error, line[:200])
