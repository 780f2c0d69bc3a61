"""`measure.py <command…>`: runs a command and prints, as its last line, what its whole process tree took.

CPU = user + system of every process of the tree, the JVM and Python workers included: this process becomes the reaper of
orphans and waits for them all. Memory = the greatest sum of resident sets, seen twice a second. Linux only.
"""

import ctypes
import json
import os
import resource
import subprocess
import sys
import threading
import time
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36


def tree_megabytes(session: int) -> float:
    """Resident memory of all processes of a session."""
    total = 0
    page = os.sysconf("SC_PAGE_SIZE")
    for process in Path("/proc").iterdir():
        if not process.name.isdigit():
            continue
        try:
            fields = (process / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[3]) == session:
            total += int(fields[21]) * page
    return total / 1e6


def main() -> None:
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    started = time.monotonic()
    child = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, text=True, start_new_session=True)
    peak = 0.0
    is_over = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not is_over.wait(0.5):
            peak = max(peak, tree_megabytes(child.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    output, _ = child.communicate()
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
    is_over.set()
    watcher.join()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    last = (output or "").strip().split("\n")[-1]
    print(
        json.dumps(
            {
                "exitCode": child.returncode,
                "wallSeconds": round(time.monotonic() - started, 2),
                "cpuSeconds": round(used.ru_utime + used.ru_stime, 2),
                "peakMegabytes": round(peak, 1),
                "output": json.loads(last) if last.startswith("{") else None,
            }
        )
    )


main()
