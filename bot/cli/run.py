"""`coherence run`: the bot, until it is told to stop."""

import asyncio
import os

from bot.errors import InvalidSettings
from bot.logs import configure_logs
from bot.settings import load_settings, missing_for_run


def run() -> None:
    """Run the bot until it is told to stop (Ctrl-C or SIGTERM)."""
    settings = load_settings()
    if missing := missing_for_run(settings):
        raise InvalidSettings(*missing)
    configure_logs(settings.log_format)
    # Read already; left there, Bolt would read it as well and warn that it has two.
    os.environ.pop("SLACK_BOT_TOKEN", None)
    # Slack's libraries take a while to import, and only this command needs them.
    from bot.serve import serve  # noqa: PLC0415

    asyncio.run(serve(settings))
