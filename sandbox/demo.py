"""The demo: a local Slack, the bot as a process of its own, and a first check to look at."""

import argparse
import asyncio
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sandbox.bot_process import BotError, BotProcess, bot_environment
from sandbox.company import CHANNELS, FIRST_PERSON
from sandbox.company_messages import DRAFTS
from sandbox.delivery import Transport
from sandbox.first_check import play_first_check
from sandbox.http_delivery import NotVerifiedError
from sandbox.kept_folder import FolderTakenError, kept_folder
from sandbox.local_slack import Settings
from sandbox.manifest import ManifestError
from sandbox.server import PortTakenError, RunningSandbox, start

FIRST_PORT = 4000
PORTS_TRIED = 50
LAST_PORT = 65_535
CONNECT_SECONDS = 30.0
STORY_NOTE = "Larkfield's story, as it comes with the demo"
STORY_AUTHOR = "Hanna Weiss"
REQUEST_PATH = "/slack/events"
PILOT_CHANNELS = tuple(channel_id for channel_id, _, _, has_app, _ in CHANNELS if has_app)


@dataclass(frozen=True)
class Options:
    """What the command line asks for."""

    port: int = FIRST_PORT
    keep: Path | None = None
    model: bool = False
    bot: bool = True
    empty: bool = False
    transport: Transport = "socket"
    rate_limits: bool = True
    manifest: Path = Settings.manifest


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo until it is interrupted and return the exit code."""
    options = parsed(arguments)
    try:
        return asyncio.run(run(options))
    except (BotError, FolderTakenError, ManifestError, NotVerifiedError, PortTakenError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > LAST_PORT - PORTS_TRIED:
        raise argparse.ArgumentTypeError(f"{text} is not a port, such as {FIRST_PORT}")
    return int(text)


def _folder(text: str) -> Path:
    folder = Path(text)
    if folder.exists() and not folder.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is a file, not a directory")
    return folder


def parsed(arguments: Sequence[str] | None) -> Options:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    add = parser.add_argument
    add("--port", type=_port, default=FIRST_PORT, help="the page's port (default %(default)s)")
    add("--keep", type=_folder, metavar="DIR", help="keep the bot's database in this directory")
    add("--model", action="store_true", help="let the bot use OPENAI_* and COHERENCE_MODEL")
    add("--no-bot", dest="bot", action="store_false", help="serve the local Slack only")
    add("--empty", action="store_true", help="publish no story: set the bot up from nothing")
    add(
        "--transport",
        choices=["socket", "http"],
        default="socket",
        help="how the bot is reached: Socket Mode (default) or signed HTTP",
    )
    add(
        "--no-rate-limits",
        dest="rate_limits",
        action="store_false",
        help="let the bot call as often as it likes",
    )
    add("--manifest", type=Path, default=Settings.manifest, help="the app manifest to install")
    return Options(**vars(parser.parse_args(arguments)))


async def run(options: Options) -> int:
    """Serve the sandbox, with the bot if asked for, until a signal or the bot's end."""
    stopped = _stop_signal()
    with _directory(options.keep) as directory:
        settings = Settings(
            manifest=options.manifest,
            clock_file=directory / "clock",
            transport=options.transport,
            rate_limits=options.rate_limits,
        )
        sandbox = await start_on_free_port(settings, options.port)
        try:
            if not options.bot:
                say("\n".join(f"{name}={value}" for name, value in sandbox.environment.items()))
                return await _stay(sandbox, stopped)
            async with _bot_in(sandbox, directory, options) as bot:
                await until_connected(sandbox, bot, stopped)
                if not stopped.is_set() and not options.empty:
                    say(await play_first_check(sandbox))
                return await _stay(sandbox, stopped, bot)
        finally:
            await sandbox.stop()


async def start_on_free_port(settings: Settings, port: int) -> RunningSandbox:
    """Start on `port`, or say that it is taken and start on the next free one."""
    for candidate in range(port, port + PORTS_TRIED):
        try:
            sandbox = await start(replace(settings, port=candidate))
        except PortTakenError:
            continue
        if candidate != port:
            say(f"Port {port} is taken, so this uses {candidate}.")
        return sandbox
    raise PortTakenError(f"All ports from {port} to {port + PORTS_TRIED - 1} are taken.")


def say(text: str) -> None:
    """Tell whoever started the demo something, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@asynccontextmanager
async def _bot_in(
    sandbox: RunningSandbox, directory: Path, options: Options
) -> AsyncIterator[BotProcess]:
    environment = bot_environment(
        sandbox.environment,
        directory,
        with_model=options.model,
        transport=sandbox.slack.settings.transport,
    )
    bot = BotProcess(environment, directory / "bot.log")
    if options.empty:
        say("Starting the bot. Nothing is set up yet: type /coherence setup …")
    else:
        say("Publishing Larkfield's story and starting the bot …")
        await _publish_story(bot)
    await bot.start("run")
    try:
        yield bot
    finally:
        await bot.stop()


async def _publish_story(bot: BotProcess) -> None:
    channels = [part for channel in PILOT_CHANNELS for part in ("--channel", channel)]
    told = ("--note", STORY_NOTE, "--author", STORY_AUTHOR)
    await bot.run_command("stack", "import", "--example", "--publish", *told, *channels)


async def until_connected(sandbox: RunningSandbox, bot: BotProcess, stopped: asyncio.Event) -> None:
    """Return once the bot can be reached or a signal came; raise BotError where it cannot be."""
    waited = [_connection(sandbox, bot), bot.ended(), stopped.wait()]
    tasks = [asyncio.ensure_future(each) for each in waited]
    done, pending = await asyncio.wait(
        tasks, timeout=CONNECT_SECONDS, return_when=asyncio.FIRST_COMPLETED
    )
    for task in pending:
        task.cancel()
    if tasks[1] in done:
        raise BotError(f"The bot ended before it was connected.\n{bot.last_lines()}")
    if not done:
        raise BotError(
            f"The bot was not connected after {CONNECT_SECONDS:g} s.\n{bot.last_lines()}"
        )
    if tasks[0] in done:
        await tasks[0]


async def _connection(sandbox: RunningSandbox, bot: BotProcess) -> None:
    if sandbox.slack.settings.transport == "http":
        await bot.until_ready()
        await sandbox.send_to(f"{bot.url}{REQUEST_PATH}")
    await sandbox.until_connected()


async def _stay(
    sandbox: RunningSandbox, stopped: asyncio.Event, bot: BotProcess | None = None
) -> int:
    say(f"Open {sandbox.url}/#{DRAFTS}/{FIRST_PERSON}")
    say("Ctrl-C ends it.")
    waited: list[Awaitable[object]] = [stopped.wait()]
    if bot is not None:
        waited.append(bot.ended())
    tasks = [asyncio.ensure_future(each) for each in waited]
    _, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    if bot is None or stopped.is_set():
        return 0
    raise BotError(f"The bot has ended unexpectedly.\n{bot.last_lines()}")


def _stop_signal() -> asyncio.Event:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for wanted in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(wanted, stopped.set)
    return stopped


@contextmanager
def _directory(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        with kept_folder(keep) as folder:
            yield folder
        return
    with tempfile.TemporaryDirectory(prefix="coherence-demo-") as made:
        yield Path(made)
