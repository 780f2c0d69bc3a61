"""Start the stand-in: `python -m emulator.snowflake_stand_in`, settings from the environment; a line when ready."""

from __future__ import annotations

import asyncio
import json
import os

import fakesnow.server as fakesnow_server
import uvicorn

from .account import Account, start_poller
from .lake import Lake, load_extensions
from .registry import Registry
from .server import Server, assert_version
from .settings import read_settings


async def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    assert_version()
    settings = read_settings(os.environ)
    registry = Registry(settings.state_file)
    account_root = fakesnow_server.shared_fs.duck_conn
    load_extensions(account_root, settings.endpoint)
    # A cursor is a connection of its own to the same database: threads must not share one.
    account = Account(registry, Lake(settings.endpoint), account_root.cursor)
    account.restore(lambda database, schema: fakesnow_server.shared_fs.connect(database, schema).close())
    start_poller(account, settings.poll_seconds)
    config = uvicorn.Config(
        Server(account, registry).application(), host="127.0.0.1", port=settings.port, log_level="warning"
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started and not serving.done():
        await asyncio.sleep(0.02)
    print(json.dumps({"ready": True, "port": settings.port}), flush=True)
    await serving


if __name__ == "__main__":
    asyncio.run(main())
