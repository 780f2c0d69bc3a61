"""A handle on one emulator process and short ways to make what tests need."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import boto3
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

T = TypeVar("T")
ROOM = Path(__file__).resolve().parents[2]
REGION = "us-east-1"
ACCOUNT = "000000000000"
_SERVICES = ("lambda", "glue", "firehose", "states")
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": [f"{name}.amazonaws.com" for name in _SERVICES]},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def node_binary() -> str:
    """The workspace's Node, else the machine's."""
    local = ROOM.parents[1] / "node_modules/.bin/node"
    return str(local) if local.exists() else (shutil.which("node") or "node")


class Cloud:
    """One emulator with its own port and folder."""

    def __init__(self, folder: Path, **env: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.env = env
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start and wait for the ready line."""
        env = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/tmp"),
            "GATEWAY_PORT": str(self.port),
            "STATE_DIR": str(self.folder / "state"),
            "S3_DATA_DIR": str(self.folder / "s3"),
            "LOG_DIR": str(self.folder / "logs"),
            "FAULTS_FILE": str(self.folder / "faults.json"),
            "INSPECT_FILE": str(self.folder / "inspect.json"),
            "NODE_BIN": node_binary(),
            "FIREHOSE_SECONDS": "0.5",
            "AUTOSAVE_SECONDS": "0.5",
            "ALARM_SECONDS": "0.3",
            **self.env,
        }
        with (self.folder / "emulator.log").open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "emulator"], cwd=ROOM, env=env, stdout=subprocess.PIPE, stderr=log, text=True
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert json.loads(line or "{}").get("ready"), (self.folder / "emulator.log").read_text()[-3000:]

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Send a signal and wait for the end."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGUSR1)
                time.sleep(0.5)
                self.process.kill()
                raise AssertionError((self.folder / "emulator.log").read_text()[-6000:]) from None
        if self.process is not None and self.process.stdout is not None:
            self.process.stdout.close()

    def kill(self) -> None:
        """SIGKILL."""
        self.stop(signal.SIGKILL)

    def client(self, service: str, **credentials: str) -> Any:
        """A boto3 client; root unless credentials are given. It never retries: tests want the first answer."""
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", **credentials}
        config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, parameter_validation=False)
        return boto3.client(
            service, endpoint_url=f"http://127.0.0.1:{self.port}", region_name=REGION, config=config, **keys
        )

    def control(self, what: str) -> None:
        """`save` or `flush`, done when this returns."""
        answer = requests.post(f"http://127.0.0.1:{self.port}/_emulator/{what}", timeout=120)
        assert answer.json() == {"done": True}, answer.text

    def post(self, service: str, target: str, json_version: str, body: str) -> tuple[int, str]:
        """A JSON-RPC call with exactly this body, signed as root; (status, text)."""
        headers = {"X-Amz-Target": target, "Content-Type": f"application/x-amz-json-{json_version}"}
        return self.post_raw(service, "/", headers, body.encode())

    def post_raw(self, service: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, str]:
        """A POST of exactly these bytes, signed as root; (status, text)."""
        url = f"http://127.0.0.1:{self.port}{path}"
        request = AWSRequest("POST", url, headers=headers, data=body)
        SigV4Auth(Credentials("test", "test"), service, REGION).add_auth(request)
        answer = requests.post(url, data=body, headers=dict(request.headers), timeout=30)
        return answer.status_code, answer.text

    def role(self, actions: list[str] | None = None, resource: str = "*") -> str:
        """A role that may do the actions (nothing without any); its ARN."""
        name = unique("role")
        iam = self.client("iam")
        arn = str(iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)["Role"]["Arn"])
        if actions:
            statement = {"Effect": "Allow", "Action": actions, "Resource": resource}
            document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
            iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=document)
        return arn

    def function(
        self, source: str, role: str | None = None, files: dict[str, str] | None = None, **options: Any
    ) -> str:
        """A Node function from the text of its index.mjs; its name."""
        name = unique("function")
        self.client("lambda").create_function(
            FunctionName=name,
            Role=role or self.role(["*"]),
            Runtime="nodejs22.x",
            Handler="index.handler",
            Code={"ZipFile": zipped({"index.mjs": source, **(files or {})})},
            **{"Timeout": 10, **options},
        )
        return name

    def invoke(self, name: str, event: Any) -> tuple[Any, str | None]:
        """(answer, FunctionError)."""
        answer = self.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event))
        return json.loads(answer["Payload"].read() or "null"), answer.get("FunctionError")

    def queue(self, **attributes: str) -> tuple[str, str]:
        """A queue; (URL, ARN)."""
        name = unique("queue")
        url = str(self.client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"])
        return url, f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"

    def bucket(self) -> str:
        """A bucket's name."""
        name = unique("bucket")
        self.client("s3").create_bucket(Bucket=name)
        return name

    def depth(self, url: str) -> tuple[int, int]:
        """(visible, in flight) of a queue."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return int(found[names[0]]), int(found[names[1]])

    def write_faults(self, faults: dict[str, Any]) -> None:
        """Replace the faults file in one step."""
        temporary = self.folder / "faults.tmp"
        temporary.write_text(json.dumps(faults))
        temporary.replace(self.folder / "faults.json")


def unique(kind: str) -> str:
    """A name nobody else uses."""
    return f"{kind}-{uuid.uuid4().hex[:10]}"


def zipped(files: dict[str, str]) -> bytes:
    """A deployment package."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()


def eventually(read: Callable[[], T], wanted: Callable[[T], bool], seconds: float = 60) -> T:
    """Read until it is as wanted; the last value then fails the assertion of the caller."""
    deadline = time.time() + seconds
    value = read()
    while not wanted(value) and time.time() < deadline:
        time.sleep(0.05)
        value = read()
    return value
