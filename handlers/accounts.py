"""Whether somebody has an account, as Slack says."""

import asyncio

import aiohttp
import structlog
from cachetools import TTLCache
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from coherence.accounts import IsHere
from coherence.champion.profiles import Hindrance
from handlers.champion_people import profiles_in_slack

_KEPT_SECONDS = 600
_KEPT = 5_000
_PATIENCE_SECONDS = 1.0
"""A form waits three seconds for its answer, and may name three people."""

_AWAY = frozenset({Hindrance.GONE, Hindrance.APP, Hindrance.UNKNOWN})

log = structlog.get_logger(__name__)


def here_in_slack(client: AsyncWebClient) -> IsHere:
    """Ask Slack, and keep what it says for ten minutes; whom it doesn't tell about counts as here."""
    look_up = profiles_in_slack(client)
    kept: TTLCache[str, bool] = TTLCache(_KEPT, _KEPT_SECONDS)

    async def is_here(user_id: str) -> bool:
        if user_id not in kept:
            try:
                async with asyncio.timeout(_PATIENCE_SECONDS):
                    kept[user_id] = (await look_up(user_id)).hindrance not in _AWAY
            except (SlackClientError, aiohttp.ClientError, TimeoutError) as error:
                log.warning("person_not_looked_up", error=type(error).__name__)
                return True
        return kept[user_id]

    return is_here
