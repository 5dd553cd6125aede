"""The bot behind its own web server, for scenarios that Slack plays over HTTP."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.bootstrap import Application, start
from bot.serve import make_server
from bot.settings import Settings, Transport
from sandbox.server import RunningSandbox
from tests.support.people import eventually


@asynccontextmanager
async def bot_over_http(slack: RunningSandbox, settings: Settings) -> AsyncIterator[Application]:
    """Start the bot and have a sandbox whose transport is `http` know its request URL."""
    over_http = settings.model_copy(update={"transport": Transport.HTTP})
    async with start(over_http) as application:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            server = make_server(application)
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            await eventually(lambda: server.started)
            await slack.send_to(f"http://127.0.0.1:{listener.getsockname()[1]}/slack/events")
            yield application
            server.should_exit = True
            await serving
