"""Who of some people has an account that works, and what they are called: asked of Slack once a look."""

from collections.abc import Iterable, Sequence
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

_UNKNOWN = frozenset({"user_not_found", "user_not_visible"})


class AccountsSeen:
    """Looks people up, each only once."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._seen: dict[str, dict[str, Any] | None] = {}

    async def who_are_there(self, people: Iterable[str]) -> Sequence[str]:
        """Those of some people who are neither deactivated nor bots, in their order."""
        return [each for each in people if await self._working(each) is not None]

    async def names(self, people: Iterable[str]) -> Sequence[str]:
        """What those of some people who are there are called in Slack, in their order."""
        found = [await self._working(each) for each in people]
        return [_name(user) for user in found if user is not None]

    async def _working(self, user_id: str) -> dict[str, Any] | None:
        if user_id not in self._seen:
            self._seen[user_id] = await self._look_up(user_id)
        return self._seen[user_id]

    async def _look_up(self, user_id: str) -> dict[str, Any] | None:
        try:
            user: dict[str, Any] = (await self._client.users_info(user=user_id))["user"]
        except SlackApiError as error:
            if error.response.get("error") in _UNKNOWN:
                return None
            raise
        return None if user.get("deleted") or user.get("is_bot") else user


def _name(user: dict[str, Any]) -> str:
    profile = user.get("profile", {})
    shown = profile.get("display_name") or profile.get("real_name") or user.get("name") or ""
    return " ".join(str(shown).split())
