"""What Slack tells about somebody who is to take turns."""

from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from coherence.champion.profiles import Hindrance, Profile, Profiles

_SLACKBOT = "USLACKBOT"
_UNKNOWN = frozenset({"user_not_found", "user_not_visible"})


def profiles_in_slack(client: AsyncWebClient) -> Profiles:
    """Ask Slack each time: accounts change while nobody looks."""

    async def look_up(user_id: str) -> Profile:
        try:
            user = (await client.users_info(user=user_id))["user"]
        except SlackApiError as error:
            if error.response.get("error") not in _UNKNOWN:
                raise
            return Profile(user_id, user_id, hindrance=Hindrance.UNKNOWN)
        return Profile(user_id, _name(user), user.get("tz"), hindrance_of(user))

    return look_up


def hindrance_of(user: dict[str, Any]) -> Hindrance | None:
    """What in a user object of Slack's keeps somebody from taking turns.

    A guest can't be asked to look after what the whole company says; an app can't at all.
    """
    if user.get("deleted"):
        return Hindrance.GONE
    if user.get("is_bot") or user.get("id") == _SLACKBOT:
        return Hindrance.APP
    if any(user.get(kind) for kind in ("is_restricted", "is_ultra_restricted", "is_stranger")):
        return Hindrance.GUEST
    return None


def _name(user: dict[str, Any]) -> str:
    return str(user.get("real_name") or user.get("name") or user["id"])
