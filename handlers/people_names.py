"""What people are called, as Slack says; kept for a while, since it changes seldom."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cachetools import TTLCache
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from coherence.champion.member import is_member_id
from coherence.privacy import FORMER

KEPT_SECONDS: Final = 3_600.0
_MOST_KEPT: Final = 10_000
_AT_ONCE: Final = 5
_UNKNOWN: Final = frozenset({"user_not_found", "user_not_visible"})


@dataclass(frozen=True)
class Called:
    """A person's name; `is_here` is whether they can still use the workspace."""

    name: str
    is_here: bool


class PeopleNames:
    """Asks Slack for names."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._known: TTLCache[str, Called] = TTLCache(_MOST_KEPT, KEPT_SECONDS)
        self._turn = asyncio.Semaphore(_AT_ONCE)

    async def names(self, user_ids: Iterable[str]) -> Mapping[str, str]:
        """Names by user id; what is no id of a person is left out. Raises what Slack's client raises."""
        wanted = [user for user in dict.fromkeys(user_ids) if is_member_id(user)]
        called = await asyncio.gather(*map(self.called, wanted))
        return {user: each.name for user, each in zip(wanted, called, strict=True)}

    async def called(self, user_id: str) -> Called:
        """What one person is called. Raises what Slack's client raises."""
        if user_id not in self._known:
            async with self._turn:
                self._known[user_id] = await self._ask(user_id)
        return self._known[user_id]

    async def _ask(self, user_id: str) -> Called:
        try:
            user = (await self._client.users_info(user=user_id))["user"]
        except SlackApiError as error:
            if error.response.get("error") not in _UNKNOWN:
                raise
            return Called(FORMER, is_here=False)
        return Called(_name(user), is_here=not user.get("deleted"))


def _name(user: Mapping[str, Any]) -> str:
    profile = user.get("profile") or {}
    named = (profile.get("real_name"), user.get("real_name"), profile.get("display_name"))
    return next((str(each) for each in (*named, user.get("name")) if each), FORMER)
