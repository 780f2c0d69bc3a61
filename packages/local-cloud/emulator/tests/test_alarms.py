"""Alarms by the documented rules: dimensions, missing data, M of N, metric math; metrics from logs; actions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emulator import metric_math
from emulator.alarms import next_state
from emulator.tests.cloud import Cloud, eventually, unique


def state(cloud: Cloud, name: str) -> str:
    return str(cloud.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"][0]["StateValue"])


def alarm(cloud: Cloud, **options: Any) -> str:
    """An alarm over 0.5; its name."""
    name = unique("alarm")
    settings = {
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 0.5,
        "EvaluationPeriods": 1,
        **options,
    }
    if "Metrics" not in settings:
        settings = {"Period": 60, "Statistic": "Sum", **settings}
    cloud.client("cloudwatch").put_metric_alarm(AlarmName=name, **settings)
    return name


def put(cloud: Cloud, namespace: str, name: str, value: float, **dimensions: str) -> None:
    found = [{"Name": key, "Value": text} for key, text in dimensions.items()]
    datum = {"MetricName": name, "Value": value, "Dimensions": found}
    cloud.client("cloudwatch").put_metric_data(Namespace=namespace, MetricData=[datum])


def test_only_the_alarms_own_dimensions_count(cloud: Cloud) -> None:
    namespace = unique("ns")
    orders = alarm(cloud, Namespace=namespace, MetricName="Failed", Dimensions=[{"Name": "Topic", "Value": "orders"}])
    plain = alarm(cloud, Namespace=namespace, MetricName="Failed")

    put(cloud, namespace, "Failed", 0, Topic="orders")
    put(cloud, namespace, "Failed", 5, Topic="payments")

    assert eventually(lambda: state(cloud, orders), lambda found: found == "OK") == "OK"
    assert state(cloud, plain) == "INSUFFICIENT_DATA"


def test_missing_data_breaches_when_it_should(cloud: Cloud) -> None:
    namespace = unique("ns")
    heartbeat = alarm(cloud, Namespace=namespace, MetricName="Beat", TreatMissingData="breaching")
    quiet = alarm(cloud, Namespace=namespace, MetricName="Beat", TreatMissingData="notBreaching")

    assert eventually(lambda: state(cloud, heartbeat), lambda found: found == "ALARM") == "ALARM"
    assert eventually(lambda: state(cloud, quiet), lambda found: found == "OK") == "OK"


def test_metric_math_and_its_action(cloud: Cloud) -> None:
    namespace = unique("ns")
    url, arn = cloud.queue()
    topic = cloud.client("sns").create_topic(Name=unique("topic"))["TopicArn"]
    policy = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn}
    document = json.dumps({"Version": "2012-10-17", "Statement": [policy]})
    cloud.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": document})
    cloud.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

    def query(name: str) -> dict[str, Any]:
        metric = {"Namespace": namespace, "MetricName": name}
        return {"Id": name, "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}, "ReturnData": False}

    share = {"Id": "share", "Expression": "IF(sent > 10, 100 * failed / sent, 0)", "ReturnData": True}
    name = alarm(cloud, Threshold=20, Metrics=[share, query("failed"), query("sent")], AlarmActions=[topic])

    put(cloud, namespace, "failed", 30)
    put(cloud, namespace, "sent", 100)

    assert eventually(lambda: state(cloud, name), lambda found: found == "ALARM") == "ALARM"
    assert eventually(lambda: cloud.depth(url)[0], lambda found: found == 1) == 1


def test_embedded_metrics_in_a_functions_log_reach_an_alarm(cloud: Cloud) -> None:
    namespace = unique("ns")
    source = """
    export const handler = async () => console.log(JSON.stringify({
      _aws: { Timestamp: Date.now(), CloudWatchMetrics: [{ Namespace: '%s', Dimensions: [['Stage']],
        Metrics: [{ Name: 'Failed', Unit: 'Count' }] }] }, Stage: 'local', Failed: [1, 2] }))
    """
    name = alarm(
        cloud, Namespace=namespace, MetricName="Failed", Dimensions=[{"Name": "Stage", "Value": "local"}], Threshold=2.5
    )

    cloud.invoke(cloud.function(source % namespace), {})

    assert eventually(lambda: state(cloud, name), lambda found: found == "ALARM") == "ALARM"


def test_queue_and_function_metrics_are_published(cloud: Cloud) -> None:
    url, arn = cloud.queue()
    cloud.client("sqs").send_message(QueueUrl=url, MessageBody="x")
    name = alarm(
        cloud,
        Namespace="AWS/SQS",
        MetricName="ApproximateNumberOfMessagesVisible",
        Statistic="Maximum",
        Dimensions=[{"Name": "QueueName", "Value": arn.split(":")[-1]}],
    )
    function = cloud.function("export const handler = async () => { throw new Error('x') }")
    errors = alarm(
        cloud, Namespace="AWS/Lambda", MetricName="Errors", Dimensions=[{"Name": "FunctionName", "Value": function}]
    )

    cloud.invoke(function, {})

    assert eventually(lambda: state(cloud, name), lambda found: found == "ALARM") == "ALARM"
    assert eventually(lambda: state(cloud, errors), lambda found: found == "ALARM") == "ALARM"


@pytest.mark.parametrize(
    ("values", "needed", "missing", "expected"),
    [
        ([1.0, 0.0, 1.0], 2, "missing", "ALARM"),
        ([1.0, 0.0, 0.0], 2, "missing", "OK"),
        ([None, 1.0, 1.0], 2, "missing", "ALARM"),
        ([None, None, None], 2, "missing", "INSUFFICIENT_DATA"),
        ([None, None, None], 2, "ignore", "OK"),
        ([None, None, 1.0], 3, "breaching", "ALARM"),
        ([None, None, 1.0], 2, "notBreaching", "OK"),
    ],
)
def test_m_of_n_with_missing_data(values: list[float | None], needed: int, missing: str, expected: str) -> None:
    found = next_state(
        {
            "ComparisonOperator": "GreaterThanThreshold",
            "Threshold": 0.5,
            "DatapointsToAlarm": needed,
            "TreatMissingData": missing,
            "StateValue": "OK",
        },
        values,
    )

    assert found == expected


def test_metric_math_of_missing_values_and_zero() -> None:
    known: dict[str, list[float | None]] = {"a": [4.0, None, 4.0], "b": [2.0, 2.0, 0.0]}

    assert metric_math.evaluate("a / b", known, 3) == [2.0, None, None]
    assert metric_math.evaluate("FILL(a, 0) + b", known, 3) == [6.0, 2.0, 4.0]
    assert metric_math.evaluate("MAX([a, b])", known, 3) == [4.0, 2.0, 4.0]
    assert metric_math.evaluate("IF(b > 1 AND a > 1, 1, 0)".replace("AND", "&&"), known, 3) == [1.0, 0.0, 0.0]
    with pytest.raises(ValueError, match="not supported"):
        metric_math.evaluate("ANOMALY_DETECTION_BAND(a)", known, 3)
