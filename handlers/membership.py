"""What Slack tells about the bot's channels and about a person's time zone."""

import asyncio

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.blocks.setup import Membership

_PAGE = 999
_PATIENCE_SECONDS = 1.0
_KINDS = "public_channel,private_channel"


async def membership(client: AsyncWebClient, bot_user_id: str) -> Membership:
    """The channels that the bot is in; unknown without the optional scopes for it.

    A hint is not worth a wait: what Slack does not tell in time is unknown too.
    """
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            return Membership(bot_user_id, frozenset(await _joined(client)))
    except (SlackClientError, aiohttp.ClientError, TimeoutError):
        return Membership(bot_user_id, None)


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
