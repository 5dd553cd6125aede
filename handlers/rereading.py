"""Tell a steward what a new version changes: one message, changed in place."""

from typing import Any

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from coherence.rereading_news import RereadingNews, Telling
from handlers.blocks.rereading import news_message

EVENT_TYPE = "coherence_rereading"
"""The `event_type` of the metadata by which a message is found again."""

_FAILURES = (SlackClientError, aiohttp.ClientError, TimeoutError)
_SERVER_ERROR = 500
_PAGE = 200

# Of these Slack says that some of the work may have been done.
_UNCLEAR = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})

# The message, or the person it was for, is no longer there.
_MESSAGE_GONE = frozenset({"message_not_found", "cant_update_message"})
_PERSON_GONE = frozenset(
    {
        "account_inactive",
        "channel_not_found",
        "is_archived",
        "messages_tab_disabled",
        "user_not_found",
    }
)

log = structlog.get_logger(__name__)


class RereadingTeller:
    """Sends what `RereadingNews` has; `client` must try nothing again by itself."""

    def __init__(self, news: RereadingNews, client: AsyncWebClient, bot_id: str | None) -> None:
        self._news = news
        self._client = client
        self._bot_id = bot_id

    async def tell_next(self, workspace_id: str) -> bool:
        """Tell what there is to tell now; False if there is nothing."""
        telling = await self._news.next(workspace_id)
        if telling is None:
            return False
        try:
            channel_id, ts = await self._tell(telling)
        except _FAILURES as error:
            await self._note(telling, error)
        else:
            await self._news.told(telling, channel_id, ts)
        return True

    async def _tell(self, telling: Telling) -> tuple[str, str]:
        """Change the message, or post it where there is none; returns its channel and ts."""
        client = self._client
        message = news_message(telling.journey, telling.news).payload()
        place = await self._place(telling)
        if place is not None:
            channel_id, ts = place
            await client.chat_update(channel=channel_id, ts=ts, **message)
            return place
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": telling.key}}
        posted = await client.chat_postMessage(
            channel=telling.user_id, metadata=metadata, unfurl_links=False, **message
        )
        return str(posted["channel"]), str(posted["ts"])

    async def _place(self, telling: Telling) -> tuple[str, str] | None:
        """Where the message is; looked for if Slack may have taken it and nobody knows."""
        if telling.channel_id is None:
            return None
        if telling.ts is not None:
            return telling.channel_id, telling.ts
        if telling.unsure_since is None:
            return None
        ts = await self._find(telling, telling.channel_id)
        return (telling.channel_id, ts) if ts else None

    async def _find(self, telling: Telling, channel_id: str) -> str | None:
        """Look among the newest direct messages: nothing else is said there in between."""
        client = self._client
        page = await client.conversations_history(
            channel=channel_id, include_all_metadata=True, limit=_PAGE
        )
        return next((str(m["ts"]) for m in page["messages"] if self._is(m, telling.key)), None)

    def _is(self, message: dict[str, Any], key: str) -> bool:
        payload = (message.get("metadata") or {}).get("event_payload") or {}
        return payload.get("key") == key and message.get("bot_id") == self._bot_id

    async def _note(self, telling: Telling, error: Exception) -> None:
        name = _name(error)
        log.warning("rereading_not_told", error=name, version=telling.rereading.version)
        if name in _MESSAGE_GONE:
            await self._news.message_gone(telling)
        else:
            await self._news.not_told(
                telling, surely=_surely_not_taken(error), for_good=name in _PERSON_GONE
            )


def _surely_not_taken(error: Exception) -> bool:
    if isinstance(error, SlackApiError):
        return error.response.status_code < _SERVER_ERROR and _name(error) not in _UNCLEAR
    return isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)


def _name(error: Exception) -> str:
    # Slack's own error names only: its messages may repeat what was sent.
    if isinstance(error, SlackApiError):
        return str(error.response.get("error") or f"http_{error.response.status_code}")
    return type(error).__name__
