"""Everything the emulator reads from its environment, in one place."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ACCOUNT_ID = "000000000000"
REGION = "us-east-1"

# What a child (function, job) may inherit from us. Functions on AWS do not see the developer's shell either.
INHERITED = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "JAVA_HOME")


@dataclass(frozen=True)
class Settings:
    """One start of the emulator. All paths are absolute; seconds are floats."""

    port: int
    state_dir: Path
    s3_data_dir: Path
    log_dir: Path
    faults_file: Path
    inspect_file: Path
    node: str
    job_python: str
    job_runner: str
    spark_host_file: str
    firehose_seconds: float
    autosave_seconds: float
    is_auth_enforced: bool
    account_concurrency: int
    alarm_seconds: float
    states_wait_scale: float
    log_level: str

    @property
    def endpoint(self) -> str:
        """Where this emulator answers, for clients on this machine."""
        return f"http://127.0.0.1:{self.port}"


def read_settings(env: Mapping[str, str]) -> Settings:
    """Read the settings; one error that lists every bad variable (ValueError)."""
    problems: list[str] = []

    def number(name: str, default: float) -> float:
        raw = env.get(name, "")
        if raw == "":
            return default
        try:
            value = float(raw)
        except ValueError:
            problems.append(f"{name} must be a number, got {raw!r}")
            return default
        if value < 0:
            problems.append(f"{name} must not be negative, got {raw}")
        return value

    state_dir = Path(env.get("STATE_DIR", ".local/state/emulator")).absolute()
    settings = Settings(
        port=int(number("GATEWAY_PORT", 4566)),
        state_dir=state_dir,
        s3_data_dir=Path(env.get("S3_DATA_DIR") or state_dir / "s3").absolute(),
        log_dir=Path(env.get("LOG_DIR") or state_dir / "logs").absolute(),
        faults_file=Path(env.get("FAULTS_FILE") or state_dir / "faults.json").absolute(),
        inspect_file=Path(env.get("INSPECT_FILE") or state_dir / "inspect.json").absolute(),
        node=env.get("NODE_BIN") or "node",
        job_python=env.get("JOB_PYTHON") or sys.executable,
        job_runner=env.get("JOB_RUNNER") or "",
        spark_host_file=env.get("SPARK_HOST_FILE") or "",
        firehose_seconds=number("FIREHOSE_SECONDS", 0),
        autosave_seconds=number("AUTOSAVE_SECONDS", 2),
        is_auth_enforced=env.get("AUTH", "true").lower() == "true",
        account_concurrency=int(number("LAMBDA_CONCURRENCY", 16)),
        alarm_seconds=number("ALARM_SECONDS", 2),
        states_wait_scale=number("STATES_WAIT_SCALE", 1),
        log_level=env.get("LOG_LEVEL", "WARNING").upper(),
    )
    if problems:
        raise ValueError("; ".join(problems))
    return settings


def apply_environment(settings: Settings) -> None:
    """Replace this process's environment by the inherited few and what MiniStack reads at import."""
    kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
    os.environ.clear()
    os.environ.update(kept)
    os.environ.update(
        {
            "GATEWAY_PORT": str(settings.port),
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "localhost",
            "MINISTACK_REGION": REGION,
            "MINISTACK_ACCOUNT_ID": ACCOUNT_ID,
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "PERSIST_STATE": "1",
            "STATE_DIR": str(settings.state_dir),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(settings.s3_data_dir),
            "LAMBDA_ACCOUNT_CONCURRENCY": str(settings.account_concurrency),
            # Waits and the pauses before retries, as a share of what a state machine says.
            "SFN_WAIT_SCALE": str(settings.states_wait_scale),
            "AUTH": "true" if settings.is_auth_enforced else "false",
            "LOG_LEVEL": settings.log_level,
            # No Docker: a reachable daemon would change which executor MiniStack picks.
            "DOCKER_HOST": "unix:///nonexistent/docker.sock",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
        }
    )
