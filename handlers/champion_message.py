"""Say in a message of the duty what has become of it, in the place of its buttons."""

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from handlers.blocks.message import Message
from handlers.champion_place import ChampionPlace
from handlers.slack_faults import SLACK_FAULTS, describe

log = structlog.get_logger(__name__)


async def change_message(client: AsyncWebClient, place: ChampionPlace, message: Message) -> None:
    """Put another message into the place of the one that was pressed in, if it was pressed in one.

    What was done is done, and its window says so: where Slack doesn't take the change, that is logged.
    """
    if place.message is None:
        return
    channel_id, ts = place.message
    try:
        await client.chat_update(channel=channel_id, ts=ts, **message.payload())
    except SLACK_FAULTS as failure:
        log.warning("message_not_changed", failure=describe(failure))
