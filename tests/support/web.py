"""The bot's own web server, on an address of its own."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.bootstrap import Application
from bot.serve import make_server
from tests.support.people import eventually


@asynccontextmanager
async def served(bot: Application) -> AsyncIterator[str]:
    """Serve a bot's pages; yields where."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = make_server(bot)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        await eventually(lambda: server.started)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await serving
