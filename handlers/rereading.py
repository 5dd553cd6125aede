"""Tell a steward what a new version changes: one message, changed in place."""

from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from coherence.rereading_news import RereadingNews, Telling
from handlers.blocks.rereading import news_message
from handlers.slack_outcomes import FAILURES, Later, Refused, Unclear, outcome_of

EVENT_TYPE = "coherence_rereading"
"""The `event_type` of the metadata by which a message is found again."""

_PAGE = 200

# The message is no longer there; it can be told in another.
_MESSAGE_GONE = frozenset({"message_not_found", "cant_update_message"})

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
        except FAILURES as error:
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
        outcome = outcome_of(error)
        log.warning("rereading_not_told", outcome=str(outcome), version=telling.rereading.version)
        match outcome:
            case Refused(error=name) if name in _MESSAGE_GONE:
                await self._news.message_gone(telling)
            case Refused(most_attempts=most):
                await self._news.not_told(telling, surely=True, for_good=most == 1)
            case Later():
                await self._news.not_told(telling, surely=True)
            case Unclear():
                await self._news.not_told(telling, surely=False)
