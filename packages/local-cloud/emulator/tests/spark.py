"""A Spark host of a test's own, beside its emulator."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

from emulator.tests.cloud import ROOM, Cloud, eventually

_LOCAL = ROOM.parents[1] / ".local"
# What `npm run setup` makes: the jobs' Python environment and Spark's jars.
JOBS_PYTHON = Path(os.environ.get("LEAN_OPS_JOBS_PYTHON") or _LOCAL / "venv-jobs/bin/python")
JARS = Path(os.environ.get("LEAN_OPS_JARS") or _LOCAL / "jars")
CLIENT = ROOM / "emulator/spark_host/client.py"


def emulator_settings(folder: Path) -> dict[str, str]:
    """What an emulator needs so that its Spark jobs run in the host of `folder`."""
    return {
        "JOB_PYTHON": str(JOBS_PYTHON),
        "JOB_RUNNER": str(CLIENT),
        "SPARK_HOST_FILE": str(folder / "spark/host.json"),
    }


class SparkHost:
    """One host process; it starts Spark with its first job."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.folder = cloud.folder / "spark"
        self.log = cloud.folder / "spark-host.log"
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start and wait for the ready line."""
        env = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/tmp"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.cloud.port}",
            "SPARK_HOST_DIR": str(self.folder),
            "LOG_DIR": str(self.cloud.folder / "logs"),
            "SPARK_JARS_DIR": str(JARS),
        }
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [JOBS_PYTHON, "-m", "emulator.spark_host"], cwd=ROOM, env=env, stdout=log, stderr=log, text=True
            )
        eventually((self.folder / "host.json").exists, bool, 60)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Send a signal and wait for the end."""
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(timeout=20)

    def java(self) -> int:
        """The pid of its JVM, when Spark is up."""
        path = self.folder / "session.json"
        session: dict[str, Any] = json.loads(
            eventually(lambda: path.read_text() if path.exists() else "{}", lambda text: "jvm" in text, 600)
        )
        return int(session["jvm"])
