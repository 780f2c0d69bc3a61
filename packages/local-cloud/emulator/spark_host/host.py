"""The host's own loop: takes runs, forks a process for each, watches them and the JVM.

One thread and no connection to the JVM of its own, so that a fork is safe at any time. Everything that talks to Spark
happens in forked processes: making the application, the runs, and cleaning up behind them.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import janitor, jvm
from .run_job import run_job
from .settings import HostSettings

# Above this share of the heap after a collection the JVM is replaced while nobody uses it.
HEAP_SHARE_MAX = 0.6
STOP_SECONDS_MAX = 5.0
REQUEST_SECONDS_MAX = 5.0


@dataclass
class Run:
    """A run in its forked process."""

    name: str
    connection: socket.socket
    pid: int
    folder: Path
    stop_by: float | None = None
    # Its JVM is gone.
    is_lost: bool = False


@dataclass
class Host:
    """State of the loop."""

    settings: HostSettings
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    runs: dict[int, Run] = field(default_factory=dict)
    # Forked processes of our own: pid → what to do with the exit status.
    chores: dict[int, Callable[[int], None]] = field(default_factory=dict)
    java: subprocess.Popen[bytes] | None = None
    server: socket.socket | None = None
    # Read end and write end of a pipe that closes with us.
    lifeline: tuple[int, int] = field(default_factory=os.pipe)
    count: int = 0
    is_stopping: bool = False

    def serve(self) -> None:
        """Serve until SIGTERM."""
        self.settings.state_dir.mkdir(parents=True, exist_ok=True)
        self.settings.session_file.unlink(missing_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="lean-ops-spark-"))
        wakeup, signalled = socket.socketpair()
        for end in (wakeup, signalled):
            end.setblocking(False)
        signal.set_wakeup_fd(signalled.fileno())
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: setattr(self, "is_stopping", True))
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        self.server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            # A short path: the address of a Unix socket has at most 104 characters.
            self.server.bind(str(folder / "s"))
            self.server.listen(64)
            self.selector.register(self.server, selectors.EVENT_READ, self._accept)
            self.selector.register(wakeup, selectors.EVENT_READ, lambda: wakeup.recv(4096))
            _write(self.settings.host_file, {"pid": os.getpid(), "socket": str(folder / "s")})
            if self.settings.is_warm:
                self._start_java()
            print(json.dumps({"ready": True}), flush=True)
            while not self.is_stopping:
                for key, _ in self.selector.select(timeout=1.0):
                    key.data()
                self._reap()
                self._kill_overdue()
        finally:
            self._end()
            shutil.rmtree(folder, ignore_errors=True)

    def _accept(self) -> None:
        assert self.server is not None
        connection, _ = self.server.accept()
        try:
            connection.settimeout(REQUEST_SECONDS_MAX)
            request, outputs = _receive(connection)
        except (OSError, ValueError) as error:
            say(f"a request could not be read: {error}")
            connection.close()
            return
        if self.java is None:
            self._start_java()
        self.count += 1
        name = f"run-{os.getpid()}-{self.count}"
        folder = Path(tempfile.mkdtemp(prefix="lean-ops-job-"))

        def work() -> int:
            os.chdir(folder)
            for number, output in enumerate(outputs, start=1):
                os.dup2(output, number)
            return run_job(self.settings, request, name)

        pid = self._fork(work, tuple(outputs))
        for output in outputs:
            os.close(output)
        run = Run(name, connection, pid, folder)
        self.runs[pid] = run
        self.selector.register(connection, selectors.EVENT_READ, lambda: self._stop_run(run))

    def _stop_run(self, run: Run) -> None:
        """Its client asked for a stop or is gone: end the run's processes."""
        self.selector.unregister(run.connection)
        run.stop_by = time.monotonic() + STOP_SECONDS_MAX
        _signal_group(run.pid, signal.SIGTERM)

    def _kill_overdue(self) -> None:
        for run in self.runs.values():
            if run.stop_by is not None and time.monotonic() > run.stop_by:
                _signal_group(run.pid, signal.SIGKILL)

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if self.java is not None and pid == self.java.pid:
                self._java_ended(status)
            elif pid in self.runs:
                self._run_ended(self.runs.pop(pid), status)
            elif pid in self.chores:
                self.chores.pop(pid)(status)

    def _run_ended(self, run: Run, status: int) -> None:
        # What it started itself must not outlive it.
        _signal_group(run.pid, signal.SIGKILL)
        shutil.rmtree(run.folder, ignore_errors=True)
        if run.is_lost:
            self._answer(run, 1, "Spark's process ended while the job ran.")
            return
        if os.WIFSIGNALED(status) or run.stop_by is not None:
            self._after_kill(run, status)
            return
        self._answer(run, os.WEXITSTATUS(status))
        self._tidy()

    def _after_kill(self, run: Run, status: int) -> None:
        """A killed run's statement may still be at work in the JVM; only then is the run over for its client."""
        code = 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status) or 143
        error = "" if run.stop_by is not None else f"The job's process was ended by signal {code - 128}."
        if not self.runs:
            # Nobody else uses it: without its JVM nothing of the run can go on.
            self._replace_java(f"{run.name} was killed")
            self._answer(run, code, error)
            return

        def cancelled(chore_status: int) -> None:
            if chore_status != 0:
                self._replace_java(f"{run.name} could not be cancelled")
            self._answer(run, code, error)

        self._chore(lambda: 0 if janitor.cancel(self.settings, run.name) else 1, cancelled)

    def _answer(self, run: Run, code: int, error: str = "") -> None:
        if run.stop_by is None:
            self.selector.unregister(run.connection)
        try:
            run.connection.sendall(json.dumps({"code": code, "error": error}).encode())
        except OSError:
            say(f"{run.name}: its client is gone")
        run.connection.close()

    def _tidy(self) -> None:
        if self.runs or self.java is None:
            return
        reading, writing = os.pipe()

        def work() -> int:
            os.write(writing, json.dumps(janitor.clean(self.settings)).encode())
            return 0

        def cleaned(status: int) -> None:
            text = os.read(reading, 4096)
            os.close(reading)
            if self.runs:
                return
            if status != 0:
                self._replace_java("cleaning up failed")
                return
            heap = json.loads(text)
            if heap["used"] > HEAP_SHARE_MAX * heap["max"]:
                self._replace_java(f"{heap['used'] >> 20} of {heap['max'] >> 20} MB of its heap stay in use")

        self._chore(work, cleaned, keep=(writing,))
        os.close(writing)

    def _start_java(self) -> None:
        connection_file = self.settings.state_dir / f"gateway-{os.getpid()}-{self.count}-{time.monotonic_ns()}"
        self.settings.session_file.unlink(missing_ok=True)
        self.java = java = jvm.launch(self.settings, connection_file)
        started = time.monotonic()

        def work() -> int:
            jvm.create_application(self.settings, connection_file, java.pid)
            return 0

        def created(status: int) -> None:
            if status == 0:
                say(f"Spark is ready after {time.monotonic() - started:.1f} s")
            elif self.java is java:
                java.kill()

        self._chore(work, created)
        say(f"starting Spark in process {java.pid}")

    def _java_ended(self, status: int) -> None:
        """Runs that used it are ended: one that waits for an answer may not notice that nobody is left to give it."""
        say(f"Spark's process ended ({os.waitstatus_to_exitcode(status)})")
        was_up = self.settings.session_file.exists()
        self._forget_java()
        if not was_up:
            # Who waits for it learns of it; the next run tries again.
            jvm.report_failure(self.settings)
            return
        self._end_lost_runs()
        if self.settings.is_warm:
            self._start_java()

    def _end_lost_runs(self) -> None:
        for run in self.runs.values():
            run.is_lost = True
            _signal_group(run.pid, signal.SIGKILL)

    def _replace_java(self, why: str) -> None:
        if self.java is None:
            return
        say(f"replacing Spark's process: {why}")
        java = self.java
        java.kill()
        java.wait()
        self._forget_java()
        self._end_lost_runs()
        if self.settings.is_warm:
            self._start_java()

    def _forget_java(self) -> None:
        self.settings.session_file.unlink(missing_ok=True)
        if self.java is not None:
            _signal_group(self.java.pid, signal.SIGKILL)
            self.java.returncode = 0 if self.java.returncode is None else self.java.returncode
            if self.java.stdin is not None:
                self.java.stdin.close()
        self.java = None

    def _chore(self, work: Callable[[], int], done: Callable[[int], None], keep: tuple[int, ...] = ()) -> None:
        self.chores[self._fork(work, keep)] = done

    def _fork(self, work: Callable[[], int], keep: tuple[int, ...] = ()) -> int:
        """Run `work` in a process of its own group that has none of our descriptors but `keep`; its pid."""
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid != 0:
            # Here and there: whoever comes first, the group exists before anybody signals it.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.setpgid(pid, pid)
            return pid
        code = 1
        try:
            os.setpgid(0, 0)
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
                signal.signal(number, signal.SIG_DFL)
            _close_others({self.lifeline[0], *keep})
            threading.Thread(target=_die_with_host, args=(self.lifeline[0],), daemon=True).start()
            sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
            code = work()
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            # Not through the interpreter's exit: exit handlers of the parent's modules are not ours.
            os._exit(code)

    def _end(self) -> None:
        for run in self.runs.values():
            _signal_group(run.pid, signal.SIGKILL)
        for pid in self.chores:
            _signal_group(pid, signal.SIGKILL)
        if self.java is not None:
            self.java.kill()
            _signal_group(self.java.pid, signal.SIGKILL)
        self.settings.host_file.unlink(missing_ok=True)
        self.settings.session_file.unlink(missing_ok=True)


def _receive(connection: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """A request: its length in four bytes, which carry the two output descriptors, then JSON."""
    head, outputs, _, _ = socket.recv_fds(connection, 4, 2)
    size, content = int.from_bytes(head, "big"), b""
    while len(content) < size:
        chunk = connection.recv(size - len(content))
        if not chunk:
            raise ValueError("it ended early")
        content += chunk
    return json.loads(content), list(outputs)


def _write(path: Path, content: dict[str, Any]) -> None:
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(content))
    temporary.replace(path)


def _close_others(kept: set[int]) -> None:
    """Close every descriptor but the standard ones and `kept`: a copy held here would hide our end from others."""
    first = 3
    for number in sorted(kept):
        os.closerange(first, number)
        first = number + 1
    os.closerange(first, 4096)


def _die_with_host(lifeline: int) -> None:
    # Nobody writes here: a read returns when the host is gone, however it ended.
    os.read(lifeline, 1)
    os.killpg(0, signal.SIGKILL)


def _signal_group(pid: int, number: signal.Signals) -> None:
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        # Gone, or gone so recently that its group has no member left.
        return


def say(text: str) -> None:
    """A line for the supervisor's log."""
    print(text, flush=True)
