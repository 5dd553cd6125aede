"""Whether Slack has a post already, of which we never heard that it was taken.

Posts carry their key in the message's metadata. Reading it back needs the `*:history` scope of the
kind of channel, and membership.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from coherence.outbox import Claim

SKEW = timedelta(minutes=5)
"""How far this machine's clock may be ahead of Slack's."""

_PAGE = 200

# Answers by which Slack says that this conversation cannot be read, now or later.
_CLOSED = frozenset(
    {
        "channel_not_found",
        "is_archived",
        "method_not_supported_for_channel_type",
        "missing_scope",
        "no_permission",
        "not_in_channel",
        "restricted_action",
        "thread_not_found",
    }
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Own:
    """Who the bot is."""

    workspace_id: str
    bot_id: str | None


@dataclass(frozen=True)
class Found:
    """A post that Slack has."""

    ts: str
    channel_id: str


async def find_sent(client: AsyncWebClient, claim: Claim, own: Own) -> Found | None:
    """Look for a delivery's post; None if it is not there, or if nobody may look.

    Raises what calls to Slack raise where looking failed and may work later.
    """
    if claim.posted_in is None or claim.unsure_since is None:
        log.info("lookup_impossible", reason="the channel of the direct messages is not known yet")
        return None
    cursor: str | None = None
    while True:
        try:
            page = await _page(client, claim, claim.posted_in, claim.unsure_since, cursor)
        except SlackApiError as error:
            if error.response.get("error") not in _CLOSED:
                raise
            log.info("lookup_impossible", reason=error.response.get("error"))
            return None
        for message in page["messages"]:
            if _is(message, claim.key, own):
                return Found(message["ts"], claim.posted_in)
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return None


async def _page(
    client: AsyncWebClient, claim: Claim, channel_id: str, since: datetime, cursor: str | None
) -> AsyncSlackResponse:
    oldest = f"{(since - SKEW).timestamp():.6f}"
    if claim.thread_ts is not None:
        return await client.conversations_replies(
            channel=channel_id,
            ts=claim.thread_ts,
            oldest=oldest,
            include_all_metadata=True,
            limit=_PAGE,
            cursor=cursor,
        )
    return await client.conversations_history(
        channel=channel_id, oldest=oldest, include_all_metadata=True, limit=_PAGE, cursor=cursor
    )


def _is(message: dict[str, Any], key: str, own: Own) -> bool:
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    return payload.get("key") == key and message.get("bot_id") == own.bot_id
