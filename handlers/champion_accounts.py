"""What Slack tells of members of a rota: that they are gone, guests, or in another time zone."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeAlias

import aiohttp
import structlog
from cachetools import TTLCache
from slack_bolt.async_app import AsyncAck
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from coherence.champion.people import ChampionPeople, LookUp, PersonFacts
from handlers.champion_people import hindrance_of

_KEPT_SECONDS = 600
_KEPT = 5_000
_PATIENCE_SECONDS = 3.0
_UNKNOWN = frozenset({"user_not_found", "users_not_found"})

ForgetAccount: TypeAlias = Callable[[str], None]
"""Lets go of what is kept of somebody's account, by their user id."""

log = structlog.get_logger(__name__)


def facts_of(user: dict[str, Any]) -> PersonFacts:
    """What a user object of Slack's says; it tells no zone of somebody who was deactivated."""
    return PersonFacts(hindrance_of(user) is None, str(user["tz"]) if user.get("tz") else None)


def look_up_in_slack(client: AsyncWebClient) -> LookUp:
    """Ask Slack about a person, and keep what it says for ten minutes; what it doesn't tell is unknown."""
    kept: TTLCache[str, PersonFacts] = TTLCache(_KEPT, _KEPT_SECONDS)

    async def look_up(user_id: str) -> PersonFacts | None:
        if user_id not in kept:
            try:
                async with asyncio.timeout(_PATIENCE_SECONDS):
                    kept[user_id] = await _ask(client, user_id)
            except (SlackClientError, aiohttp.ClientError, TimeoutError) as error:
                log.warning("person_not_looked_up", error=type(error).__name__)
                return None
        return kept[user_id]

    return look_up


async def _ask(client: AsyncWebClient, user_id: str) -> PersonFacts:
    try:
        return facts_of((await client.users_info(user=user_id))["user"])
    except SlackApiError as error:
        if error.response.get("error") in _UNKNOWN:
            return PersonFacts(can_serve=False)
        raise


def nothing_kept(_user_id: str) -> None:
    """Where nothing is kept of people's accounts, there is nothing to forget."""


class ChampionPeopleHandlers:
    """Hears of changes of people's accounts; `forget_account` lets go of what was kept of one."""

    def __init__(self, people: ChampionPeople, forget_account: ForgetAccount) -> None:
        self._people = people
        self._forget_account = forget_account

    async def on_user_change(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Note what has changed; the same event once more changes nothing."""
        await ack()
        user = body["event"]["user"]
        self._forget_account(user["id"])
        await self._people.note_person(body["team_id"], user["id"], facts_of(user))
