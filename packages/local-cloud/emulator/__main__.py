"""Start the emulator: `python -m emulator`, settings from the environment, one JSON line when it is ready."""

from __future__ import annotations

import asyncio
import faulthandler
import json
import logging
import os
import signal
import socket
import sys
from typing import Any

from .settings import Settings, apply_environment, read_settings

# How long a stop may deliver Firehose buffers; what is left is in the journal and delivered at the next start.
FLUSH_SECONDS_MAX = 20.0


def main() -> None:
    """Install our modules into MiniStack, serve until SIGTERM or SIGINT, and leave nothing behind."""
    settings = read_settings(os.environ)
    apply_environment(settings)
    logging.basicConfig(
        level=settings.log_level,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)s [%(name)s] %(message)s",
    )
    # `kill -USR1 <pid>` writes where every thread stands to stderr.
    faulthandler.register(signal.SIGUSR1, all_threads=True)
    _require_free_port(settings.port)
    # Only now: MiniStack reads its settings from the environment when it is imported.
    asyncio.run(_serve(settings))


def _require_free_port(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            sys.exit(f"port {port} on 127.0.0.1 is taken; set GATEWAY_PORT to a free one")


def _install(settings: Settings) -> tuple[Any, Any]:
    from . import (
        alarms,
        event_source_mappings,
        faults,
        firehose_iceberg,
        gateway,
        glue_iceberg,
        glue_jobs,
        iam_auth,
        lambda_runtime,
        limits,
        patches,
        persistence,
        scheduler,
        sqs_moves,
        step_functions,
        validation,
    )

    patches.assert_version()
    saver = persistence.install(settings)
    iam_auth.install()
    lambda_runtime.install(settings)
    event_source_mappings.install(settings)
    glue_jobs.install(settings)
    glue_iceberg.install()
    step_functions.install()
    sqs_moves.install()
    limits.install()
    scheduler.install()
    alarms.install(settings)
    delivery = firehose_iceberg.install(settings)
    gateway.install(
        [
            persistence.middleware(saver),
            faults.middleware(settings),
            limits.middleware,
            validation.middleware,
        ]
    )
    return saver, delivery


async def _serve(settings: Settings) -> None:
    saver, delivery = _install(settings)
    from hypercorn.asyncio import serve
    from hypercorn.config import Config
    from ministack import app
    from ministack.core import lambda_runtime as ministack_lambda

    from . import control, glue_jobs, service_metrics

    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    async def until_stopped() -> None:
        await stop.wait()
        # Deliveries need the server, so the buffers are emptied before it closes.
        await asyncio.to_thread(delivery.flush_all, FLUSH_SECONDS_MAX)
        await asyncio.to_thread(saver.stop)

    config = Config()
    config.bind = [f"127.0.0.1:{settings.port}"]
    config.keep_alive_timeout = 75
    config.loglevel = "WARNING"
    config.graceful_timeout = 1
    server = asyncio.create_task(serve(control.wrap(app.app, saver, delivery), config, shutdown_trigger=until_stopped))
    await _wait_for_port(settings.port, server)
    saver.start(loop)
    delivery.start()
    service_metrics.start(settings, delivery)
    print(json.dumps({"ready": True, "port": settings.port}), flush=True)
    try:
        await server
    finally:
        glue_jobs.stop_all()
        ministack_lambda.reset()


async def _wait_for_port(port: int, server: asyncio.Task[None]) -> None:
    while not server.done():
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.02)
            continue
        writer.close()
        await writer.wait_closed()
        return
    await server


if __name__ == "__main__":
    main()
