"""Read the duty: `/coherence champion`, its card, the coming terms, and why somebody serves."""

import re
from typing import Any

import aiohttp
import structlog
from slack_bolt.async_app import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from coherence.champion.duty import ChampionDuty
from coherence.champion.question import TABLE, Question, read_question
from coherence.errors import AmbiguousJourney, NotOnTheRota
from coherence.stewards import Person, Stewards
from handlers.answers import Answers
from handlers.blocks import champion_duty as blocks
from handlers.blocks.message import Message, plain_message
from handlers.champion_place import ChampionPlace
from handlers.modals import fill_modal, open_modal, open_window
from handlers.setup import person_in
from handlers.slack_text import unescape
from handlers.voice import champion_duty as voice

Payload = dict[str, Any]

_PERSON = re.compile(r"<@(\w+)(?:\|[^>]*)?>")

log = structlog.get_logger(__name__)


class ChampionDutyHandlers:
    """The ways to read who is on duty."""

    def __init__(self, duty: ChampionDuty, stewards: Stewards, answers: Answers) -> None:
        self._duty = duty
        self._stewards = stewards
        self._answers = answers

    async def on_command(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Answer `/coherence champion`, with a journey, a day, `next` or `table` after it or without."""
        await ack()
        question = read_question(unescape(body["text"].strip().partition(" ")[2]))
        person = Person(body["team_id"], body["user_id"])
        if (somebody := _PERSON.match(question.journey)) is not None:
            answer = plain_message(voice.not_a_journey(somebody[1]))
            await self._answers.respond(body, answer)
            return
        if question.when == TABLE:
            await self._open_table(person, question, body, context, client)
            return
        duties = await self._duty.ask(
            person,
            question,
            channel_id=body["channel_id"],
            is_steward=await self._is_steward(person),
        )
        answer = (
            blocks.card_message(duties[0], person.user_id, asked=question.when)
            if len(duties) == 1
            else blocks.journeys_message(duties, person.user_id)
        )
        await self._answers.respond(body, answer)

    async def on_card(self, ack: AsyncAck, body: Payload) -> None:
        """Show the card of one journey, below the list of several."""
        await ack()
        await self._answers.respond(body, await self._card(body))

    async def on_more(self, ack: AsyncAck, body: Payload) -> None:
        """Show the card with all of its buttons, in the place of the one with the first of them."""
        await ack()
        card = await self._card(body, all_offers=True)
        await self._answers.respond(body, card, replace=True)

    async def on_terms(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Open the coming terms."""
        await ack()
        view_id = await _open(body, context, client, voice.TERMS_TITLE)
        if view_id is not None:
            await self._show_terms(person_in(body), _place(body), client, view_id)

    async def on_page(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Turn to another page of the coming terms."""
        await ack()
        await self._show_terms(person_in(body), _place(body), client, body["view"]["id"])

    async def on_why(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Say why the person serves in a term."""
        await ack()
        view_id = await _open(body, context, client, voice.WHY_TITLE)
        if view_id is None:
            return
        place = _place(body)
        try:
            reason = await self._duty.why(person_in(body), place.journey_id, place.start)
        except NotOnTheRota:
            reason = None
        await fill_modal(client, view_id, blocks.why_modal(reason))

    async def _open_table(
        self,
        person: Person,
        question: Question,
        body: Payload,
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        view_id = await open_modal(
            client, context, body["trigger_id"], blocks.loading_modal(voice.TERMS_TITLE)
        )
        try:
            journey_id = await self._duty.journey(person, question, channel_id=body["channel_id"])
        except AmbiguousJourney as error:
            await fill_modal(client, view_id, blocks.which_journey_modal(str(error)))
            return
        await self._show_terms(person, ChampionPlace(journey_id), client, view_id)

    async def _show_terms(
        self, person: Person, place: ChampionPlace, client: AsyncWebClient, view_id: str
    ) -> None:
        coming = await self._duty.terms(
            person,
            place.journey_id,
            since=place.start,
            skipped=int(place.about) if place.about.isdecimal() else 0,
        )
        await fill_modal(client, view_id, blocks.terms_modal(coming, person.user_id))

    async def _card(self, body: Payload, *, all_offers: bool = False) -> Message:
        person, place = person_in(body), _place(body)
        [duty] = await self._duty.ask(
            person,
            Question(when=place.about),
            journey_id=place.journey_id,
            is_steward=await self._is_steward(person),
        )
        return blocks.card_message(duty, person.user_id, asked=place.about, all_offers=all_offers)

    async def _is_steward(self, person: Person) -> bool:
        try:
            return await self._stewards.is_steward(person)
        except (SlackClientError, aiohttp.ClientError, TimeoutError) as error:
            # Reading needs no steward: without the answer the card comes without their button.
            log.warning("standing_unknown", error=type(error).__name__)
            return False


def _place(body: Payload) -> ChampionPlace:
    return ChampionPlace.of_action(body["actions"][0])


async def _open(
    body: Payload, context: AsyncBoltContext, client: AsyncWebClient, title: str
) -> str | None:
    """Open a window, on top of the one whose button was pressed if it was in one."""
    return await open_window(client, context, body, blocks.loading_modal(title))
