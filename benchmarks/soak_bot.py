"""The bot of the soak: the product's own, with one kind of schedule and of delivery more.

Made to be forked: a parent that has imported this starts bots in milliseconds, each a process of its
own that can be killed.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from bot.bootstrap import start
from bot.logs import configure_logs
from bot.settings import LogFormat, Settings
from tests.support.rehearsal import timetable


def run(environment: Mapping[str, str], log: Path) -> None:
    """Run a bot until it is killed."""
    os.environ.clear()
    os.environ.update(environment)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with log.open("a", encoding="utf-8", buffering=1) as stream:
        sys.stderr = stream
        configure_logs(LogFormat.JSON, stream)
        asyncio.run(_run(Settings.model_validate(dict(environment))))


async def _run(settings: Settings) -> None:
    async with start(settings, timetable=timetable()):
        await asyncio.Event().wait()
