"""The bot as a process of its own, told only by settings."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import aiohttp

from sandbox.delivery import Transport

PROGRAM = (sys.executable, "-m", "bot")
CLEARED = ("SLACK_", "OPENAI_", "COHERENCE_")
CLEARED_NAMES = frozenset({"DATABASE_URL"})
PROXIES = frozenset({"http_proxy", "https_proxy", "all_proxy", "no_proxy", "ftp_proxy"})
KEPT_FOR_MODEL = (
    "OPENAI_",
    "COHERENCE_MODEL",
    "COHERENCE_DAILY_TOKENS",
    "COHERENCE_INPUT_PRICE",
    "COHERENCE_OUTPUT_PRICE",
)
STOP_SECONDS = 10.0
LOOK_AGAIN_SECONDS = 0.1
SHOWN_LINES = 20


class BotError(Exception):
    """The bot does not run; the text says what happened and how its log ends."""


class BotProcess:
    """Runs the bot with the given environment; what it prints goes to `log`.

    `program` is the command line that the bot's own arguments follow.
    """

    def __init__(
        self, environment: Mapping[str, str], log: Path, program: Sequence[str] = PROGRAM
    ) -> None:
        self._environment = dict(environment)
        self._program = tuple(program)
        self._log = log
        self._process: asyncio.subprocess.Process | None = None

    async def run_command(self, *arguments: str) -> None:
        """Run a command of the bot to its end; raise BotError where it fails."""
        process = await self._spawn(*arguments)
        try:
            code = await process.wait()
        except asyncio.CancelledError:
            await _end(process)
            raise
        if code != 0:
            shown = " ".join(arguments[:2])
            raise BotError(f"`bot {shown}` failed with exit code {code}.\n{self.last_lines()}")

    async def start(self, *arguments: str) -> None:
        """Start the bot and leave it running."""
        self._process = await self._spawn(*arguments)

    @property
    def url(self) -> str:
        """Return the address of the bot's web server, without a trailing slash."""
        return f"http://127.0.0.1:{self._environment['COHERENCE_PORT']}"

    async def until_ready(self) -> None:
        """Return once the bot says on its web server that all of it works."""
        async with aiohttp.ClientSession() as session:
            while not await _is_ready(session, f"{self.url}/ready"):  # noqa: ASYNC110 - a process has no event
                await asyncio.sleep(LOOK_AGAIN_SECONDS)

    async def ended(self) -> int:
        """Return the exit code once the bot has ended."""
        if self._process is None:
            raise BotError("The bot was not started.")
        return await self._process.wait()

    async def stop(self) -> None:
        """Ask the bot to stop, and end it if it does not."""
        if self._process is not None:
            await _end(self._process)

    def last_lines(self) -> str:
        """Return how the bot's log ends."""
        if not self._log.is_file():
            return "It has written no log."
        lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(["Its log ends:", *lines[-SHOWN_LINES:]])

    async def _spawn(self, *arguments: str) -> asyncio.subprocess.Process:
        with self._log.open("ab") as log:
            # A session of its own: Ctrl-C reaches the demo alone, which then stops the bot.
            return await asyncio.create_subprocess_exec(
                *self._program,
                *arguments,
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


def bot_environment(
    sandbox: Mapping[str, str],
    directory: Path,
    *,
    with_model: bool,
    transport: Transport = "socket",
    inherited: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return the bot's environment: nothing of the machine's own Slack, model or proxies.

    `with_model` keeps the settings of the language model. `COHERENCE_PORT` is free just now.
    """
    inherited = os.environ if inherited is None else inherited
    kept = {
        name: value
        for name, value in inherited.items()
        if not _is_cleared(name) or (with_model and name.startswith(KEPT_FOR_MODEL))
    }
    return {
        **kept,
        **sandbox,
        "DATABASE_URL": f"sqlite+aiosqlite:///{directory / 'coherence.db'}",
        "COHERENCE_CLOCK_FILE": str(directory / "clock"),
        "COHERENCE_PORT": str(free_port()),
        "COHERENCE_TRANSPORT": transport,
        "COHERENCE_ENV_FILE": "",
    }


def free_port() -> int:
    """Return a loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _is_cleared(name: str) -> bool:
    if name in CLEARED_NAMES or name.lower() in PROXIES:
        return True
    return name.startswith(CLEARED)


async def _is_ready(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as response:
            return response.ok
    except aiohttp.ClientError:
        return False


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
