"""The bots of the soak: the product's own, with one kind of schedule and of delivery more.

    python -m benchmarks.soak_bot LOG

is told by its environment what a bot is told by. For every line on standard input it forks one and
prints its process id: everything is imported by then, so a bot starts in a moment. Each is a process of
its own that can be killed; those that are left end with this one.
"""

import asyncio
import os
import signal
import sys
import traceback
from pathlib import Path

from bot.bootstrap import start
from bot.logs import configure_logs
from bot.settings import LogFormat, load_settings
from tests.support.rehearsal import timetable


def main() -> None:
    """Fork a bot for every line."""
    log = Path(sys.argv[1])
    # Nobody has to wait for those that were killed.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _ in sys.stdin:
        if (pid := os.fork()) == 0:
            _run(log)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _run(log: Path) -> None:
    with log.open("a", encoding="utf-8", buffering=1) as stream:
        configure_logs(LogFormat.JSON, stream)
        try:
            asyncio.run(_live(os.getppid()))
        except BaseException:
            # Whoever counts on this bot finds it gone; why is on standard error.
            traceback.print_exc()
            raise
        finally:
            os._exit(1)


async def _live(parent: int) -> None:
    async with start(load_settings(), timetable=timetable()):
        while os.getppid() == parent:  # noqa: ASYNC110 - there is no event for it
            await asyncio.sleep(1)


if __name__ == "__main__":
    main()
