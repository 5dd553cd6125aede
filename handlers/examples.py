"""Pin a message as an example: from any message, and from a check's answer."""

from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from coherence.check import Checks
from coherence.errors import AmbiguousJourney, InvalidItem
from coherence.examples import SECTION, Examples, Pinned, Pinning, Suggested
from coherence.stewards import Stewards
from handlers.blocks import examples as blocks
from handlers.blocks import stack_forms as forms
from handlers.blocks.examples import PinContext
from handlers.blocks.stack_forms import Where
from handlers.modals import fill_modal, open_modal, open_window
from handlers.slack_text import message_draft
from handlers.stack_editing import person_of

Payload = dict[str, Any]


class ExampleHandlers:
    """What a steward does to pin a message."""

    def __init__(self, examples: Examples, checks: Checks, stewards: Stewards) -> None:
        self._examples = examples
        self._checks = checks
        self._stewards = stewards

    async def on_message_shortcut(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open the form for somebody's message."""
        await ack()
        view_id = await open_modal(client, context, body["trigger_id"], blocks.loading())
        person = person_of(body)
        await self._stewards.require(person)
        held = self._examples.hold(person, Suggested(message_draft(body["message"])))
        channel_id = body["channel"]["id"]
        try:
            view = blocks.pin_form(await self._examples.begin(person, held, channel_id))
        except AmbiguousJourney:
            choices = await self._checks.choices(person.workspace_id, channel_id)
            view = blocks.journey_form(choices, held)
        await fill_modal(client, view_id, view)

    async def on_journey_chosen(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Go on to the form where there are several journeys."""
        await ack()
        held = PinContext.load(body["view"]["private_metadata"]).held
        journey_id = body["actions"][0]["selected_option"]["value"]
        pinning = await self._examples.begin(person_of(body), held, None, journey_id)
        await fill_modal(client, body["view"]["id"], blocks.pin_form(pinning))

    async def on_answer(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open the form for a draft that was checked, with what the check has said in it."""
        await ack()
        view_id = await open_window(client, context, body, blocks.loading())
        if view_id is None:
            return
        person = person_of(body)
        await self._stewards.require(person)
        check_id = body["actions"][0]["selected_option"]["value"]
        result = await self._checks.recall(person.workspace_id, person.user_id, check_id)
        held = self._examples.hold(person, Suggested.by_check(result))
        pinning = await self._examples.begin(person, held, None, result.journey_id)
        await fill_modal(client, view_id, blocks.pin_form(pinning))

    async def on_form_submitted(self, ack: AsyncAck, body: Payload) -> None:
        """Save the example to the draft; a text that is pinned already is shown as it is there."""
        view = body["view"]
        context = PinContext.load(view["private_metadata"])
        try:
            result = await self._examples.pin(
                person_of(body),
                context.journey_id,
                context.basis,
                context.held,
                forms.fields_in(view, SECTION),
                example_id=context.example_id,
                once=None if context.example_id else f"pinned:{view['id']}",
            )
        except InvalidItem as error:
            await ack(response_action="errors", errors=forms.field_errors(view, error))
            return
        match result:
            case Pinned():
                answer = blocks.pinned_modal(result)
            case Pinning():
                answer = blocks.pin_form(result)
            case _:
                where = Where(context.journey_id, section=SECTION, item_id=context.example_id)
                answer = forms.clash_form(result, where)
        await ack(response_action="update", view=answer)
