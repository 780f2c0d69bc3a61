"""What Firehose writes, Spark, DuckDB and pyiceberg read alike: every value, every type, every partition."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from emulator.tests.cloud import REGION, Cloud, eventually, unique
from emulator.tests.lake import RAW_COLUMNS, Lake, raw_row
from emulator.tests.spark import SparkHost, emulator_settings

FINAL = ("SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT")
COLUMNS = [name for name, _ in RAW_COLUMNS]
TIMES = ("publish_time", "ingestion_ts")
DAY = 86_400_000_000
# The first microsecond of 2026-11-20, UTC.
FIRST_DAY = 1_795_132_800_000_000

KEYS = [None, "k", " k ", "ключ", "🙂", "a'b\"c", "nul\x00in", "line\u2028end\n"]

READ_JOB = """
import json
def main(spark, args):
    table = f"glue_catalog.{args['DATABASE']}.{args['TABLE']}"
    frame = spark.table(table)
    times = [field.name for field in frame.schema if field.dataType.simpleString().startswith('timestamp')]
    columns = [f'unix_micros(CAST({c} AS timestamp)) AS {c}' if c in times else c for c in frame.columns]
    return {
        'types': [[field.name, field.dataType.simpleString()] for field in frame.schema],
        'rows': [row.asDict() for row in frame.selectExpr(*columns).collect()],
        'partitions': [[str(row.partition.ingestion_ts_day), row.record_count] for row in
                       spark.table(table + '.partitions').select('partition', 'record_count').collect()],
        'columns': spark.sql(f'DESCRIBE {table}').where("col_name LIKE 'Part %'").select('data_type').collect()[0][0],
    }
"""


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """An emulator whose Spark jobs run in the host beside it."""
    folder = tmp_path_factory.mktemp("readers")
    running = Cloud(folder, **emulator_settings(folder))
    running.start()
    host = SparkHost(running)
    host.start()
    yield running
    host.stop()
    running.stop()


@pytest.fixture(scope="module")
def lake(cloud: Cloud) -> Lake:
    """A RAW table that Firehose filled in several commits."""
    made = Lake.create(cloud)
    made.table("orders")
    stream = made.stream()
    rows = sent_rows(made.database)
    for first in range(0, len(rows), 150):
        made.put(stream, rows[first : first + 150])
        cloud.control("flush")
    return made


def sent_rows(database: str) -> list[dict[str, Any]]:
    """Rows with what readers stumble over: edges of days and types, missing values, unusual text, large bodies."""
    chance = random.Random(7)
    rows = []
    for number in range(400):
        row = raw_row(number, "orders", database)
        row["ingestion_ts"] = FIRST_DAY + chance.randrange(3 * DAY)
        row["publish_time"] = FIRST_DAY - chance.randrange(400 * DAY)
        row["edit_revision"] = chance.choice([0, 1, 2**31 - 1, -(2**31)])
        row["replay_id"] = chance.choice([None, "", "r-1"])
        row["idempotency_key"] = chance.choice(
            [None, "k", " k ", "ключ", "🙂", "a'b\"c", "nul\x00in", "line\u2028end\n"]
        )
        row["json_payload"] = json.dumps({"n": 10**30 + number, "price": "1234.500", "t": "é" * chance.randrange(20)})
        rows.append(row)
    for offset, row in zip((0, DAY - 1, DAY, 2 * DAY - 1, 3 * DAY - 1), rows, strict=False):
        row["ingestion_ts"] = FIRST_DAY + offset
    # Before 1970, and far away: the day of a moment before the epoch is rounded down, not towards zero.
    rows[5]["ingestion_ts"], rows[6]["ingestion_ts"] = -1, -DAY
    rows[7]["publish_time"] = 32_503_680_000_000_000
    rows[8]["json_payload"] = '{"big": "' + "x" * 900_000 + '"}'
    for column in ("publish_time", "edit_revision", "json_payload", "message_id"):
        rows[9][column] = None
    return rows


def expected(database: str) -> Counter[str]:
    """The rows as sent, times as epoch microseconds."""
    return Counter(canonical({name: row[name] for name in COLUMNS}) for row in sent_rows(database))


def canonical(row: dict[str, Any]) -> str:
    """A row as text that is equal for equal values; a moment becomes its microseconds since the epoch."""
    values = {}
    for name in COLUMNS:
        value = row[name]
        if isinstance(value, dt.datetime):
            assert value.tzinfo is None, name
            value = (value - dt.datetime(1970, 1, 1)) // dt.timedelta(microseconds=1)
        values[name] = value
    return json.dumps(values, sort_keys=True)


def expected_days(database: str) -> dict[str, int]:
    """Rows of each UTC day of ingestion."""
    epoch = dt.date(1970, 1, 1)
    days = (epoch + dt.timedelta(days=row["ingestion_ts"] // DAY) for row in sent_rows(database))
    return dict(Counter(str(day) for day in days))


def test_pyiceberg(lake: Lake) -> None:
    table = lake.load("orders")
    arrow = table.scan().to_arrow()

    assert Counter(canonical(row) for row in arrow.to_pylist()) == expected(lake.database)
    assert [(field.name, str(field.field_type)) for field in table.schema().fields] == RAW_COLUMNS
    assert [(f.name, str(f.transform)) for f in table.spec().fields] == [("ingestion_ts_day", "day")]
    partitions = table.inspect.partitions().to_pylist()
    days = {str(one["partition"]["ingestion_ts_day"]): one["record_count"] for one in partitions}
    assert days == expected_days(lake.database)
    assert len(table.metadata.snapshots) == 3


def test_duckdb(cloud: Cloud, lake: Lake) -> None:
    connection = duckdb.connect()
    for name in ("httpfs", "avro", "iceberg"):
        module = __import__(f"duckdb_extension_{name}")
        folder = Path(str(module.__file__)).parent / f"extensions/v{duckdb.__version__}"
        connection.execute(f"LOAD '{folder / name}.duckdb_extension'")
    connection.execute(
        f"CREATE SECRET (TYPE s3, KEY_ID 'test', SECRET 'test', REGION '{REGION}', "
        f"ENDPOINT '127.0.0.1:{cloud.port}', URL_STYLE 'path', USE_SSL false)"
    )
    scan = f"iceberg_scan('{lake.load('orders').metadata_location}')"
    described = connection.execute(f"DESCRIBE SELECT * FROM {scan}").fetchall()
    times = {name: f"epoch_us({name}) AS {name}" for name in TIMES}
    selected = ", ".join(times.get(name, name) for name in COLUMNS)
    rows = connection.execute(f"SELECT {selected} FROM {scan}").fetchall()
    days = connection.execute(f"SELECT CAST(ingestion_ts AS date), count(*) FROM {scan} GROUP BY 1").fetchall()

    assert Counter(canonical(dict(zip(COLUMNS, row, strict=True))) for row in rows) == expected(lake.database)
    kinds = {"string": "VARCHAR", "timestamp": "TIMESTAMP", "int": "INTEGER"}
    assert [(name, kind) for name, kind, *_ in described] == [(name, kinds[kind]) for name, kind in RAW_COLUMNS]
    assert {str(day): count for day, count in days} == expected_days(lake.database)


def test_spark(cloud: Cloud, lake: Lake) -> None:
    name, bucket = unique("job"), cloud.bucket()
    cloud.client("s3").put_object(Bucket=bucket, Key="job.py", Body=READ_JOB.encode())
    command = {"Name": "glueetl", "ScriptLocation": f"s3://{bucket}/job.py", "PythonVersion": "3"}
    glue = cloud.client("glue")
    glue.create_job(Name=name, Role=cloud.role(["*"]), Command=command, GlueVersion="5.1")
    arguments = {"--DATABASE": lake.database, "--TABLE": "orders"}
    run_id = glue.start_job_run(JobName=name, Arguments=arguments)["JobRunId"]
    run = eventually(
        lambda: glue.get_job_run(JobName=name, RunId=run_id)["JobRun"], lambda one: one["JobRunState"] in FINAL, 600
    )
    assert run["JobRunState"] == "SUCCEEDED", run.get("ErrorMessage")
    # The file and not CloudWatch: a line may be longer than an event.
    found = json.loads((cloud.folder / f"logs/jobs/{name}/{run_id}.out.log").read_text().splitlines()[-1])

    assert Counter(canonical(row) for row in found["rows"]) == expected(lake.database)
    kinds = {"string": "string", "timestamp": "timestamp_ntz", "int": "int"}
    assert found["types"] == [[name, kinds[kind]] for name, kind in RAW_COLUMNS]
    assert dict(found["partitions"]) == expected_days(lake.database)
    assert found["columns"] == "days(ingestion_ts)"
