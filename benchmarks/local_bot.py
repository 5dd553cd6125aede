"""The local Slack and a bot in it with the example narrative, for benchmarks within one process."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.bootstrap import Application, start
from bot.clock import system_clock
from bot.settings import Settings
from coherence.stack.example import example_stack
from coherence.stack.versions import Stacks
from sandbox import server
from sandbox.server import RunningSandbox

USER, CHANNEL = "U0MAYA", "C0ONBOARD"


@asynccontextmanager
async def local_slack() -> AsyncIterator[RunningSandbox]:
    """A local Slack on a free port."""
    running = await server.start(port=0)
    try:
        yield running
    finally:
        await running.stop()


@asynccontextmanager
async def local_bot(slack: RunningSandbox, **more: str) -> AsyncIterator[Application]:
    """A bot in it, on SQLite, with the example narrative for CHANNEL; `more` are further settings."""
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{Path(folder) / 'bench.db'}"
        settings = Settings.model_validate({**slack.environment, "DATABASE_URL": database, **more})
        async with start(settings) as application:
            await slack.until_connected()
            await Stacks(application.database, system_clock).import_draft(
                slack.world.team.id,
                example_stack(),
                author="bench",
                channels=[CHANNEL],
                publish_note="For the bench",
            )
            yield application
