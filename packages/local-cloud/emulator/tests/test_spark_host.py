"""Glue's Spark jobs run in the warm host as runs of their own: log, state, stop, failure, and nothing left behind."""

from __future__ import annotations

import io
import json
import os
import signal
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.tests.cloud import Cloud, eventually, unique
from emulator.tests.lake import Lake
from emulator.tests.spark import SparkHost, emulator_settings

FINAL = ("SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT")

MERGE_JOB = """
def main(spark, args):
    table = f"glue_catalog.{args['DATABASE']}.totals"
    location = f"s3://{args['LAKE_BUCKET']}/totals"
    spark.sql(f"CREATE TABLE IF NOT EXISTS {table} (id string, n decimal(20,2)) USING iceberg "
              f"PARTITIONED BY (bucket(4, id)) LOCATION '{location}' "
              "TBLPROPERTIES ('format-version'='2', 'write.merge.mode'='merge-on-read')")
    spark.createDataFrame([(i, n) for i, n in zip(args['IDS'].split(','), args['NUMBERS'].split(','))],
                          'id string, n string').createOrReplaceTempView('incoming')
    spark.sql(f"MERGE INTO {table} t USING (SELECT id, CAST(n AS decimal(20,2)) n FROM incoming) s ON t.id = s.id "
              "WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *")
    return {'rows': spark.newSession().table(table).count()}
"""


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """An emulator whose Spark jobs run in the host."""
    folder = tmp_path_factory.mktemp("spark")
    running = Cloud(folder, **emulator_settings(folder))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def host(cloud: Cloud) -> Iterator[SparkHost]:
    """The host beside it."""
    running = SparkHost(cloud)
    running.start()
    yield running
    running.stop()


def spark_job(cloud: Cloud, script: str, role: str | None = None, **options: Any) -> str:
    """A Spark job from the text of its script; its name."""
    name, bucket = unique("job"), cloud.bucket()
    cloud.client("s3").put_object(Bucket=bucket, Key="job.py", Body=script.encode())
    command = {"Name": "glueetl", "ScriptLocation": f"s3://{bucket}/job.py", "PythonVersion": "3"}
    cloud.client("glue").create_job(
        Name=name, Role=role or cloud.role(["*"]), Command=command, GlueVersion="5.1", **options
    )
    return name


def start(cloud: Cloud, name: str, **arguments: str) -> str:
    """Start a run; its id."""
    given = {f"--{key}": value for key, value in arguments.items()}
    return str(cloud.client("glue").start_job_run(JobName=name, Arguments=given)["JobRunId"])


def ended(cloud: Cloud, name: str, run_id: str, seconds: float = 600) -> dict[str, Any]:
    """The run when it is over."""
    glue = cloud.client("glue")
    return eventually(
        lambda: glue.get_job_run(JobName=name, RunId=run_id)["JobRun"], lambda run: run["JobRunState"] in FINAL, seconds
    )


def run_of(cloud: Cloud, name: str, **arguments: str) -> dict[str, Any]:
    """Run to the end."""
    return ended(cloud, name, start(cloud, name, **arguments))


def output(cloud: Cloud, run: dict[str, Any], kind: str = "output") -> list[str]:
    """What the run printed."""
    group = f"/aws-glue/jobs/{kind}"
    events = cloud.client("logs").filter_log_events(logGroupName=group, logStreamNames=[run["Id"]])["events"]
    return [event["message"] for event in events]


def result(cloud: Cloud, run: dict[str, Any]) -> Any:
    """What `main` returned."""
    assert run["JobRunState"] == "SUCCEEDED", output(cloud, run, "error")
    return json.loads(output(cloud, run)[-1])


def test_a_job_merges_into_a_table_that_another_engine_reads(cloud: Cloud, host: SparkHost) -> None:
    lake = Lake.create(cloud)
    name = spark_job(cloud, MERGE_JOB, DefaultArguments={"--LAKE_BUCKET": lake.bucket, "--DATABASE": lake.database})

    first = run_of(cloud, name, IDS="a,b", NUMBERS="1.10,2.20")
    second = run_of(cloud, name, IDS="b,c", NUMBERS="9.99,3.30")

    assert [result(cloud, run) for run in (first, second)] == [{"rows": 2}, {"rows": 3}]
    rows = sorted((row["id"], str(row["n"])) for row in lake.rows("totals"))
    assert rows == [("a", "1.10"), ("b", "9.99"), ("c", "3.30")]


def test_one_run_leaves_nothing_for_the_next(cloud: Cloud, host: SparkHost) -> None:
    leaking = spark_job(
        cloud,
        """
import os, sys, builtins
def main(spark, args):
    spark.range(3).createOrReplaceTempView('left')
    spark.range(3).createOrReplaceGlobalTempView('left_globally')
    spark.range(7).cache().count()
    spark.conf.set('spark.sql.shuffle.partitions', '77')
    spark.conf.set('spark.sql.ansi.enabled', 'true')
    os.environ['LEFT'] = builtins.LEFT = '1'
    os.chdir('/')
    sys.modules['json'] = None
    spark.stop()
    return {}
""",
    )
    looking = spark_job(
        cloud,
        """
import os, builtins, json
def main(spark, args):
    return {
        'views': [row.viewName for row in spark.sql('SHOW VIEWS').collect()],
        'global': [row.viewName for row in spark.sql('SHOW VIEWS IN global_temp').collect() if not row.isTemporary
                   or row.namespace == 'global_temp'],
        'cached': spark._jsparkSession.sharedState().cacheManager().isEmpty(),
        'partitions': spark.conf.get('spark.sql.shuffle.partitions'),
        'ansi': spark.conf.get('spark.sql.ansi.enabled'),
        'environment': os.environ.get('LEFT'), 'builtins': hasattr(builtins, 'LEFT'), 'folder': os.getcwd() != '/',
    }
""",
    )

    left = run_of(cloud, leaking)
    # Caches are cleared by a process of its own, right after the run.
    found = eventually(lambda: result(cloud, run_of(cloud, looking)), lambda one: one["cached"], 60)

    assert left["JobRunState"] == "SUCCEEDED", left
    assert found == {
        "views": [],
        "global": [],
        "cached": True,
        "partitions": "4",
        "ansi": "false",
        "environment": None,
        "builtins": False,
        "folder": True,
    }


def test_changed_code_takes_effect_in_driver_and_workers(cloud: Cloud, host: SparkHost) -> None:
    bucket = cloud.bucket()
    script = """
def main(spark, args):
    from parts import answer
    def values(rows):
        import boto3
        from parts import answer as there
        boto3.client('s3').put_object(Bucket=args['BUCKET'], Key='from-a-worker', Body=b'')
        return [there.VALUE for row in rows]
    return {'driver': answer.VALUE, 'workers': spark.range(1).rdd.mapPartitions(values).collect()}
"""
    name = spark_job(
        cloud, script, DefaultArguments={"--extra-py-files": f"s3://{bucket}/parts.zip", "--BUCKET": bucket}
    )

    def publish(value: str) -> None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("parts/__init__.py", "")
            archive.writestr("parts/answer.py", f"VALUE = {value!r}\n")
        cloud.client("s3").put_object(Bucket=bucket, Key="parts.zip", Body=out.getvalue())

    found = []
    for value in ("one", "two"):
        publish(value)
        found.append(result(cloud, run_of(cloud, name)))

    assert found == [{"driver": value, "workers": [value]} for value in ("one", "two")]
    # A client made in a worker speaks to this machine, too.
    assert cloud.client("s3").head_object(Bucket=bucket, Key="from-a-worker")["ContentLength"] == 0


def test_a_failing_job_says_why_and_fails_alone(cloud: Cloud, host: SparkHost) -> None:
    python = spark_job(cloud, "def main(spark, args):\n    raise ValueError('broken contract')\n")
    java = spark_job(cloud, "def main(spark, args):\n    spark.sql('SELECT * FROM glue_catalog.none.none').show()\n")
    none = spark_job(cloud, "print('no entry')\n")
    good = spark_job(cloud, "def main(spark, args):\n    return {'sum': spark.range(5).count()}\n")

    runs = [run_of(cloud, name) for name in (python, java, none)]
    after = run_of(cloud, good)

    assert [run["JobRunState"] for run in runs] == ["FAILED"] * 3
    messages = [run["ErrorMessage"] for run in runs]
    assert messages[0] == "ValueError: broken contract"
    assert "TABLE_OR_VIEW_NOT_FOUND" in messages[1]
    assert messages[2] == "BadJobError: job.py has no main(spark, args)"
    assert result(cloud, after) == {"sum": 5}


COUNT_JOB = "def main(spark, args):\n    return spark.range(4).count()\n"
SLOW_JOB = """
import os, time
def main(spark, args):
    open(args['MARK'], 'w').write(str(os.getpid()))
    def slow(rows):
        time.sleep(600)
        return rows
    spark.range(2).rdd.mapPartitions(slow).toDF('id long').write.format('parquet').save(args['MARK'] + '.data')
    return {}
"""


def test_a_stopped_run_ends_in_spark_too_and_its_neighbour_goes_on(cloud: Cloud, host: SparkHost) -> None:
    mark = cloud.folder / unique("mark")
    slow = spark_job(cloud, SLOW_JOB)
    neighbour = spark_job(
        cloud,
        """
import os, time
def main(spark, args):
    while not os.path.exists(args['GO']):
        time.sleep(0.05)
    return {'count': spark.range(9).count()}
""",
    )
    go = cloud.folder / unique("go")
    stopped_id, other_id = start(cloud, slow, MARK=str(mark)), start(cloud, neighbour, GO=str(go))
    eventually(Path(f"{mark}.data").exists, bool)

    cloud.client("glue").batch_stop_job_run(JobName=slow, JobRunIds=[stopped_id])
    stopped = ended(cloud, slow, stopped_id)
    go.write_text("")
    other = ended(cloud, neighbour, other_id)

    assert stopped["JobRunState"] == "STOPPED", stopped
    assert result(cloud, other) == {"count": 9}
    assert not (Path(f"{mark}.data") / "_SUCCESS").exists()
    assert not Path(f"/proc/{mark.read_text()}").exists()


def test_when_spark_dies_the_run_has_failed_and_the_next_gets_a_new_one(cloud: Cloud, host: SparkHost) -> None:
    mark = cloud.folder / unique("mark")
    slow, good = (
        spark_job(cloud, SLOW_JOB),
        spark_job(cloud, "def main(spark, args):\n    return spark.range(4).count()\n"),
    )
    run_id = start(cloud, slow, MARK=str(mark))
    eventually(Path(f"{mark}.data").exists, bool)
    before = host.java()

    os.kill(before, signal.SIGKILL)
    run = ended(cloud, slow, run_id)
    after = run_of(cloud, good)

    assert run["JobRunState"] == "FAILED"
    assert result(cloud, after) == 4
    assert host.java() != before


def test_when_the_host_dies_its_runs_fail_and_no_process_of_it_stays(cloud: Cloud, host: SparkHost) -> None:
    mark = cloud.folder / unique("mark")
    slow = spark_job(cloud, SLOW_JOB)
    run_id = start(cloud, slow, MARK=str(mark))
    eventually(Path(f"{mark}.data").exists, bool)
    pids = [host.java(), int(mark.read_text())]

    host.stop(signal.SIGKILL)
    run = ended(cloud, slow, run_id)
    gone = eventually(lambda: [pid for pid in pids if Path(f"/proc/{pid}").exists()], lambda alive: not alive)
    host.start()
    after = run_of(cloud, spark_job(cloud, COUNT_JOB))

    assert (run["JobRunState"], run["ErrorMessage"]) == ("FAILED", "The Spark host ended while the job ran.")
    assert gone == []
    assert result(cloud, after) == 4


@pytest.mark.parametrize(
    ("actions", "denied"),
    [
        (["glue:*", "s3:GetObject", "s3:ListBucket"], "Status Code: 403"),
        (["glue:Get*", "s3:*"], "glue:CreateTable"),
    ],
)
def test_spark_reads_and_writes_as_the_jobs_role(
    cloud: Cloud, host: SparkHost, actions: list[str], denied: str
) -> None:
    lake = Lake.create(cloud)
    defaults = {"--LAKE_BUCKET": lake.bucket, "--DATABASE": lake.database}
    name = spark_job(cloud, MERGE_JOB, role=cloud.role(actions), DefaultArguments=defaults)

    run = run_of(cloud, name, IDS="a", NUMBERS="1")

    assert run["JobRunState"] == "FAILED"
    assert any(denied in line for line in output(cloud, run, "error"))
