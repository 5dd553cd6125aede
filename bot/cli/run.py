"""`coherence run`: the bot, until it is told to stop."""

import asyncio

from bot.errors import InvalidSettings
from bot.logs import configure_logs
from bot.settings import load_settings, missing_for_run


def run() -> None:
    """Run the bot until it is told to stop (Ctrl-C or SIGTERM)."""
    settings = load_settings()
    if missing := missing_for_run(settings):
        raise InvalidSettings(*missing)
    configure_logs(settings.log_format)
    # Slack's libraries take a while to import, and only this command needs them.
    from bot.serve import serve  # noqa: PLC0415

    asyncio.run(serve(settings))
