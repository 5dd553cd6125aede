"""What could not be delivered, for stewards: `/coherence undelivered`."""

from collections.abc import Sequence
from typing import Any

import structlog
from slack_bolt.async_app import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from coherence.outbox import Claim, NotSentYet, Outbox
from coherence.stewards import Person
from handlers.blocks import undelivered as blocks
from handlers.modals import fill_modal, open_modal
from handlers.outbox import DeliveryKind, GivenUp
from handlers.setup import person_in
from handlers.voice import undelivered as voice

Payload = dict[str, Any]

log = structlog.get_logger(__name__)


class UndeliveredHandlers:
    """The list of what was given up, of the kinds of deliveries that there are."""

    def __init__(self, outbox: Outbox, kinds: Sequence[DeliveryKind]) -> None:
        self._outbox = outbox
        self._kinds = {kind.name: kind for kind in kinds}
        self._titles = {kind.name: kind.title for kind in kinds}

    async def on_command(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open the list."""
        await ack()
        view_id = await open_modal(client, context, body["trigger_id"], blocks.loading_modal())
        await self._show(client, view_id, Person(body["team_id"], body["user_id"]))

    async def on_open(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open the list from a button."""
        await ack()
        view_id = await open_modal(client, context, body["trigger_id"], blocks.loading_modal())
        await self._show(client, view_id, person_in(body))

    async def on_again(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Have one sent again, or say that there is nothing to send any more, and show what is left."""
        await ack()
        person, key, notice = person_in(body), body["actions"][0]["value"], None
        claim = await self._outbox.given_up(person, key)
        if claim is not None and await self._is_overtaken(claim):
            await self._outbox.let_go(person, key)
            notice = voice.nothing_to_send(self._titles[claim.kind])
        else:
            await self._outbox.send_again(person, key)
        await self._show(client, body["view"]["id"], person, notice)

    async def on_let_go(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Take one off the list, and show what is left."""
        await ack()
        person = person_in(body)
        await self._outbox.let_go(person, body["actions"][0]["value"])
        await self._show(client, body["view"]["id"], person)

    async def _is_overtaken(self, claim: Claim) -> bool:
        """Whether it would say nothing now; what may have arrived is looked for in any case."""
        if claim.kind not in self._kinds or claim.unsure_since is not None:
            return False
        try:
            return await self._kinds[claim.kind].render(claim) is None
        except (NotSentYet, GivenUp):
            return False
        except Exception:
            # Whatever keeps it from being written: the list says so once it was tried again.
            log.exception("render_failed", delivery=claim.key)
            return False

    async def _show(
        self, client: AsyncWebClient, view_id: str, person: Person, notice: str | None = None
    ) -> None:
        undelivered = await self._outbox.undelivered(person)
        shown = blocks.undelivered_modal(undelivered, self._titles, notice)
        await fill_modal(client, view_id, shown)
