"""What is kept of checks: the button “What is kept…” and its form, for stewards."""

from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from coherence.errors import ChangedMeanwhile, InvalidAnswers
from coherence.retention import Retention
from coherence.stewards import Person
from handlers.blocks import retention as blocks
from handlers.modals import fill_modal, open_modal
from handlers.voice import retention as voice

Payload = dict[str, Any]


class RetentionHandlers:
    """The ways to choose what is kept."""

    def __init__(self, retention: Retention) -> None:
        self._retention = retention

    async def on_open(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open the choice."""
        await ack()
        view_id = await open_modal(client, context, body["trigger_id"], blocks.loading_modal())
        policy = await self._retention.policy_to_change(_person_in(body))
        await fill_modal(client, view_id, blocks.retention_form(policy))

    async def on_form_submitted(self, ack: AsyncAck, body: Payload) -> None:
        """Save the choice; where it takes something away, ask once more."""
        form = blocks.retention_answer(body["view"])
        try:
            lost = await self._retention.loss(_person_in(body), form.wanted)
        except InvalidAnswers as error:
            await ack(response_action="errors", errors=error.faults)
            return
        if lost:
            await ack(response_action="update", view=blocks.confirm_modal(form, lost))
        else:
            await self._choose(ack, body, form)

    async def on_confirmed(self, ack: AsyncAck, body: Payload) -> None:
        """Save a choice that takes something away."""
        form = blocks.RetentionForm.load(body["view"]["private_metadata"])
        await self._choose(ack, body, form)

    async def _choose(self, ack: AsyncAck, body: Payload, form: blocks.RetentionForm) -> None:
        person = _person_in(body)
        try:
            await self._retention.choose(person, form.wanted, seen=form.seen)
        except ChangedMeanwhile:
            now = await self._retention.policy(person.workspace_id)
            changed = blocks.retention_form(now, voice.changed_meanwhile())
            await ack(response_action="update", view=changed)
            return
        await ack(response_action="update", view=blocks.chosen_modal(form.wanted))
        # After the ack, since it may take a while; what is left over goes with the hourly round.
        await self._retention.let_go(person.workspace_id)


def _person_in(body: Payload) -> Person:
    return Person(body["team"]["id"], body["user"]["id"])
