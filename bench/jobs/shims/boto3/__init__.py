"""Stands in for AWS: one DynamoDB table and one bucket as files in $BENCH_AWS. The old jobs call nothing else."""

import io
import json
import os
from pathlib import Path

_folder = Path(os.environ["BENCH_AWS"])


class _Table:
    def __init__(self, name):
        self._file = _folder / f"{name}.json"

    def _items(self):
        return json.loads(self._file.read_text()) if self._file.exists() else {}

    def get_item(self, Key):
        found = self._items().get("/".join(Key.values()))
        return {} if found is None else {"Item": found}

    def put_item(self, Item):
        items = self._items()
        items[f"{Item['pipeline_id']}/{Item['checkpoint_type']}"] = Item
        self._file.write_text(json.dumps(items))


class _DynamoDb:
    def Table(self, name):
        return _Table(name)


class _S3:
    def get_object(self, Bucket, Key):
        return {"Body": io.BytesIO((_folder / Key).read_bytes())}


class _CloudWatch:
    def put_metric_data(self, **metric):
        pass


def resource(name):
    return {"dynamodb": _DynamoDb}[name]()


def client(name):
    return {"s3": _S3, "cloudwatch": _CloudWatch}[name]()
