"""Run the bot and its web server in one event loop, and stop both on a signal."""

import asyncio
import gc
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
import uvicorn

from bot.bootstrap import Application, start
from bot.errors import PortTaken
from bot.impatience import ImpatientProtocol
from bot.settings import Settings, Transport
from bot.web import make_web_app

STOP_SECONDS = 10
"""How long requests that are being answered may take once we are told to stop."""

log = structlog.get_logger(__name__)


class _Server(uvicorn.Server):
    """Uvicorn without its own signal handling: it would end the process before we have drained."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(settings: Settings) -> None:
    """Run until SIGINT or SIGTERM; what is under way is finished first."""
    with _listen(settings) as listener:
        await _serve(settings, listener)


def _listen(settings: Settings) -> socket.socket:
    try:
        return socket.create_server((settings.host, settings.port))
    except OSError as error:
        raise PortTaken(
            f"The bot's web server can't listen on {settings.host}:{settings.port} "
            f"({error.strerror}); choose another with COHERENCE_PORT."
        ) from None


async def _serve(settings: Settings, listener: socket.socket) -> None:
    async with start(settings) as application:
        server = make_server(application)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, _stop, application, server)
        _leave_what_stays_alone()
        log.info("started", transport=settings.transport.value, port=listener.getsockname()[1])
        await server.serve(sockets=[listener])
        log.info("stopping")


def _leave_what_stays_alone() -> None:
    """Keep the garbage collector from what is there for good.

    To go through all modules takes it a tenth of a second, in which nobody is answered.
    """
    gc.collect()
    gc.freeze()


def make_server(application: Application) -> uvicorn.Server:
    """The web server for an application, not started."""
    settings = application.settings
    bolt = application.bolt if settings.transport is Transport.HTTP else None
    config = uvicorn.Config(
        make_web_app(application.readiness, bolt, application.read_calendar),
        log_config=None,
        # It would write down addresses, and those of calendars are secret.
        access_log=False,
        lifespan="off",
        http=ImpatientProtocol,
        timeout_graceful_shutdown=STOP_SECONDS,
        server_header=False,
    )
    return _Server(config)


def _stop(application: Application, server: uvicorn.Server) -> None:
    application.take_no_more_work()
    server.should_exit = True
