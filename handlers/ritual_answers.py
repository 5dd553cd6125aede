"""Answering a ritual: the form, the ratings with one press, and who answered what."""

from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from coherence.errors import AlreadyTakenPart, InvalidAnswers, RoundClosed
from coherence.rituals.answering import RitualAnswers, State
from coherence.rituals.given import Answered
from coherence.rituals.names import RitualNames
from handlers.answers import Answers
from handlers.blocks import ritual_actions as actions
from handlers.blocks import ritual_answers as blocks
from handlers.modals import fill_modal, open_window
from handlers.setup import person_in
from handlers.voice import ritual_answers as voice

Payload = dict[str, Any]


class RitualAnswerHandlers:
    """What people do to answer, and to read who did."""

    def __init__(self, answers: RitualAnswers, names: RitualNames, replies: Answers) -> None:
        self._answers = answers
        self._names = names
        self._replies = replies

    async def on_answer(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open the form, or say why there is none."""
        await ack()
        view_id = await open_window(client, context, body, blocks.loading_modal())
        round_id = body["actions"][0]["value"]
        standing = await self._answers.standing(person_in(body), round_id)
        await fill_modal(client, view_id, blocks.answer_modal(standing))

    async def on_answered(self, ack: AsyncAck, body: Payload) -> None:
        """Keep what was answered; what can't be kept is shown again, so that it isn't lost."""
        view, person = body["view"], person_in(body)
        form, given = blocks.FormOf.load(view["private_metadata"]), blocks.given_in(view)
        try:
            kept = await self._answers.answer(
                person, form.round_id, given, ballot=form.ballot, late=form.late
            )
        except InvalidAnswers as error:
            faults = {blocks.field_of(view, key): said for key, said in error.faults.items()}
            await ack(response_action="errors", errors=faults)
        except (RoundClosed, AlreadyTakenPart):
            await ack(response_action="update", view=await self._refused(body, form, given))
        else:
            await ack(response_action="update", view=blocks.kept_modal(kept))

    async def on_rate(self, ack: AsyncAck, body: Payload) -> None:
        """Keep a rating, and tell the person alone."""
        await ack()
        person, action = person_in(body), body["actions"][0]
        round_id, _, question_id = action["value"].partition("|")
        rating = int(action["action_id"].removeprefix(actions.RATE_PREFIX))
        try:
            kept = await self._answers.rate(person, round_id, question_id, rating)
        except (RoundClosed, AlreadyTakenPart):
            standing = await self._answers.standing(person, round_id)
            message = blocks.not_rated_message(standing)
        else:
            message = blocks.rated_message(kept, rating)
        await self._replies.respond(body, message)

    async def on_names(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Show who answered what."""
        await ack()
        loading = blocks.loading_modal(voice.NAMES_TITLE)
        view_id = await open_window(client, context, body, loading)
        round_id = body["actions"][0]["value"]
        answered = await self._names.who_answered(person_in(body), round_id)
        await fill_modal(client, view_id, blocks.names_modal(answered))

    async def on_names_page(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Turn the page."""
        await ack()
        round_id, _, after = body["actions"][0]["value"].partition("|")
        answered = await self._names.who_answered(person_in(body), round_id, after=after)
        view = blocks.names_modal(answered, is_first=not after)
        await fill_modal(client, body["view"]["id"], view)

    async def _refused(self, body: Payload, form: blocks.FormOf, given: Answered) -> Payload:
        standing = await self._answers.standing(person_in(body), form.round_id)
        if standing.state is State.LATE:
            return blocks.late_modal(standing, given)
        return blocks.refused_modal(blocks.why_refused(standing), standing, given)
