"""Name whoever is on duty in a channel's topic.

The topic is the team's own: only one part of it is ours, and each change posts a line in the channel, so
that it is changed only where it says something else.
"""

from typing import Any, Final

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from coherence.champion.surface import Showing
from handlers.champion_accounts_seen import AccountsSeen
from handlers.champion_handle import NotShown
from handlers.voice.champion_surfaces import TOPIC_LABEL, topic_part

MAX_TOPIC: Final = 250
"""Slack's limit, in characters as they are sent."""

_BETWEEN: Final = "|"
# Where nobody can read a topic, or it is not ours to change any more, nothing is left to be taken out.
_OUT_OF_REACH: Final = frozenset({"channel_not_found", "is_archived", "not_in_channel"})


class Topics:
    """Writes topics during one look."""

    def __init__(self, client: AsyncWebClient, accounts: AccountsSeen) -> None:
        self._client = client
        self._accounts = accounts

    async def show(self, showing: Showing) -> None:
        """Make a topic name who serves. Raises NotShown or what a call fails with."""
        if not showing.removes:
            names = await self._accounts.names(showing.people)
            await self._write(showing.target_id, topic_part(names))
            return
        try:
            await self._write(showing.target_id, None)
        except NotShown as error:
            if error.error not in _OUT_OF_REACH:
                raise
        except SlackApiError as error:
            if error.response.get("error") not in _OUT_OF_REACH:
                raise

    async def _write(self, channel_id: str, part: str | None) -> None:
        channel = (await self._client.conversations_info(channel=channel_id))["channel"]
        before = str(channel.get("topic", {}).get("value", ""))
        after = with_part(before, part)
        if after == before:
            return
        _require_reach(channel)
        if len(after) > MAX_TOPIC:
            raise NotShown("too_long")
        await self._client.conversations_setTopic(channel=channel_id, topic=after)


def with_part(topic: str, part: str | None) -> str:
    """A topic with our part in the place of the one it has, or at its end; with None, without it."""
    parts = topic.split(_BETWEEN)
    ours = [number for number, each in enumerate(parts) if each.strip().startswith(TOPIC_LABEL)]
    if not ours:
        return _appended(topic, part)
    if [parts[number].strip() for number in ours] == [part]:
        return topic
    kept = [each for number, each in enumerate(parts) if number not in ours[part is not None :]]
    if part is not None:
        kept[ours[0]] = f" {part} "
    return _BETWEEN.join(kept).strip()


def _appended(topic: str, part: str | None) -> str:
    if part is None:
        return topic
    return f"{topic.rstrip()} {_BETWEEN} {part}" if topic.strip() else part


def _require_reach(channel: dict[str, Any]) -> None:
    if channel.get("is_archived"):
        raise NotShown("is_archived")
    if not channel.get("is_member"):
        raise NotShown("not_in_channel")
