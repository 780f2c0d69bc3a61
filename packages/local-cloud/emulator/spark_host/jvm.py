"""The JVM with the one Spark application: how it is started, and how forked processes reach it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .settings import REGION, HostSettings, application_conf, java_home

# A loaded machine needs minutes; a JVM that ends earlier is noticed at once.
START_SECONDS_MAX = 600.0
INHERITED = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "SSL_CERT_FILE", "SSL_CERT_DIR")


class SparkStartError(RuntimeError):
    """Spark did not come up; the message names the log."""


def launch(settings: HostSettings, connection_file: Path) -> subprocess.Popen[bytes]:
    """Start the JVM; it ends when our end of its standard input closes, that is with this process."""
    from pyspark.find_spark_home import _find_spark_home

    command = [str(Path(_find_spark_home()) / "bin/spark-submit")]
    for key, value in application_conf(settings).items():
        command += ["--conf", f"{key}={value}"]
    env = {name: os.environ[name] for name in INHERITED if name in os.environ}
    env |= {
        "JAVA_HOME": java_home(),
        "_PYSPARK_DRIVER_CONN_INFO_PATH": str(connection_file),
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_LOCAL_IP": "127.0.0.1",
        # Root of the local account; what a job's role may do is checked by the credentials in its own catalog.
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        # For clients that a job makes in Python workers: these inherit this environment, not the job's.
        "AWS_ENDPOINT_URL": settings.endpoint,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    settings.log_dir.mkdir(parents=True, exist_ok=True)
    with (settings.log_dir / "spark-jvm.log").open("ab") as log:
        return subprocess.Popen(
            [*command, "pyspark-shell"],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            env=env,
            cwd=settings.state_dir,
            # What it spawns goes with it: a helper caught at its start would keep the JVM's sockets open.
            process_group=0,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
        )


def create_application(settings: HostSettings, connection_file: Path, jvm_pid: int) -> None:
    """Make the Spark application in a fresh JVM and write the session file; run in a forked process."""
    from pyspark import SparkContext
    from pyspark.java_gateway import launch_gateway
    from pyspark.serializers import UTF8Deserializer, read_int
    from pyspark.sql import SparkSession

    deadline = time.monotonic() + START_SECONDS_MAX
    while not connection_file.exists():
        # Raises ProcessLookupError when it is gone.
        os.kill(jvm_pid, 0)
        if time.monotonic() > deadline:
            raise SparkStartError("the JVM did not open its port in time")
        time.sleep(0.05)
    with connection_file.open("rb") as file:
        port, secret = read_int(file), UTF8Deserializer().loads(file)
    connection_file.unlink()
    _name_gateway({"port": port, "secret": secret})
    context = SparkContext(gateway=launch_gateway())
    context.setLogLevel("ERROR")
    session = SparkSession(context)
    # Loads what the first job would wait for.
    session.sql("SELECT 1").collect()
    _write_session(settings, {"port": port, "secret": secret, "jvm": jvm_pid})


def wait_for_session(settings: HostSettings) -> dict[str, Any]:
    """The session file's content (SparkStartError when it does not come)."""
    deadline = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < deadline:
        try:
            found: dict[str, Any] = json.loads(settings.session_file.read_text())
        except FileNotFoundError:
            time.sleep(0.05)
            continue
        if "port" in found:
            return found
        break
    raise SparkStartError(f"Spark did not start: see {settings.log_dir / 'spark-jvm.log'}")


def report_failure(settings: HostSettings) -> None:
    """Tell who waits for the session that it will not come."""
    _write_session(settings, {})


def _write_session(settings: HostSettings, content: dict[str, Any]) -> None:
    temporary = settings.session_file.with_suffix(".tmp")
    temporary.write_text(json.dumps(content))
    # It holds the secret by which the JVM runs what it is told.
    temporary.chmod(0o600)
    temporary.replace(settings.session_file)


def connect(session: Mapping[str, Any]) -> Any:
    """A py4j gateway to the running JVM."""
    from pyspark.java_gateway import launch_gateway

    _name_gateway(session)
    return launch_gateway()


def _name_gateway(session: Mapping[str, Any]) -> None:
    os.environ["PYSPARK_GATEWAY_PORT"] = str(session["port"])
    os.environ["PYSPARK_GATEWAY_SECRET"] = str(session["secret"])
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
