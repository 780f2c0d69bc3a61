"""State on disk every few seconds, under the right locks, so that SIGKILL loses seconds and never half a file."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import gateway, patches
from .settings import Settings

log = logging.getLogger("emulator.persistence")

# A service whose state is big is saved less often: at most this part of the time goes into its saves.
SAVE_SHARE_MAX = 0.05
# Changed by threads of their own and not only by requests; all others are saved only after a request.
ALWAYS_CHANGING = {"sqs", "lambda", "cloudwatch", "cloudwatch_logs", "stepfunctions", "eventbridge", "scheduler"}
# The queue's state goes first: what it has already forgotten is then in a later service's newer state.
SAVED_FIRST = ("sqs",)

_saver: Saver | None = None


class Saver:
    """Saves services one at a time; callers that wait for the same service share a save."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._waiters: dict[str, tuple[threading.Lock, list[int]]] = {}
        self._touched: set[str] = set()
        self._next: dict[str, float] = {}
        self._written: dict[str, int] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def touch(self, service: str) -> None:
        """A request reached this service since its last save."""
        self._touched.add(service)

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin the periodic saves; off with AUTOSAVE_SECONDS=0."""
        self._loop = loop
        if self._settings.autosave_seconds > 0:
            self._thread = threading.Thread(target=self._run, daemon=True, name="autosave")
            self._thread.start()

    def stop(self) -> None:
        """End the periodic saves. The last save then runs on the event loop and must not wait for one of these."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(self._settings.autosave_seconds):
            self.save_due(everything=False)

    def save_due(self, everything: bool) -> None:
        """Save the services that may have changed; with `everything`, all of them."""
        states = self._states()
        for key in sorted(states, key=lambda name: (name not in SAVED_FIRST, name)):
            is_due = key in self._touched or key in ALWAYS_CHANGING
            if everything or (is_due and time.time() >= self._next.get(key, 0)):
                self.save(key)

    def save(self, key: str) -> None:
        """Write one service's state so that it includes everything done before this call."""
        gate, tickets = self._waiters.setdefault(key, (threading.Lock(), [0]))
        ticket = tickets[0]
        with gate:
            # Somebody's save that began after we asked has covered us already.
            if tickets[0] > ticket:
                return
            tickets[0] += 1
            self._touched.discard(key)
            started = time.time()
            self._write(key)
            took = time.time() - started
            self._next[key] = time.time() + took / SAVE_SHARE_MAX

    def _write(self, key: str) -> None:
        from ministack.core import persistence as ministack_persistence

        get_state = self._states().get(key)
        if get_state is None:
            return
        for attempt in range(20):
            try:
                state = self._snapshot(key, get_state)
                break
            except RuntimeError as error:
                # "dictionary changed size during iteration": the service changed under us.
                if attempt == 19:
                    log.error("state of %s could not be saved: %s", key, error)
                    return
                time.sleep(0.01)
        if state is None:
            return
        text = json.dumps(
            {
                "__ministack_format__": ministack_persistence._state_format_version(key),
                "payload": state,
            },
            default=ministack_persistence._json_default,
        )
        if self._written.get(key) == hash(text):
            return
        path = self._settings.state_dir / f"{key}.json"
        temporary = path.with_suffix(".json.tmp")
        temporary.write_text(text, "utf-8")
        temporary.replace(path)
        self._written[key] = hash(text)

    def _snapshot(self, key: str, get_state: Callable[[], Any]) -> Any:
        """A copy of the state, taken on the event loop: request handlers change most services there."""
        from ministack.services import sqs

        def locked() -> Any:
            if key == "sqs":
                with sqs._queues_lock:
                    return get_state()
            return get_state()

        if self._loop is None or not self._loop.is_running() or key not in ("sqs",):
            return locked()
        try:
            running = asyncio.get_running_loop()
        except RuntimeError:
            running = None
        if running is self._loop:
            return locked()

        async def on_loop() -> Any:
            return locked()

        return asyncio.run_coroutine_threadsafe(on_loop(), self._loop).result(timeout=60)

    def _states(self) -> dict[str, Callable[[], Any]]:
        return dict(patches.symbol("app", "_build_persistence_save_dict")())


def save_now(key: str) -> None:
    """Save one service before going on. Does nothing in a process that does not persist."""
    if _saver is not None:
        _saver.save(key)


def install(settings: Settings) -> Saver:
    """Prepare the state folder, take over MiniStack's own save at shutdown."""
    global _saver
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    settings.s3_data_dir.mkdir(parents=True, exist_ok=True)
    _follow_port(settings.state_dir, settings.port)
    saver = Saver(settings)
    _saver = saver
    patches.replace("app", "save_all", "services", lambda _original: lambda services: saver.save_due(everything=True))
    return saver


def middleware(saver: Saver) -> gateway.Middleware:
    """Note which services are used, and make a Glue catalog change durable before it is answered.

    An Iceberg commit is one Glue UpdateTable. Whoever was told that it succeeded (a Spark job whose checkpoint is in
    another database) must still find it after SIGKILL, so this one service is saved at once.
    """
    state_keys = {name: config.get("state_key", config["module"]) for name, config in _registry().items()}
    catalog_changes = {"CreateTable", "UpdateTable", "DeleteTable", "BatchDeleteTable", "CreateDatabase"}

    async def note(request: gateway.Request, following: gateway.Next) -> gateway.Response:
        response = await following(request)
        saver.touch(state_keys.get(request.service, request.service))
        if request.service == "glue" and request.action in catalog_changes and response[0] < 300:
            await asyncio.to_thread(saver.save, "glue")
        return response

    return note


def _registry() -> dict[str, dict[str, str]]:
    return dict(patches.symbol("app", "SERVICE_REGISTRY"))


def _follow_port(state_dir: Path, port: int) -> None:
    """Queue URLs carry the port, also as keys of the saved state: rewrite them when we now listen on another one."""
    marker = state_dir / "port"
    previous = marker.read_text("ascii").strip() if marker.exists() else ""
    if previous and previous != str(port):
        pattern = re.compile(rf"(://(?:localhost|127\.0\.0\.1):){re.escape(previous)}\b")
        for path in state_dir.glob("*.json"):
            text = path.read_text("utf-8")
            changed = pattern.sub(rf"\g<1>{port}", text)
            if changed != text:
                temporary = path.with_suffix(".json.tmp")
                temporary.write_text(changed, "utf-8")
                temporary.replace(path)
    marker.write_text(str(port), "ascii")
