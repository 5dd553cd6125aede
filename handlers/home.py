"""The Home tab: published when somebody opens it, and again after a press of its own buttons."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from coherence.deliveries import Deliveries
from coherence.home import Home
from coherence.stewards import Person, Stewards
from handlers.blocks.home import home_view
from handlers.setup import person_in
from handlers.slack_faults import SLACK_FAULTS, describe

Payload = dict[str, Any]
Listener = Callable[..., Awaitable[None]]

log = structlog.get_logger(__name__)


class HomeHandlers:
    """The ways to a fresh Home."""

    def __init__(self, home: Home, stewards: Stewards, deliveries: Deliveries) -> None:
        self._home = home
        self._stewards = stewards
        self._deliveries = deliveries

    async def on_opened(self, event: Payload, body: Payload, client: AsyncWebClient) -> None:
        """Put it together anew, once for each time that it is opened."""
        if event.get("tab") != "home":
            return
        person = Person(body["team_id"], event["user"])
        view = await self._view(person)
        if await self._deliveries.claim(person.workspace_id, body["event_id"]):
            await _publish(client, person, view, seen=event.get("view", {}).get("hash"))

    def then_home(self, listener: Listener) -> Listener:
        """A listener after which the Home is put together anew, if the button stands there.

        The listener takes `body` and `client`.
        """

        @wraps(listener)
        async def listen(body: Payload, client: AsyncWebClient, **given: object) -> None:
            await listener(body=body, client=client, **given)
            if is_on_home(body):
                await self._renew(body, client)

        return listen

    async def _renew(self, body: Payload, client: AsyncWebClient) -> None:
        person = person_in(body)
        try:
            await _publish(client, person, await self._view(person), seen=body["view"].get("hash"))
        except SLACK_FAULTS as failure:
            # What was pressed is done, and that is what the person looks at.
            log.warning("home_not_renewed", failure=describe(failure))

    async def _view(self, person: Person) -> Payload:
        is_steward = await self._is_steward(person)
        return home_view(await self._home.page(person, is_steward=is_steward))

    async def _is_steward(self, person: Person) -> bool:
        try:
            return await self._stewards.is_steward(person)
        except SLACK_FAULTS as failure:
            # Without the answer the Home comes without what stewards see to.
            log.warning("standing_unknown", failure=describe(failure))
            return False


def is_on_home(body: Payload) -> bool:
    """Whether something was pressed on the Home."""
    return bool(body.get("view", {}).get("type") == "home")


async def _publish(
    client: AsyncWebClient, person: Person, view: Payload, *, seen: str | None
) -> None:
    """Show a Home in place of the one `seen`, unless a newer one has taken its place meanwhile."""
    try:
        await client.views_publish(user_id=person.user_id, view=view, hash=seen)
    except SlackApiError as error:
        if error.response.get("error") != "hash_conflict":
            raise
