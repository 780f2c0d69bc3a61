"""One run of a job in a forked process: its own interpreter state, environment, folder and Spark session."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shlex
import sys
import traceback
from pathlib import Path
from typing import Any

from . import jvm
from .settings import HostSettings, catalog_conf


class BadJobError(Exception):
    """The script or its arguments cannot be run; the message says why."""


def run_job(settings: HostSettings, request: dict[str, Any], run_name: str) -> int:
    """Run the script's `main(spark, args)`; the exit code. Output and errors are already where they belong."""
    os.environ.clear()
    os.environ.update(request["env"])
    sys.argv = [request["script"], *request["argv"]]
    try:
        args = read_arguments(request["argv"])
        archives = fetch_archives(settings, args.get("extra-py-files", ""))
        sys.path[:0] = archives
        spark = attach(settings, run_name, args, archives)
        result = load_main(request["script"])(spark, args)
        print(json.dumps(result, default=str), flush=True)
        return 0
    except SystemExit as ended:
        return _exit_code(ended)
    except BaseException as error:
        traceback.print_exc()
        # The last line becomes the run's error message; a Java stack trace would end in a line that says nothing.
        print(f"{type(error).__name__}: {_first_line(error)}", file=sys.stderr)
        return 1


def read_arguments(argv: list[str]) -> dict[str, str]:
    """`--NAME value` pairs without the dashes (BadJobError for anything else)."""
    if len(argv) % 2 or any(not name.startswith("--") for name in argv[::2]):
        raise BadJobError(f"arguments must be pairs of --NAME and value, got {argv}")
    return {name[2:]: value for name, value in zip(argv[::2], argv[1::2], strict=True)}


def load_main(script: str) -> Any:
    """The script's `main`, from the file as it is now (BadJobError without one)."""
    spec = importlib.util.spec_from_file_location("lean_ops_job", script)
    if spec is None or spec.loader is None:
        raise BadJobError(f"{script} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules["lean_ops_job"] = module
    spec.loader.exec_module(module)
    main = getattr(module, "main", None)
    if not callable(main):
        raise BadJobError(f"{Path(script).name} has no main(spark, args)")
    return main


def fetch_archives(settings: HostSettings, urls: str) -> list[str]:
    """`--extra-py-files` as local paths named by their content, so that changed code is other code for every worker."""
    found = []
    for url in filter(None, (part.strip() for part in urls.split(","))):
        content = _read(url)
        digest = hashlib.sha256(content).hexdigest()[:16]
        folder = settings.state_dir / "archives" / digest
        path = folder / url.rsplit("/", 1)[-1]
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            temporary = path.with_suffix(f".{os.getpid()}")
            temporary.write_bytes(content)
            temporary.replace(path)
        found.append(str(path))
    return found


def _read(url: str) -> bytes:
    if not url.startswith("s3://"):
        return Path(url).read_bytes()
    import boto3
    from botocore.config import Config

    bucket, _, key = url.removeprefix("s3://").partition("/")
    s3 = boto3.client("s3", config=Config(s3={"addressing_style": "path"}))
    content: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    return content


def attach(settings: HostSettings, run_name: str, args: dict[str, str], archives: list[str]) -> Any:
    """A new session of the running application, with the job's `--conf` and this machine's catalog on top."""
    from pyspark import SparkConf, SparkContext
    from pyspark.sql import SparkSession

    gateway = jvm.connect(jvm.wait_for_session(settings))
    base = gateway.jvm.SparkSession.getDefaultSession().get()
    context = SparkContext(
        gateway=gateway,
        jsc=gateway.jvm.JavaSparkContext(base.sparkContext()),
        conf=SparkConf(_jvm=gateway.jvm, _jconf=base.sparkContext().conf()),
    )
    # Python workers are kept per environment: with the archive's path in it, changed code gets new ones.
    context.environment["PYTHONPATH"] = ":".join(archives)
    context._python_includes.extend(archives)
    gateway.jvm.java.lang.Thread.currentThread().setName(run_name)
    context.setJobGroup(run_name, args.get("JOB_NAME", "job"), interruptOnCancel=True)
    root = SparkSession(context, jsparkSession=base)
    _give_every_session(read_conf(args.get("conf", "")) | catalog_conf(settings.endpoint, os.environ))
    spark = root.newSession()
    SparkSession._instantiatedSession = SparkSession._activeSession = spark
    gateway.jvm.SparkSession.setActiveSession(spark._jsparkSession)
    # The application outlives the job: a job that stops Spark means its own part only.
    SparkSession.stop = SparkContext.stop = lambda _self: None
    return spark


def _give_every_session(conf: dict[str, str]) -> None:
    """On Glue these are settings of the application; here of the run, so also of sessions that the job itself makes."""
    from pyspark.sql import SparkSession

    original = SparkSession.newSession

    def new_session(self: Any) -> Any:
        session = original(self)
        for key, value in conf.items():
            _set(session, key, value)
        return session

    SparkSession.newSession = new_session


def read_conf(text: str) -> dict[str, str]:
    """Glue's `--conf` argument: `a=b --conf c=d …`."""
    words = [word for word in shlex.split(text) if word != "--conf"]
    return {key: value for key, _, value in (word.partition("=") for word in words)}


def _set(spark: Any, key: str, value: str) -> None:
    from pyspark.errors import AnalysisException

    try:
        spark.conf.set(key, value)
    except AnalysisException:
        # Static settings belong to the application, which the host has set up.
        if spark.conf.get(key, None) != value:
            print(f"{key} is the application's and stays as it is", file=sys.stderr)


def _exit_code(ended: SystemExit) -> int:
    if ended.code is None or isinstance(ended.code, int):
        return ended.code or 0
    print(ended.code, file=sys.stderr)
    return 1


def _first_line(error: BaseException) -> str:
    text = str(error)
    java = getattr(error, "java_exception", None)
    if java is not None:
        text = str(java.toString())
    return next((line for line in text.splitlines() if line.strip()), "")[:1500]
