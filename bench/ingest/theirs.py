"""Child process: theirs.py <checkout> speed|faults <messages file>. Runs the old system's handlers, unchanged, in process.

Their boto3 client is replaced by a sink that takes what it gets and counts it (the same one as in stand-ins.ts).
"""

import base64
import contextlib
import importlib.util
import io
import json
import os
import sys
import time
import types
from pathlib import Path

EVENT_SIZE = 10  # the batch size of their event source mapping
QUEUE_ARN = "arn:aws:sqs:us-east-1:000000000000:lean-ops-dev-orders-queue"
REFUSED_ENTRIES, FAILED_CALLS, RECEIVES_MAX, SEED = 0.05, 0.02, 3, 20_261_123


class Sink:
    def __init__(self, with_faults: bool) -> None:
        self.with_faults = with_faults
        self.state = SEED
        self.calls = 0
        self.bytes = 0
        self.records: list[str] = []

    def chance(self, share: float) -> bool:
        self.state = (self.state * 1_664_525 + 1_013_904_223) & 0xFFFFFFFF
        return self.state / 2**32 < share

    def put_record_batch(self, DeliveryStreamName: str, Records: list[dict]) -> dict:
        self.calls += 1
        if self.with_faults and self.chance(FAILED_CALLS):
            raise RuntimeError("ServiceUnavailableException: slow down")
        responses, refused = [], 0
        for record in Records:
            if self.with_faults and self.chance(REFUSED_ENTRIES):
                refused += 1
                responses.append({"ErrorCode": "ServiceUnavailableException"})
                continue
            data = record["Data"]
            self.bytes += len(data)  # their json.dumps writes ASCII only
            self.records.append(data)
            responses.append({"RecordId": "1"})
        return {"FailedPutCount": refused, "RequestResponses": responses}


def load(checkout: Path, name: str, sink: Sink) -> types.ModuleType:
    boto3 = types.ModuleType("boto3")
    boto3.client = lambda *_, **__: sink
    boto3.resource = lambda *_, **__: sink
    sys.modules["boto3"] = boto3
    os.environ["FIREHOSE_STREAM_NAME"] = "bench"
    path = checkout / "modules" / "compute" / "lambda" / name / "handler.py"
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def exact(text: str) -> object:
    return json.loads(text, parse_int=str, parse_float=str)


def is_same(body: str, payload: str) -> bool:
    try:
        return exact(body) == exact(payload)
    except ValueError:
        return False


def record(message: tuple[str, str]) -> dict:
    return {
        "messageId": message[0],
        "body": message[1],
        "eventSourceARN": QUEUE_ARN,
        "attributes": {"SentTimestamp": "1767323045000", "ApproximateReceiveCount": "1"},
        "messageAttributes": {},
    }


def read(file: str) -> list[tuple[str, str]]:
    with open(file, encoding="utf-8") as lines:
        return [(f"sqs-{n}", json.loads(line)) for n, line in enumerate(lines)]


def speed(checkout: Path, messages: list[tuple[str, str]]) -> dict:
    sink = Sink(with_faults=False)
    processor = load(checkout, "sqs_processor", sink)
    transform = load(checkout, "firehose_transform", sink)
    events = [
        {"Records": [record(m) for m in messages[i : i + EVENT_SIZE]]} for i in range(0, len(messages), EVENT_SIZE)
    ]
    with contextlib.redirect_stdout(io.StringIO()):
        for event in events[: 5_000 // EVENT_SIZE]:  # warm up, as ours does
            processor.lambda_handler(event, None)
        sink.calls, sink.bytes = 0, 0
        sink.records.clear()
        before = time.process_time()
        for event in events:
            processor.lambda_handler(event, None)
        processor_seconds = time.process_time() - before

        batches, size = [[]], 0
        for n, data in enumerate(sink.records):
            if size + len(data) > 1_048_576:
                batches.append([])
                size = 0
            batches[-1].append({"recordId": str(n), "data": base64.b64encode(data.encode()).decode()})
            size += len(data)
        before = time.process_time()
        for batch in batches:
            transform.lambda_handler({"records": batch}, None)
        transform_seconds = time.process_time() - before
    payloads = [json.loads(r)["json_payload"] for r in sink.records]
    changed = sum(not is_same(m[1], p) for m, p in zip(messages, payloads, strict=True))
    return {
        "messages": len(messages),
        "processorCpuSeconds": processor_seconds,
        "transformCpuSeconds": transform_seconds,
        "sinkCalls": sink.calls,
        "sinkBytes": sink.bytes,
        "numberTextChanged": changed,
    }


def faults(checkout: Path, messages: list[tuple[str, str]]) -> dict:
    sink = Sink(with_faults=True)
    processor = load(checkout, "sqs_processor", sink)
    queue, moved, receive = messages, 0, 0
    stored: dict[str, int] = {}
    stored_yet_reported: set[str] = set()
    while queue:
        receive += 1
        if receive > RECEIVES_MAX:
            moved = len(queue)
            break
        again = []
        for i in range(0, len(queue), EVENT_SIZE):
            part = queue[i : i + EVENT_SIZE]
            first = len(sink.records)
            with contextlib.redirect_stdout(io.StringIO()):
                answer = processor.lambda_handler({"Records": [record(m) for m in part]}, None)
            failed = {f["itemIdentifier"] for f in answer["batchItemFailures"]}
            # Their records do not carry the SQS id: find each by its content among this event's messages.
            for text in sink.records[first:]:
                payload = json.loads(text)["json_payload"]
                for message_id, body in part:
                    if canonical(body) == payload:
                        stored[message_id] = stored.get(message_id, 0) + 1
                        if message_id in failed:
                            stored_yet_reported.add(message_id)
                        break
            again += [m for m in part if m[0] in failed]
        queue = again
    in_queue = {m[0] for m in queue}
    lost = [m for m in messages if m[0] not in stored and m[0] not in in_queue]
    good = [m for m in messages if m[1].endswith("}")]
    return {
        "good": len(good),
        "malformed": len(messages) - len(good),
        "goodLost": sum(m[1].endswith("}") for m in lost),
        "malformedLost": sum(not m[1].endswith("}") for m in lost),
        "storedYetReported": len(stored_yet_reported),
        "storedMoreThanOnce": sum(n > 1 for n in stored.values()),
        "deadLettered": 0,
        "movedByQueue": moved,
        "numberTextChanged": sum(not is_same(m[1], canonical(m[1]) or "") for m in good if m[0] in stored),
        "sinkCalls": sink.calls,
    }


def canonical(body: str) -> str | None:
    """What their processor makes of a body."""
    try:
        return json.dumps(json.loads(body))
    except ValueError:
        return None


def main() -> None:
    checkout, mode, file = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    measure = {"speed": speed, "faults": faults}[mode]
    print(json.dumps(measure(checkout, read(file))))


main()
