"""What people press under the summary of a round: explain, conclude, settle actions, retire questions."""

from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from coherence.errors import ChangedMeanwhile, InvalidAnswers, NotLeading
from coherence.rituals.review import RitualReviews
from handlers.answers import Answers
from handlers.blocks import ritual_review as blocks
from handlers.blocks.message import plain_message
from handlers.blocks.ritual_summary import SETTLES
from handlers.home import is_on_home
from handlers.modals import fill_modal, open_modal
from handlers.setup import person_in
from handlers.voice import ritual_review as form_voice
from handlers.voice import ritual_summary as voice

Payload = dict[str, Any]


class RitualReviewHandlers:
    """The buttons of a summary; the messages themselves are changed by the outbox."""

    def __init__(self, reviews: RitualReviews, answers: Answers) -> None:
        self._reviews = reviews
        self._answers = answers

    async def on_explain(self, ack: AsyncAck, body: Payload) -> None:
        """Offer to explain how one sees a question, or take it back."""
        await ack()
        round_id, question_id = _parts(body)
        offered = await self._reviews.explain(
            person_in(body), round_id, question_id, body["trigger_id"]
        )
        await self._tell(body, voice.explains(offered=offered))

    async def on_conclude(
        self, ack: AsyncAck, body: Payload, client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        """Open the form that concludes a review."""
        await ack()
        view_id = await open_modal(client, context, body["trigger_id"], blocks.loading_modal())
        concluding = await self._reviews.concluding(person_in(body), body["actions"][0]["value"])
        await fill_modal(client, view_id, blocks.conclude_form(concluding))

    async def on_concluded(self, ack: AsyncAck, body: Payload, view: Payload) -> None:
        """Keep the conclusion; what can't be kept stays in the form."""
        round_id, seen, conclusion = blocks.conclusion_in(view)
        try:
            await self._reviews.conclude(person_in(body), round_id, conclusion, seen=seen)
        except InvalidAnswers as error:
            await ack(response_action="errors", errors=error.faults)
            return
        except ChangedMeanwhile:
            faults = {blocks.DRIFTED: form_voice.changed_meanwhile()}
            await ack(response_action="errors", errors=faults)
            return
        done = blocks.done_modal(form_voice.concluded())
        await ack(response_action="update", view=done)

    async def on_settle(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Note that an action is done, dropped, or open again; a Home shows that by itself."""
        await ack()
        round_id, action_id = _parts(body)
        pressed = body["actions"][0]["action_id"]
        state = next(state for state, name in SETTLES.items() if name == pressed)
        try:
            action = await self._reviews.settle(
                person_in(body), action_id, state, shown_in=round_id
            )
        except NotLeading as error:
            await self._refuse(body, client, voice.not_theirs(error.to_ask))
            return
        if not is_on_home(body):
            await self._tell(body, voice.settled(action))

    async def on_take_over(self, ack: AsyncAck, body: Payload) -> None:
        """Become the owner of an action whose owner is gone."""
        await ack()
        round_id, action_id = _parts(body)
        action = await self._reviews.take_over(person_in(body), action_id, shown_in=round_id)
        await self._tell(body, voice.taken_over(action))

    async def on_retire(self, ack: AsyncAck, body: Payload) -> None:
        """Ask a question no more."""
        await ack()
        round_id, question_id = _parts(body)
        question = await self._reviews.retire(person_in(body), question_id, shown_in=round_id)
        await self._tell(body, voice.retired(question))

    async def _refuse(self, body: Payload, client: AsyncWebClient, sentence: str) -> None:
        """Beside what was pressed; on the Home nothing can be said, so there by direct message."""
        if is_on_home(body):
            message = plain_message(sentence).payload()
            await client.chat_postMessage(channel=body["user"]["id"], **message)
        else:
            await self._tell(body, sentence)

    async def _tell(self, body: Payload, sentence: str) -> None:
        await self._answers.respond(body, plain_message(sentence))


def _parts(body: Payload) -> tuple[str, str]:
    """The two parts of a button's value."""
    first, _, second = str(body["actions"][0]["value"]).partition("|")
    return first, second
