"""Requests of every protocol checked against their model: REST with JSON, REST with XML, form fields, CBOR."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import boto3
import cbor2
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError

from emulator import request_text, rest_operations
from emulator.tests.cloud import TRUST, Cloud, unique

Spoil = Callable[[dict[str, Any]], None]


def refused(client: Any, method: str, arguments: dict[str, Any], spoil: Spoil) -> tuple[str, str]:
    """Code and message of the answer to a call whose request was spoilt after boto3 wrote it."""
    event = (
        f"before-call.{client.meta.service_model.service_id.hyphenize()}.{client.meta.method_to_api_mapping[method]}"
    )
    client.meta.events.register(event, lambda params, **_: spoil(params))
    with pytest.raises(ClientError) as caught:
        getattr(client, method)(**arguments)
    error = caught.value.response["Error"]
    return str(error["Code"]), str(error["Message"])


def code_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("index.mjs", "export const handler = async () => 1")
    return buffer.getvalue()


def test_lambda_rest_json(cloud: Cloud) -> None:
    arguments = {
        "FunctionName": unique("f"),
        "Runtime": "nodejs22.x",
        "Role": "arn:aws:iam::000000000000:role/any",
        "Handler": "index.handler",
        "Code": {"ZipFile": code_zip()},
    }

    def misspelt(params: dict[str, Any]) -> None:
        params["body"] = params["body"].replace(b'"Handler"', b'"Handlr"')

    code, message = refused(cloud.client("lambda"), "create_function", arguments, misspelt)

    assert code == "ValidationException"
    assert "unknown member Handlr" in message


def test_lambda_mapping_enum_and_type(cloud: Cloud) -> None:
    def spoil(params: dict[str, Any]) -> None:
        params["body"] = b'{"BatchSize": "ten", "FunctionName": "f", "FunctionResponseTypes": ["ReportItemFailures"]}'

    code, message = refused(
        cloud.client("lambda"), "create_event_source_mapping", {"FunctionName": "f", "BatchSize": 10}, spoil
    )

    assert code == "ValidationException"
    assert "BatchSize must be a integer, got str" in message
    assert "FunctionResponseTypes[0] must be one of ReportBatchItemFailures" in message


def test_s3_rest_xml(cloud: Cloud) -> None:
    s3 = cloud.client("s3")
    bucket = unique("b")
    s3.create_bucket(Bucket=bucket)

    def misspelt(params: dict[str, Any]) -> None:
        params["body"] = params["body"].replace(b"<Status>Enabled", b"<Status>On")

    code, message = refused(
        s3,
        "put_bucket_versioning",
        {"Bucket": bucket, "VersioningConfiguration": {"Status": "Enabled"}},
        misspelt,
    )

    assert code == "MalformedXML"
    assert "Status must be one of Enabled, Suspended, got 'On'" in message


def test_s3_takes_what_its_model_takes(cloud: Cloud) -> None:
    s3 = cloud.client("s3")
    bucket = unique("b")
    s3.create_bucket(Bucket=bucket)
    rule = {
        "ID": "r",
        "Status": "Enabled",
        "Filter": {"Prefix": "exports/"},
        "Expiration": {"Days": 1},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
    }

    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
    s3.put_object(Bucket=bucket, Key="a b/c?d", Body=b"<not>xml")
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a b/c?d"}]})

    assert s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_s3_signed_address_carries_headers(cloud: Cloud) -> None:
    s3 = cloud.client("s3")
    bucket = unique("b")
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="k", Body=b"text")
    config = Config(signature_version="s3v4", s3={"addressing_style": "path"})
    signer = boto3.client(
        "s3",
        endpoint_url=f"http://127.0.0.1:{cloud.port}",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=config,
    )

    def answer_to(query: str) -> requests.Response:
        def add(request: Any, **_: Any) -> None:
            request.url = f"{request.url}?{query}"

        signer.meta.events.register("before-sign.s3.GetObject", add, unique_id="query")
        address = signer.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"}, ExpiresIn=60)
        signer.meta.events.unregister("before-sign.s3.GetObject", unique_id="query")
        return requests.get(address, timeout=30)

    # The JavaScript SDK writes this header of GetObject into the query.
    signed = answer_to("x-amz-checksum-mode=ENABLED&x-id=GetObject")
    misspelt = answer_to("checksum-mode=ENABLED")

    assert (signed.status_code, signed.text) == (200, "text")
    assert "unknown query parameter checksum-mode" in misspelt.text


def test_iam_form_fields(cloud: Cloud) -> None:
    def misspelt(params: dict[str, Any]) -> None:
        params["body"]["RolName"] = params["body"].pop("RoleName")
        params["body"]["MaxSessionDuration"] = "an hour"

    code, message = refused(
        cloud.client("iam"),
        "create_role",
        {"RoleName": unique("r"), "AssumeRolePolicyDocument": TRUST, "Tags": [{"Key": "a", "Value": "b"}]},
        misspelt,
    )

    assert code == "ValidationError"
    assert "unknown member RolName" in message
    assert "missing member RoleName" in message
    assert "MaxSessionDuration must be a integer, got str" in message


def test_iam_members_named_like_fields_of_the_protocol(cloud: Cloud) -> None:
    iam = cloud.client("iam")
    document = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*"}]}'
    arn = iam.create_policy(PolicyName=unique("p"), PolicyDocument=document)["Policy"]["Arn"]

    assert iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]["IsDefaultVersion"]


def test_cloudwatch_cbor(cloud: Cloud) -> None:
    body = cbor2.dumps({"Namespace": "n", "MetricData": [{"MetricName": "m", "Value": 1, "Unit": "Apples"}]})
    headers = {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}

    status, text = cloud.post_raw(
        "monitoring", "/service/GraniteServiceVersion20100801/operation/PutMetricData", headers, body
    )

    assert status == 400
    assert "MetricData[0].Unit must be one of Seconds" in text


@pytest.mark.parametrize(
    ("method", "path", "query", "operation"),
    [
        ("PUT", "/bucket", ["versioning"], "PutBucketVersioning"),
        ("PUT", "/bucket/a/b", [], "PutObject"),
        ("PUT", "/bucket/a/b", ["partNumber", "uploadId"], "UploadPart"),
        ("PUT", "/bucket", [], "CreateBucket"),
        ("POST", "/bucket", ["delete"], "DeleteObjects"),
    ],
)
def test_s3_operations_are_told_apart(method: str, path: str, query: list[str], operation: str) -> None:
    found = rest_operations.find_operation("s3", method, path, query)

    assert found is not None
    assert found.name == operation


def test_form_fields_become_lists_and_maps() -> None:
    shape = rest_operations.service_model("sns").operation_model("Publish").input_shape
    form = {
        "Action": ["Publish"],
        "Message": ["m"],
        "MessageAttributes.entry.1.Name": ["a"],
        "MessageAttributes.entry.1.Value.DataType": ["String"],
    }

    assert shape is not None
    assert request_text.read_form(form, shape) == {
        "Message": "m",
        "MessageAttributes": {"a": {"DataType": "String"}},
    }
