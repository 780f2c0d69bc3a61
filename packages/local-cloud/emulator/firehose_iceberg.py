"""Firehose to Iceberg as AWS does it: buffer, transform in batches, route by otfMetadata, commit, write errors."""

from __future__ import annotations

import base64
import json
import logging
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import boto3
from botocore.config import Config

from . import iam_auth, iceberg_tables, patches, persistence
from .firehose_errors import Failure, error_objects
from .firehose_journal import Journal, Record, Segment
from .settings import ACCOUNT_ID, REGION, Settings

log = logging.getLogger("emulator.firehose")

# Firehose's own defaults, used when the stream or its processor says nothing.
BUFFER_MB_DEFAULT = 5
BUFFER_SECONDS_DEFAULT = 300
TRANSFORM_MB_DEFAULT = 1.0
TRANSFORM_RETRIES_DEFAULT = 3
COMMIT_THREADS = 8
RECORD_BYTES_MAX = 1_000 * 1024

Row = tuple[Record, dict[str, Any]]


class Delivery:
    """The buffers of all streams and the threads that deliver them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.journal = Journal(settings.state_dir / "firehose")
        self._commits = ThreadPoolExecutor(COMMIT_THREADS, "firehose-commit")
        self._flushes = ThreadPoolExecutor(4, "firehose-flush")
        self._busy: dict[str, Future[None]] = {}
        self._delivering: dict[str, float] = {}
        self._s3 = boto3.client(
            "s3",
            endpoint_url=settings.endpoint,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 5}),
        )

    def start(self) -> None:
        """Deliver what an earlier process left behind, then watch the buffers. Call when the port is open."""
        for segment in self.journal.recover():
            log.warning("delivering %d records of %s from before the restart", len(segment.records), segment.stream)
            self._flushes.submit(self._deliver_safely, segment)
        threading.Thread(target=self._watch, daemon=True, name="firehose").start()

    def put_batch(self, stream: dict[str, Any], data: list[str]) -> list[dict[str, Any]]:
        """Accept base64 records; the per-record answers in order."""
        arrival = int(time.time() * 1000)
        accepted: list[Record] = []
        answers: list[dict[str, Any]] = []
        for text in data:
            record = Record(_record_id(), arrival, base64.b64decode(text))
            accepted.append(record)
            answers.append({"RecordId": record.id})
        self.journal.append(stream["name"], accepted)
        return answers

    def flush_all(self, seconds_max: float) -> bool:
        """Deliver every buffer now; whether all was delivered in time (what was not stays in the journal)."""
        deadline = time.time() + seconds_max
        while time.time() < deadline:
            for stream in self.journal.streams():
                self._submit_if_due(stream, size_min=0, age_min=0)
            running = [future for future in self._busy.values() if not future.done()]
            if not running and not self.journal.streams():
                return True
            time.sleep(0.02)
        return False

    def freshness(self, now: float) -> dict[str, float]:
        """Age in seconds of the oldest record not yet delivered, by stream (DataFreshness); 0 when there is none."""
        ages = dict.fromkeys(self._delivering, 0.0)
        for name, since in [*self.journal.opened().items(), *list(self._delivering.items())]:
            ages[name] = max(ages.get(name, 0.0), now - since)
        return ages

    def _watch(self) -> None:
        while True:
            time.sleep(0.1)
            for name in self.journal.streams():
                hints = _config_of(name).get("BufferingHints") or {}
                size = float(hints.get("SizeInMBs", BUFFER_MB_DEFAULT)) * 1024 * 1024
                age = self._settings.firehose_seconds or float(hints.get("IntervalInSeconds", BUFFER_SECONDS_DEFAULT))
                self._submit_if_due(name, int(size), age)

    def _submit_if_due(self, stream: str, size_min: int, age_min: float) -> None:
        # One delivery per stream at a time: two would only race for the same tables' commits.
        running = self._busy.get(stream)
        if running is not None and not running.done():
            return
        segment = self.journal.take(stream, size_min, age_min)
        if segment is not None:
            self._busy[stream] = self._flushes.submit(self._deliver_safely, segment)

    def _deliver_safely(self, segment: Segment) -> None:
        pause = 0.5
        self._delivering[segment.stream] = segment.opened_at
        while True:
            try:
                self._deliver(segment)
                self._delivering.pop(segment.stream, None)
                return
            except Exception:
                # Nothing acknowledged may be dropped: keep the segment and try again.
                log.exception("delivery of %s failed as a whole, again in %.1f s", segment.stream, pause)
                segment.is_recovered = True
                time.sleep(pause)
                pause = min(pause * 2, 30)

    def _deliver(self, segment: Segment) -> None:
        started = time.time()
        config = _config_of(segment.stream)
        if not config:
            log.warning("stream %s is gone; its %d records are dropped", segment.stream, len(segment.records))
            self.journal.settle(segment)
            return
        role = str(config.get("RoleARN", ""))
        rows, failures = self._routed(segment, config)
        transformed = time.time()
        for result in self._commits.map(lambda item: self._commit(segment, role, *item), rows.items()):
            failures.extend(result)
        for bucket, key, body in error_objects(segment.stream, config, failures) if failures else []:
            self._s3.put_object(Bucket=bucket, Key=key, Body=body)
        # The tables' new metadata locations live in the Glue state: save it before the journal forgets the records.
        persistence.save_now("glue")
        self.journal.settle(segment)
        log.info(
            "%s: %d records to %d tables, %d failed, transform %.2f s, commit %.2f s",
            segment.stream,
            len(segment.records),
            len(rows),
            len(failures),
            transformed - started,
            time.time() - transformed,
        )

    def _routed(
        self, segment: Segment, config: dict[str, Any]
    ) -> tuple[dict[tuple[str, str], list[Row]], list[Failure]]:
        """Transformed rows by (database, table), and what failed on the way."""
        failures: list[Failure] = []
        tables: dict[tuple[str, str], list[Row]] = {}
        default = (config.get("DestinationTableConfigurationList") or [{}])[0]
        for original, data, metadata in transform(segment, config, failures):
            # From here on the record is what the transform made of it: that is what an `iceberg-failed` line holds.
            record = original._replace(data=data)
            database = metadata.get("destinationDatabaseName") or default.get("DestinationDatabaseName")
            table = metadata.get("destinationTableName") or default.get("DestinationTableName")
            operation = str(metadata.get("operation") or "insert").lower()
            try:
                row = json.loads(data)
            except ValueError as error:
                failures.append(_undelivered(record, "Iceberg.InvalidJson", f"the record is not JSON: {error}"))
                continue
            if not isinstance(row, dict):
                failures.append(_undelivered(record, "Iceberg.InvalidJson", "the record is not a JSON object"))
            elif not database or not table:
                failures.append(_undelivered(record, "Iceberg.NoDestination", "no destination database and table"))
            elif operation != "insert":
                failures.append(
                    _undelivered(record, "Iceberg.InvalidOperation", f"{operation} needs unique keys; insert only")
                )
            else:
                tables.setdefault((database, table), []).append((record, row))
        return tables, failures

    def _commit(self, segment: Segment, role: str, target: tuple[str, str], rows: list[Row]) -> list[Failure]:
        from pyiceberg.exceptions import NoSuchTableError

        failures: list[Failure] = []
        denied = _denied(role, *target)
        if denied:
            return [_undelivered(record, "Iceberg.AccessDenied", denied) for record, _ in rows]
        try:
            if segment.is_recovered and iceberg_tables.has_segment(*target, segment.id):
                return failures
            while rows:
                try:
                    iceberg_tables.append_rows(*target, [row for _, row in rows], segment.id)
                    return failures
                except iceberg_tables.CastError as error:
                    # Only the misfit goes to the error prefix; the others are delivered.
                    failures.append(_undelivered(rows[error.row][0], error.code, str(error)))
                    rows = rows[: error.row] + rows[error.row + 1 :]
        except NoSuchTableError:
            message = f"table {target[0]}.{target[1]} does not exist"
            failures.extend(_undelivered(record, "Iceberg.NoSuchTable", message) for record, _ in rows)
        except Exception as error:
            log.exception("commit to %s.%s failed", *target)
            message = f"{type(error).__name__}: {error}"[:500]
            failures.extend(
                _undelivered(record, "Iceberg.CommitFailed", message, iceberg_tables.COMMIT_ATTEMPTS)
                for record, _ in rows
            )
        return failures


def transform(
    segment: Segment, config: dict[str, Any], failures: list[Failure]
) -> list[tuple[Record, bytes, dict[str, Any]]]:
    """Run the stream's Lambda processor over a segment: (record, new data, otfMetadata) of what came back as Ok."""
    processing = config.get("ProcessingConfiguration") or {}
    processors = [p for p in processing.get("Processors") or [] if p.get("Type") == "Lambda"]
    if not processing.get("Enabled") or not processors:
        return [(record, record.data, {}) for record in segment.records]
    parameters = {p["ParameterName"]: p["ParameterValue"] for p in processors[0].get("Parameters") or []}
    arn = parameters["LambdaArn"]
    size_max = int(float(parameters.get("BufferSizeInMBs", TRANSFORM_MB_DEFAULT)) * 1024 * 1024)
    attempts = 1 + int(parameters.get("NumberOfRetries", TRANSFORM_RETRIES_DEFAULT))
    transformed: list[tuple[Record, bytes, dict[str, Any]]] = []
    for chunk in _chunks(segment.records, size_max):
        answer, code, message = _invoke(arn, str(config.get("RoleARN", "")), segment.stream, chunk, attempts)
        if answer is None:
            extra = {"lambdaArn": arn}
            failures.extend(Failure("processing-failed", r, code, message, attempts, extra) for r in chunk)
            continue
        _match(arn, chunk, answer, transformed, failures)
    return transformed


def _match(
    arn: str,
    chunk: list[Record],
    answer: list[Any],
    transformed: list[tuple[Record, bytes, dict[str, Any]]],
    failures: list[Failure],
) -> None:
    by_id: dict[str, list[dict[str, Any]]] = {}
    for item in answer:
        if isinstance(item, dict):
            by_id.setdefault(str(item.get("recordId")), []).append(item)
    for record in chunk:
        items = by_id.get(record.id, [])
        code = message = ""
        if not items:
            code, message = "Lambda.MissingRecordId", "the function's answer has no such record id"
        elif len(items) > 1:
            code, message = "Lambda.DuplicatedRecordId", "the function's answer has the record id more than once"
        elif items[0].get("result") == "ProcessingFailed":
            code, message = "Lambda.ProcessingFailedStatus", "ProcessingFailed status set for record"
        elif items[0].get("result") == "Ok":
            metadata = (items[0].get("metadata") or {}).get("otfMetadata") or {}
            transformed.append((record, base64.b64decode(items[0].get("data") or ""), metadata))
        elif items[0].get("result") != "Dropped":
            code, message = "Lambda.JsonProcessingException", f"result {items[0].get('result')!r} is not known"
        if code:
            failures.append(Failure("processing-failed", record, code, message, 1, {"lambdaArn": arn}))


def _invoke(arn: str, role: str, stream: str, chunk: list[Record], attempts: int) -> tuple[list[Any] | None, str, str]:
    """The records of the function's answer, or None with an error code and message after the last attempt."""
    from ministack.core.responses import new_uuid
    from ministack.services import firehose, lambda_svc

    code, message = "Lambda.FunctionError", ""
    event = {
        "invocationId": new_uuid(),
        "deliveryStreamArn": firehose._stream_arn(stream),
        "region": REGION,
        "records": [
            {
                "recordId": record.id,
                "approximateArrivalTimestamp": record.arrival_ms,
                "data": base64.b64encode(record.data).decode(),
            }
            for record in chunk
        ],
    }
    for attempt in range(attempts):
        if attempt:
            time.sleep(0.2 * 2**attempt)
        func, config, _ = lambda_svc._get_func_record_for_ref(arn)
        if not iam_auth.is_allowed(role, "lambda:InvokeFunction", arn):
            code, message = "Lambda.InvokeAccessDenied", f"{role} may not invoke {arn}"
            continue
        if func is None:
            code, message = "Lambda.FunctionNotFound", f"{arn} does not exist"
            continue
        result = lambda_svc._execute_function(lambda_svc._execution_record_for_config(func, config), event)
        body = result.get("body")
        if result.get("error") or result.get("throttle"):
            code = "Lambda.FunctionError"
            message = f"The Lambda function was successfully invoked but it returned an error result: {body}"[:500]
        elif not isinstance(body, dict) or not isinstance(body.get("records"), list):
            code, message = "Lambda.JsonProcessingException", "the function's answer has no list of records"
        else:
            return body["records"], "", ""
    return None, code, message


def _chunks(records: list[Record], size_max: int) -> list[list[Record]]:
    chunks: list[list[Record]] = [[]]
    size = 0
    for record in records:
        if chunks[-1] and size + len(record.data) > size_max:
            chunks.append([])
            size = 0
        chunks[-1].append(record)
        size += len(record.data)
    return chunks


def _denied(role: str, database: str, table: str) -> str:
    """What the stream's role may not do to deliver to a table; empty when it may."""
    from ministack.services import glue

    catalog = f"arn:aws:glue:{REGION}:{ACCOUNT_ID}"
    location = (glue._tables.get(f"{database}/{table}") or {}).get("StorageDescriptor", {}).get("Location", "")
    checks = [("glue:GetTable", f"{catalog}:table/{database}/{table}")]
    checks += [("glue:UpdateTable", f"{catalog}:table/{database}/{table}")]
    if location:
        checks += [("s3:PutObject", location.replace("s3://", "arn:aws:s3:::").rstrip("/") + "/data/file.parquet")]
    for action, resource in checks:
        if not iam_auth.is_allowed(role, action, resource):
            return f"{role} is not authorized to perform: {action} on resource: {resource}"
    return ""


def _undelivered(record: Record, code: str, message: str, attempts: int = 1) -> Failure:
    return Failure("iceberg-failed", record, code, message, attempts, {})


def _record_id() -> str:
    return str(patches.symbol("services.firehose", "_record_id")())


def _config_of(stream: str) -> dict[str, Any]:
    """The stream's Iceberg destination configuration; empty when it has none (any more)."""
    from ministack.services import firehose

    found = firehose._streams.get(stream) or {}
    for destination in found.get("destinations", []):
        if destination["type"] == "Iceberg":
            return dict(destination["config"])
    return {}


def install(settings: Settings) -> Delivery:
    """Take over PutRecord, PutRecordBatch and DeleteDeliveryStream for streams with an Iceberg destination."""
    from ministack.core.responses import json_response
    from ministack.services import firehose

    delivery = Delivery(settings)
    handlers = patches.symbol("services.firehose", "_HANDLERS")
    put_one, put_batch, delete = (
        handlers["PutRecord"],
        handlers["PutRecordBatch"],
        handlers["DeleteDeliveryStream"],
    )

    def iceberg_stream(data: dict[str, Any]) -> dict[str, Any] | None:
        found: dict[str, Any] | None = firehose._streams.get(data.get("DeliveryStreamName", ""))
        if found and found["status"] == "ACTIVE" and found["destinations"][0]["type"] == "Iceberg":
            return found
        return None

    def put_record(data: dict[str, Any]) -> Any:
        stream = iceberg_stream(data)
        if stream is None:
            return put_one(data)
        answers = delivery.put_batch(stream, [data.get("Record", {}).get("Data", "")])
        return json_response({**answers[0], "Encrypted": False})

    def put_record_batch(data: dict[str, Any]) -> Any:
        stream = iceberg_stream(data)
        if stream is None:
            return put_batch(data)
        answers = delivery.put_batch(stream, [record.get("Data", "") for record in data.get("Records", [])])
        return json_response({"FailedPutCount": 0, "Encrypted": False, "RequestResponses": answers})

    def delete_stream(data: dict[str, Any]) -> Any:
        answer = delete(data)
        if answer[0] == 200:
            delivery.journal.discard(data["DeliveryStreamName"])
        return answer

    handlers["PutRecord"] = put_record
    handlers["PutRecordBatch"] = put_record_batch
    handlers["DeleteDeliveryStream"] = delete_stream
    patches.symbol("services.lambda_svc", "_get_func_record_for_ref")
    return delivery
