"""One's own duty in Slack: coming terms, days away, pausing, leaving, messages."""

from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from coherence.champion.mine import ChampionDuties, MyDuty
from coherence.errors import InvalidAnswers
from coherence.stewards import Person
from handlers.blocks import champion_mine as blocks
from handlers.blocks.champion_mine import Notice
from handlers.champion_place import ChampionPlace
from handlers.modals import fill_modal, open_modal, open_window, push_modal
from handlers.setup import person_in
from handlers.voice import champion_mine as voice

Payload = dict[str, Any]


class ChampionMineHandlers:
    """What people do about their own duty."""

    def __init__(self, duties: ChampionDuties) -> None:
        self._duties = duties

    async def on_command(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Show one's duty: `/coherence champion me`."""
        await ack()
        view_id = await open_modal(client, context, body["trigger_id"], blocks.loading_modal())
        await self._show(client, view_id, Person(body["team_id"], body["user_id"]))

    async def on_open(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Show it from a button: above the window that it is in, if it is in one."""
        await ack()
        view_id = await open_window(client, context, body, blocks.loading_modal())
        await self._show(client, view_id, person_in(body))

    async def on_pause(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Rest from the next term on."""
        await ack()
        person, place = person_in(body), _place(body)
        await self._duties.pause(person, place.journey_id)
        duty = await self._duties.mine(person)
        notice = Notice(voice.paused(_is_on_duty(duty, place.journey_id)))
        await fill_modal(client, body["view"]["id"], blocks.my_duty_modal(duty, notice))

    async def on_resume(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Take turns again."""
        await ack()
        await self._duties.resume(person_in(body), _place(body).journey_id)
        await self._show(client, body["view"]["id"], person_in(body), Notice(voice.resumed()))

    async def on_leave_rota(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Take no more turns."""
        await ack()
        person, place = person_in(body), _place(body)
        before = await self._duties.mine(person)
        await self._duties.leave_rota(person, place.journey_id)
        journey = next((r.journey for r in before.rotas if r.journey_id == place.journey_id), "")
        await self._show(client, body["view"]["id"], person, Notice(voice.left(journey)))

    async def on_messages(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Let the bot write unasked, or not."""
        await ack()
        person, wanted = person_in(body), body["actions"][0]["value"] == "on"
        await self._duties.set_messages(person, wanted=wanted)
        await self._show(client, body["view"]["id"], person)

    async def on_remove_leave(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Be there after all."""
        await ack()
        person = person_in(body)
        await self._duties.remove_leave(person, str(body["actions"][0]["value"]))
        await self._show(client, body["view"]["id"], person, Notice(voice.removed_leave()))

    async def on_add_leave(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Ask from when until when."""
        await ack()
        await push_modal(client, context, body["trigger_id"], blocks.leave_form())

    async def on_leave_submitted(
        self, ack: AsyncAck, body: Payload, client: AsyncWebClient
    ) -> None:
        """Note days away, and say what follows in the window below."""
        person, days = person_in(body), blocks.leave_answer(body["view"])
        try:
            found = await self._duties.add_leave(person, days)
        except InvalidAnswers as error:
            await ack(response_action="errors", errors=error.faults)
            return
        await ack()
        duty = await self._duties.mine(person)
        notice = blocks.leave_notice(days, found, duty.now)
        below = body["view"]["previous_view_id"]
        await fill_modal(client, below, blocks.my_duty_modal(duty, notice))

    async def on_country(
        self, ack: AsyncAck, body: Payload, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Ask whose public holidays count."""
        await ack()
        country = (await self._duties.mine(person_in(body))).country
        await push_modal(client, context, body["trigger_id"], blocks.country_form(country))

    async def on_country_submitted(
        self, ack: AsyncAck, body: Payload, client: AsyncWebClient
    ) -> None:
        """Note whose public holidays count."""
        person = person_in(body)
        try:
            await self._duties.set_country(person, blocks.country_answer(body["view"]))
        except InvalidAnswers as error:
            await ack(response_action="errors", errors=error.faults)
            return
        await ack()
        await self._show(client, body["view"]["previous_view_id"], person)

    async def _show(
        self,
        client: AsyncWebClient,
        view_id: str | None,
        person: Person,
        notice: Notice | None = None,
    ) -> None:
        duty = await self._duties.mine(person)
        await fill_modal(client, view_id, blocks.my_duty_modal(duty, notice))


def _place(body: Payload) -> ChampionPlace:
    return ChampionPlace.of_action(body["actions"][0])


def _is_on_duty(duty: MyDuty, journey_id: str) -> bool:
    return any(
        term.start <= duty.now
        for mine in duty.rotas
        if mine.journey_id == journey_id
        for term in mine.terms
    )
