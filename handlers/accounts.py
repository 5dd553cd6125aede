"""Whether somebody has an account, as Slack says."""

import asyncio

import aiohttp
import structlog
from cachetools import TTLCache
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from coherence.champion.profiles import Hindrance
from handlers.champion_people import profiles_in_slack

_KEPT_SECONDS = 600
_KEPT = 5_000
_PATIENCE_SECONDS = 1.0
"""A form waits three seconds for its answer, and may name three people."""

_AWAY = frozenset({Hindrance.GONE, Hindrance.APP, Hindrance.UNKNOWN})

log = structlog.get_logger(__name__)


class Accounts:
    """Asks Slack, and keeps what it says for ten minutes, or until it tells of a change."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._look_up = profiles_in_slack(client)
        self._kept: TTLCache[str, bool] = TTLCache(_KEPT, _KEPT_SECONDS)

    async def is_here(self, user_id: str) -> bool:
        """Whether it is a person with an account; whom Slack doesn't tell about counts as here."""
        kept = self._kept.get(user_id)
        if kept is not None:
            return kept
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                is_here = (await self._look_up(user_id)).hindrance not in _AWAY
        except (SlackClientError, aiohttp.ClientError, TimeoutError) as error:
            log.warning("person_not_looked_up", error=type(error).__name__)
            return True
        self._kept[user_id] = is_here
        return is_here

    def forget(self, user_id: str) -> None:
        """Their account has changed: they are looked up anew."""
        self._kept.pop(user_id, None)
