"""What the stand-in reads from its environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

REGION = "us-east-1"
# The catalog integration that is there from the beginning: this machine's Glue.
CATALOG = "LEAN_OPS"


@dataclass(frozen=True)
class Settings:
    """One start of the stand-in."""

    port: int
    endpoint: str
    state_file: Path
    # How often automatic refresh looks at the catalog; Snowflake's default is 30 s.
    poll_seconds: float


def read_settings(env: Mapping[str, str]) -> Settings:
    """Read the settings; one error that lists what is missing (ValueError)."""
    missing = [name for name in ("PORT", "AWS_ENDPOINT_URL", "SNOWFLAKE_DIR") if not env.get(name)]
    if missing:
        raise ValueError(f"the Snowflake stand-in needs {', '.join(missing)}")
    return Settings(
        port=int(env["PORT"]),
        endpoint=env["AWS_ENDPOINT_URL"],
        state_file=Path(env["SNOWFLAKE_DIR"]).absolute() / "registry.json",
        poll_seconds=float(env.get("SNOWFLAKE_POLL_SECONDS") or 5),
    )
