"""Runs a job's command and ends with the emulator: when our standard input closes, the whole group is killed.

Started as a script (`python job_guard.py <command> …`), in a session of its own; the command's exit code is ours.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading


def main() -> int:
    """Run the command of our arguments; a stop by SIGTERM reaches it through the process group."""
    # A handler and not SIG_IGN: ignored signals would be inherited by the job.
    signal.signal(signal.SIGTERM, lambda _number, _frame: None)
    threading.Thread(target=_die_with_parent, daemon=True).start()
    code = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, check=False).returncode
    return code if code >= 0 else 128 - code


def _die_with_parent() -> None:
    # Nobody writes here: a read returns when the emulator is gone, however it ended.
    os.read(0, 1)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
