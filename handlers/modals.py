"""Open a modal at once and fill it later: a trigger lives three seconds."""

from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

VIEW_ID = "loading_view_id"
"""Key in Bolt's context: the modal that a listener has opened and not yet filled."""

View = dict[str, Any]


def is_in_modal(body: dict[str, Any]) -> bool:
    """Whether something was pressed in a modal, not in a message or on the Home."""
    return bool(body.get("view", {}).get("type") == "modal")


async def open_modal(
    client: AsyncWebClient, context: AsyncBoltContext, trigger_id: str, loading: View
) -> str:
    """Open a loading modal and return its id; errors from here on are shown in it."""
    answer = await client.views_open(trigger_id=trigger_id, view=loading)
    view_id = str(answer["view"]["id"])
    context[VIEW_ID] = view_id
    return view_id


async def push_modal(
    client: AsyncWebClient, context: AsyncBoltContext, trigger_id: str, loading: View
) -> str | None:
    """Put a loading modal on top and return its id; None where three are open already.

    That happens to somebody who presses a button twice: the first press has opened what they want.
    """
    try:
        answer = await client.views_push(trigger_id=trigger_id, view=loading)
    except SlackApiError as error:
        if error.response.get("error") != "push_limit_reached":
            raise
        return None
    view_id = str(answer["view"]["id"])
    context[VIEW_ID] = view_id
    return view_id


async def open_window(
    client: AsyncWebClient, context: AsyncBoltContext, body: dict[str, Any], loading: View
) -> str | None:
    """Open a loading modal wherever something was pressed: on top of the modal that it was in, if any.

    Returns its id; None where three are open already.
    """
    bring = push_modal if is_in_modal(body) else open_modal
    return await bring(client, context, body["trigger_id"], loading)


async def fill_modal(client: AsyncWebClient, view_id: str | None, view: View) -> str | None:
    """Replace a modal's content, unless the person has closed it or none was opened.

    Returns the hash of what it shows now, None where it shows nothing any more.
    """
    if view_id is None:
        return None
    try:
        answer = await client.views_update(view_id=view_id, view=view)
    except SlackApiError as error:
        if error.response.get("error") != "not_found":
            raise
        return None
    return str(answer["view"]["hash"])


async def refill_modal(client: AsyncWebClient, view_id: str, view: View, seen: str) -> str | None:
    """Replace a modal's content unless it was closed, or is another than the one `seen` by its hash.

    Returns the hash of what it shows now, None where nothing was replaced.
    """
    try:
        answer = await client.views_update(view_id=view_id, view=view, hash=seen)
    except SlackApiError as error:
        if error.response.get("error") not in {"not_found", "hash_conflict"}:
            raise
        return None
    return str(answer["view"]["hash"])
