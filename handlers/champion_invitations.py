"""Being asked to take turns: the messages, written when they are sent, and the two buttons."""

from collections.abc import Sequence
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from coherence.champion.invitations import Answered, ChampionInvitations
from coherence.champion.letters import Letter
from coherence.champion.mine import ChampionDuties
from coherence.champion.profiles import Profiles
from coherence.clock import Clock
from coherence.outbox import Claim
from handlers.answers import Answers
from handlers.blocks import champion_invitation as blocks
from handlers.blocks.champion_mine import my_duty_modal
from handlers.champion_place import ChampionPlace
from handlers.modals import fill_modal
from handlers.outbox import Arguments, DeliveryKind
from handlers.setup import person_in
from handlers.slack_faults import SLACK_FAULTS
from handlers.voice import champion_invitation as voice

Payload = dict[str, Any]


class InvitationLetters:
    """Writes what has to do with being asked."""

    def __init__(self, invitations: ChampionInvitations) -> None:
        self._invitations = invitations

    @property
    def kinds(self) -> Sequence[DeliveryKind]:
        """As the outbox knows them."""
        return (
            DeliveryKind(Letter.INVITATION, voice.INVITATION_TITLE, self.invitation),
            DeliveryKind(Letter.ANSWERS, voice.ANSWERS_TITLE, self.answers),
            DeliveryKind(Letter.REMOVED, voice.REMOVED_TITLE, self.removed),
        )

    async def invitation(self, claim: Claim) -> Arguments | None:
        """To who is asked; None where nobody asks any more."""
        asked = await self._invitations.invitation(claim.workspace_id, claim, claim.lane)
        return blocks.invitation_message(asked).payload() if asked else None

    async def answers(self, claim: Claim) -> Arguments | None:
        """To who asked. Raises NotSentYet while the message to change may be on its way."""
        answers = await self._invitations.answers(claim)
        return blocks.answers_message(answers).payload(answers.ts) if answers else None

    async def removed(self, claim: Claim) -> Arguments | None:
        """To who is out of the rota; None if they are in it again."""
        journey = await self._invitations.left(claim, claim.lane)
        by = claim.facts.get("by")
        return blocks.removed_message(journey, by).payload() if journey else None


class InvitationHandlers:
    """The two answers, in the message or among one's own duty."""

    def __init__(
        self,
        invitations: ChampionInvitations,
        duties: ChampionDuties,
        profiles: Profiles,
        answers: Answers,
        now: Clock,
    ) -> None:
        self._invitations = invitations
        self._duties = duties
        self._profiles = profiles
        self._answers = answers
        self._now = now

    async def on_join(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Take turns from now on."""
        await ack()
        person, place = person_in(body), ChampionPlace.of_action(body["actions"][0])
        zone = await self._zone_of(person.user_id)
        done = await self._invitations.join(person, place.journey_id, place.about, zone)
        await self._show(body, client, done)

    async def on_decline(self, ack: AsyncAck, body: Payload, client: AsyncWebClient) -> None:
        """Rather not."""
        await ack()
        person, place = person_in(body), ChampionPlace.of_action(body["actions"][0])
        done = await self._invitations.decline(person, place.journey_id, place.about)
        await self._show(body, client, done)

    async def _zone_of(self, user_id: str) -> str | None:
        # An answer doesn't get lost for want of a zone: the one that was known when they were asked stays.
        try:
            return (await self._profiles(user_id)).zone
        except SLACK_FAULTS:
            return None

    async def _show(self, body: Payload, client: AsyncWebClient, done: Answered) -> None:
        if body.get("view", {}).get("type") == "modal":
            duty = await self._duties.mine(person_in(body))
            await fill_modal(client, body["view"]["id"], my_duty_modal(duty))
            return
        message = blocks.answered_message(done, self._now())
        await self._answers.respond(body, message, replace=True)
