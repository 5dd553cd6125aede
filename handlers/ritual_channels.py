"""Whether a ritual can be asked in its channel, as Slack says."""

import asyncio

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from coherence.rituals.trouble import NOBODY_THERE, TROUBLE, InTheWay
from handlers.ritual_letters import IsDeserted

_PATIENCE_SECONDS = 1.0
_TWO = 2


def in_the_way_in_slack(client: AsyncWebClient, bot_user_id: str) -> InTheWay:
    """Ask Slack each time; where it doesn't tell in time, or without the scope for it, nothing is."""
    is_deserted = deserted_in_slack(client, bot_user_id)

    async def in_the_way(channel_id: str) -> str | None:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                channel = (await client.conversations_info(channel=channel_id))["channel"]
        except SlackApiError as error:
            name = error.response.get("error")
            return name if name in TROUBLE else None
        except (SlackClientError, aiohttp.ClientError, TimeoutError):
            return None
        if channel.get("is_archived"):
            return "is_archived"
        if channel.get("is_member") is False:
            return "not_in_channel"
        return NOBODY_THERE if await is_deserted(channel_id) else None

    return in_the_way


def deserted_in_slack(client: AsyncWebClient, bot_user_id: str) -> IsDeserted:
    """Ask Slack whether nobody but the bot is in a channel; where it doesn't tell, somebody is."""

    async def is_deserted(channel_id: str) -> bool:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                page = await client.conversations_members(channel=channel_id, limit=_TWO)
        except (SlackClientError, aiohttp.ClientError, TimeoutError):
            return False
        return set(page["members"]) == {bot_user_id}

    return is_deserted
