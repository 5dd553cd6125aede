"""Windows of the champion's duty: opened from a message, from the Home tab, or above another window."""

from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from handlers.modals import open_modal, push_modal

Payload = dict[str, Any]


async def open_window(
    client: AsyncWebClient, context: AsyncBoltContext, body: Payload, loading: Payload
) -> str | None:
    """Open a loading window wherever a button was pressed; None where three are open already."""
    if body.get("view", {}).get("type") == "modal":
        return await push_modal(client, context, body["trigger_id"], loading)
    return await open_modal(client, context, body["trigger_id"], loading)
