"""What Slack tells about the bot's channels and about a person's time zone."""

import asyncio

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from coherence.drift.access import Membership as InChannel
from handlers.blocks.setup import Membership

_PAGE = 999
_PATIENCE_SECONDS = 1.0
_KINDS = "public_channel,private_channel"
_NOT_TO_BE_LOOKED_INTO = frozenset({"channel_not_found", "not_in_channel", "missing_scope"})


async def membership(client: AsyncWebClient, bot_user_id: str) -> Membership:
    """The channels that the bot is in; unknown without the optional scopes for it.

    A hint is not worth a wait: what Slack does not tell in time is unknown too.
    """
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            return Membership(bot_user_id, frozenset(await _joined(client)))
    except (SlackClientError, aiohttp.ClientError, TimeoutError):
        return Membership(bot_user_id, None)


def membership_in_slack(client: AsyncWebClient) -> InChannel:
    """Ask Slack each time whether somebody is in a channel; what it doesn't tell counts as no.

    None where the bot isn't in the conversation, or lacks the scope to ask.
    """

    async def is_in(channel_id: str, user_id: str) -> bool | None:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                return user_id in await _members(client, channel_id)
        except SlackApiError as error:
            return None if error.response.get("error") in _NOT_TO_BE_LOOKED_INTO else False
        except (SlackClientError, aiohttp.ClientError, TimeoutError):
            return False

    return is_in


async def zone_of(client: AsyncWebClient, user_id: str) -> str:
    """The IANA name of the time zone in a person's profile, UTC if there is none."""
    user = (await client.users_info(user=user_id))["user"]
    return str(user.get("tz") or "UTC")


async def _joined(client: AsyncWebClient) -> list[str]:
    joined: list[str] = []
    cursor: str | None = None
    while True:
        page = await client.users_conversations(
            types=_KINDS, exclude_archived=True, limit=_PAGE, cursor=cursor
        )
        joined += [channel["id"] for channel in page["channels"]]
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return joined


async def _members(client: AsyncWebClient, channel_id: str) -> list[str]:
    members: list[str] = []
    cursor: str | None = None
    while True:
        page = await client.conversations_members(channel=channel_id, limit=_PAGE, cursor=cursor)
        members += page["members"]
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return members
