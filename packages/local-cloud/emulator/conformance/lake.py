"""Glue's Iceberg tables and jobs, Firehose's deliveries to them, Step Functions."""

from __future__ import annotations

import base64
import json
from typing import Any

from .behaviour import behaviour
from .world import World, outcome

TRANSFORM = """
exports.handler = async (event) => ({
  records: event.records.map(({ recordId, data }) => {
    const { fail, table, database, ...row } = JSON.parse(Buffer.from(data, 'base64').toString())
    if (fail) return { recordId, result: 'ProcessingFailed', data }
    const target = { destinationDatabaseName: database, destinationTableName: table, operation: 'insert' }
    const out = Buffer.from(JSON.stringify(row)).toString('base64')
    return { recordId, result: 'Ok', data: out, metadata: { otfMetadata: target } }
  }),
})
"""
FIELDS = [
    {"Id": 1, "Name": "id", "Type": "long", "Required": False},
    {"Id": 2, "Name": "at", "Type": "timestamp", "Required": False},
]


class Lake:
    """A database with tables `one` and `two`, and a stream that routes by record."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.bucket = world.bucket()
        self.database = world.name("db").replace("-", "_")
        glue = world.client("glue")
        glue.create_database(DatabaseInput={"Name": self.database})
        world.later(lambda: glue.delete_database(Name=self.database))
        for table in ("one", "two"):
            self.create(table)

    def create(self, table: str) -> None:
        """A table by Glue's native Iceberg API, partitioned by day."""
        glue = self.world.client("glue")
        wanted = {
            "Location": f"s3://{self.bucket}/{table}",
            "Schema": {"Type": "struct", "Fields": FIELDS},
            "PartitionSpec": {"Fields": [{"SourceId": 2, "Transform": "day", "Name": "at_day"}]},
        }
        operation = {"MetadataOperation": "CREATE", "Version": "2", "CreateIcebergTableInput": wanted}
        glue.create_table(DatabaseName=self.database, Name=table, OpenTableFormatInput={"IcebergInput": operation})
        self.world.later(lambda: glue.delete_table(DatabaseName=self.database, Name=table))

    def stream(self) -> str:
        """A delivery stream with the routing transform and an error prefix."""
        world = self.world
        role = world.role(["lambda:*", "glue:*", "s3:*"])
        function = world.function(TRANSFORM, Timeout=60)
        arn = f"arn:aws:lambda:{world.region}:{world.account}:function:{function}:$LATEST"
        parameters = [{"ParameterName": "LambdaArn", "ParameterValue": arn}]
        destination = {
            "RoleARN": role,
            "CatalogConfiguration": {"CatalogARN": f"arn:aws:glue:{world.region}:{world.account}:catalog"},
            "AppendOnly": True,
            "BufferingHints": {"SizeInMBs": 1, "IntervalInSeconds": 60},
            "ProcessingConfiguration": {
                "Enabled": True,
                "Processors": [{"Type": "Lambda", "Parameters": parameters}],
            },
            "S3Configuration": {
                "RoleARN": role,
                "BucketARN": f"arn:aws:s3:::{self.bucket}",
                "ErrorOutputPrefix": "errors/",
            },
        }
        firehose, name = world.client("firehose"), world.name("stream")
        firehose.create_delivery_stream(
            DeliveryStreamName=name, DeliveryStreamType="DirectPut", IcebergDestinationConfiguration=destination
        )
        world.later(lambda: firehose.delete_delivery_stream(DeliveryStreamName=name))
        world.eventually(
            lambda: firehose.describe_delivery_stream(DeliveryStreamName=name)["DeliveryStreamDescription"][
                "DeliveryStreamStatus"
            ],
            lambda found: found == "ACTIVE",
        )
        return name

    def put(self, stream: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
        """PutRecordBatch of the rows."""
        records = [{"Data": json.dumps({"database": self.database, **row}).encode()} for row in rows]
        answer: dict[str, Any] = self.world.client("firehose").put_record_batch(
            DeliveryStreamName=stream, Records=records
        )
        return answer

    def added(self, table: str) -> int:
        """Rows in the table's current snapshot, from its own metadata file."""
        found = self.world.client("glue").get_table(DatabaseName=self.database, Name=table)["Table"]
        location = found["Parameters"]["metadata_location"].removeprefix("s3://")
        bucket, _, key = location.partition("/")
        metadata = json.loads(self.world.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read())
        current = metadata.get("current-snapshot-id")
        for snapshot in metadata.get("snapshots", []):
            if snapshot["snapshot-id"] == current:
                return int(snapshot["summary"].get("total-records", 0))
        return 0

    def errors(self) -> list[tuple[str, dict[str, Any]]]:
        """(kind, line) of the error objects."""
        s3 = self.world.client("s3")
        lines = []
        for item in s3.list_objects_v2(Bucket=self.bucket, Prefix="errors/").get("Contents", []):
            text = s3.get_object(Bucket=self.bucket, Key=item["Key"])["Body"].read().decode()
            kind = item["Key"].split("/")[1]
            lines += [(kind, json.loads(line)) for line in text.splitlines() if line.strip()]
        return lines


@behaviour(
    "Firehose",
    "otfMetadata routes each record to its table",
    {"answers": [0, 3], "rows": [2, 1]},
    "Data Firehose Developer Guide: route incoming records to different Iceberg tables; API: PutRecordBatch",
)
def routing(world: World) -> dict[str, Any]:
    lake = Lake(world)
    stream = lake.stream()
    micros = 1_795_000_000_000_000
    answer = lake.put(
        stream, [{"id": n, "at": micros, "table": table} for n, table in enumerate(("one", "one", "two"))]
    )
    rows = world.eventually(lambda: [lake.added("one"), lake.added("two")], lambda found: sum(found) == 3, 120)
    ids = {one.get("RecordId") for one in answer["RequestResponses"]} - {None}
    return {"answers": [answer["FailedPutCount"], len(ids)], "rows": rows}


@behaviour(
    "Firehose",
    "what cannot be delivered is a JSON line under the error prefix",
    {
        "processing-failed": ["Lambda.ProcessingFailedStatus", 1],
        "iceberg-failed": ["Iceberg.NoSuchTable", 2],
        "fields": True,
    },
    "Data Firehose Developer Guide: handle data transformation failure; error output for Apache Iceberg tables",
)
def error_objects(world: World) -> dict[str, Any]:
    lake = Lake(world)
    stream = lake.stream()
    lake.put(stream, [{"id": 1, "fail": True, "table": "one"}, {"id": 2, "table": "absent"}])
    lines = world.eventually(lake.errors, lambda found: len(found) >= 2, 120)
    fields = {"attemptsMade", "arrivalTimestamp", "errorCode", "errorMessage", "attemptEndingTimestamp", "rawData"}
    found: dict[str, Any] = {
        kind: [line["errorCode"], json.loads(base64.b64decode(line["rawData"]))["id"]] for kind, line in lines
    }
    return {**found, "fields": all(fields <= set(line) for _, line in lines)}


@behaviour(
    "Firehose",
    "500 records, 4 MiB a batch, 1,000 KiB a record",
    ["InvalidArgumentException"] * 3,
    "Data Firehose API Reference: PutRecordBatch; quotas",
)
def put_limits(world: World) -> list[str]:
    lake = Lake(world)
    stream = lake.stream()
    put = world.client("firehose").put_record_batch
    batches = [[b"x"] * 501, [b"x" * 700_000] * 7, [b"x" * (1000 * 1024 + 1)]]
    return [outcome(put, DeliveryStreamName=stream, Records=[{"Data": data} for data in batch]) for batch in batches]


@behaviour(
    "Glue",
    "a table's update with an old version is refused",
    ["accepted", "ConcurrentModificationException"],
    "Glue API Reference: UpdateTable, VersionId",
)
def optimistic_lock(world: World) -> list[str]:
    lake = Lake(world)
    glue = world.client("glue")
    table = glue.get_table(DatabaseName=lake.database, Name="one")["Table"]
    known = {"Name", "Description", "Owner", "StorageDescriptor", "PartitionKeys", "TableType", "Parameters"}
    entry = {key: value for key, value in table.items() if key in known}
    update = {"DatabaseName": lake.database, "TableInput": entry, "VersionId": table["VersionId"]}
    return [outcome(glue.update_table, **update), outcome(glue.update_table, **update)]


def job(world: World, script: str) -> str:
    """A Python shell job (seconds to start on an account too); its name."""
    glue, name, bucket = world.client("glue"), world.name("job"), world.bucket()
    world.client("s3").put_object(Bucket=bucket, Key="job.py", Body=script.encode())
    command = {"Name": "pythonshell", "PythonVersion": "3.9", "ScriptLocation": f"s3://{bucket}/job.py"}
    glue.create_job(Name=name, Role=world.role(["s3:*"]), Command=command, ExecutionProperty={"MaxConcurrentRuns": 1})
    world.later(lambda: glue.delete_job(JobName=name))
    return name


def machine(world: World, states: dict[str, Any]) -> str:
    """A Standard state machine; its ARN."""
    sfn = world.client("stepfunctions")
    role = world.role(["glue:*", "lambda:*", "events:*"])
    definition = json.dumps({"StartAt": next(iter(states)), "States": states})
    arn = sfn.create_state_machine(name=world.name("machine"), definition=definition, roleArn=role)["stateMachineArn"]
    world.later(lambda: sfn.delete_state_machine(stateMachineArn=arn))
    return str(arn)


@behaviour(
    "Step Functions",
    "glue:startJobRun.sync returns the JobRun itself",
    {"status": "SUCCEEDED", "state": "SUCCEEDED", "arguments": {"--topic": "orders"}, "wrapped": False},
    "Step Functions Developer Guide: Glue integration; Glue API Reference: JobRun",
)
def job_sync(world: World) -> dict[str, Any]:
    name = job(world, "print('done')")
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::glue:startJobRun.sync",
        "Parameters": {"JobName": name, "Arguments": {"--topic": "orders"}},
        "End": True,
    }
    sfn = world.client("stepfunctions")
    execution = sfn.start_execution(stateMachineArn=machine(world, {"Run": task}))["executionArn"]
    found = world.eventually(
        lambda: sfn.describe_execution(executionArn=execution), lambda one: one["status"] != "RUNNING", 120
    )
    run = json.loads(found.get("output", "{}"))
    return {
        "status": found["status"],
        "state": run.get("JobRunState"),
        "arguments": run.get("Arguments"),
        "wrapped": "JobRun" in run,
    }


@behaviour(
    "Glue",
    "one run too many is ConcurrentRunsExceededException",
    ["accepted", "ConcurrentRunsExceededException"],
    "Glue API Reference: StartJobRun",
)
def concurrent_runs(world: World) -> list[str]:
    name = job(world, "import time; time.sleep(20)")
    start = world.client("glue").start_job_run
    return [outcome(start, JobName=name), outcome(start, JobName=name)]


@behaviour(
    "Step Functions",
    "a start with the same name and input is the same execution, with another input an error",
    [True, "ExecutionAlreadyExists", "InvalidExecutionInput"],
    "Step Functions API Reference: StartExecution; quotas (256 KiB input)",
)
def idempotent_start(world: World) -> list[Any]:
    sfn = world.client("stepfunctions")
    arn = machine(world, {"Wait": {"Type": "Wait", "Seconds": 20, "End": True}})
    name = world.name("execution")
    start = {"stateMachineArn": arn, "name": name, "input": '{"n":1}'}
    first, second = sfn.start_execution(**start), sfn.start_execution(**start)
    return [
        first["executionArn"] == second["executionArn"],
        outcome(sfn.start_execution, **{**start, "input": '{"n":2}'}),
        outcome(sfn.start_execution, stateMachineArn=arn, input=json.dumps("x" * 256 * 1024)),
    ]
