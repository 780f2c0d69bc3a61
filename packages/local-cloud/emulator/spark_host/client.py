"""Runs a job's script in the warm Spark host: `client.py <script> <arguments>`; its exit code is the job's.

The emulator starts this in place of the script (JOB_RUNNER), so a run has a process of its own to wait for, to stop
and to kill. Standard library only: it must start fast. Output goes straight from the job into our stdout and stderr.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import time
from typing import Any

HOST_SECONDS_MAX = 120.0


def main() -> int:
    """Hand the job to the host and wait; SIGTERM asks the host to stop the job and waits for its end."""
    host = _connect(os.environ["SPARK_HOST_FILE"], time.monotonic() + HOST_SECONDS_MAX)
    if host is None:
        print(
            f"No Spark host answered within {HOST_SECONDS_MAX:.0f} s: `npm run local -- status` shows whether it runs.",
            file=sys.stderr,
        )
        return 1

    def stop(_number: int, _frame: Any) -> None:
        host.shutdown(socket.SHUT_WR)

    signal.signal(signal.SIGTERM, stop)
    request = json.dumps({"script": sys.argv[1], "argv": sys.argv[2:], "env": dict(os.environ)}).encode()
    socket.send_fds(host, [len(request).to_bytes(4, "big")], [1, 2])
    host.sendall(request)
    answer = b""
    while chunk := host.recv(4096):
        answer += chunk
    if not answer:
        print("The Spark host ended while the job ran.", file=sys.stderr)
        return 1
    result = json.loads(answer)
    if result.get("error"):
        print(result["error"], file=sys.stderr)
    return int(result["code"])


def _connect(host_file: str, deadline: float) -> socket.socket | None:
    while time.monotonic() < deadline:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            with open(host_file, encoding="utf-8") as file:  # noqa: PTH123 - pathlib would double our start-up time
                connection.connect(json.load(file)["socket"])
            return connection
        except (OSError, ValueError):
            # Starting for the first time, or again after a crash: the supervisor sees to it.
            connection.close()
            time.sleep(0.1)
    return None


if __name__ == "__main__":
    sys.exit(main())
