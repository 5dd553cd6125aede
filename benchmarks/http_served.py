"""The process that `benchmarks.http` measures: the bot, or a bare Bolt app on the same kind of server.

Run with the bot's settings in the environment; prints the port it listens on.
"""

import asyncio
import signal
import socket
import sys

import aiohttp
import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.bootstrap import start
from bot.clock import system_clock
from bot.databases import open_workspace
from bot.logs import configure_logs
from bot.serve import make_server
from bot.settings import Settings, load_settings
from coherence.stack.example import example_stack
from coherence.stack.versions import Stacks


async def serve_bot(settings: Settings) -> None:
    """Serve the bot, with the example narrative published."""
    async with start(settings) as application:
        async with open_workspace(settings) as (database, workspace_id):
            await Stacks(database, system_clock).import_draft(
                workspace_id, example_stack(), author="bench", publish_note="For the bench"
            )
        await _serve(make_server(application))


async def serve_bare(settings: Settings) -> None:
    """Serve a Bolt app whose one handler only acks."""
    assert settings.slack_bot_token is not None
    assert settings.slack_signing_secret is not None
    async with aiohttp.ClientSession() as session:
        token = settings.slack_bot_token.get_secret_value()
        client = AsyncWebClient(token=token, base_url=settings.slack_api_url, session=session)
        app = AsyncApp(
            client=client, signing_secret=settings.slack_signing_secret.get_secret_value()
        )

        async def only_ack(ack: AsyncAck) -> None:
            await ack()

        app.command("/coherence")(only_ack)
        handler = AsyncSlackRequestHandler(app)

        async def events(request: Request) -> Response:
            return await handler.handle(request)

        routes = [Route("/slack/events", events, methods=["POST"])]
        config = uvicorn.Config(Starlette(routes=routes), log_config=None, lifespan="off")
        await _serve(uvicorn.Server(config))


async def _serve(server: uvicorn.Server) -> None:
    def stop() -> None:
        server.should_exit = True

    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(listener.getsockname()[1], flush=True)
        await server.serve(sockets=[listener])


def main() -> None:
    """Serve what the command line names: `bot` or `bare`."""
    # To standard error: nobody reads standard output after the port, and a full pipe would block.
    settings = load_settings()
    configure_logs(settings.log_format)
    serve = {"bot": serve_bot, "bare": serve_bare}[sys.argv[1]]
    asyncio.run(serve(settings))


if __name__ == "__main__":
    main()
