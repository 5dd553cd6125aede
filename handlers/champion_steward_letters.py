"""Letters to stewards about a rota, by what they are about."""

from collections.abc import Mapping

from coherence.champion.handover import ChampionHandovers
from coherence.champion.letters import Letter
from coherence.champion.round import CHANNEL
from coherence.outbox import Claim
from handlers.blocks.champion_round import channel_trouble_message
from handlers.outbox import Arguments, DeliveryKind, Render
from handlers.voice.champion_round import STEWARDS_TITLE


class ChampionStewardLetters:
    """One kind of deliveries for all of them.

    Of the `writers`, the one is asked whose name stands before the colon of `about`.
    """

    def __init__(self, writers: Mapping[str, Render]) -> None:
        self._writers = writers

    @property
    def kind(self) -> DeliveryKind:
        """As the outbox knows it."""
        return DeliveryKind(Letter.STEWARDS, STEWARDS_TITLE, self.render)

    async def render(self, claim: Claim) -> Arguments | None:
        """The letter. Raises KeyError where nobody writes on what it is about."""
        subject, _, _ = str(claim.facts["about"]).partition(":")
        return await self._writers[subject](claim)


class ChannelTroubleLetters:
    """Tells that handovers can't be posted in a rota's channel."""

    def __init__(self, handovers: ChampionHandovers) -> None:
        self._handovers = handovers

    async def render(self, claim: Claim) -> Arguments | None:
        """The letter; None where the rota has another channel by now."""
        channel_id = str(claim.facts["channel_id"])
        journey = await self._handovers.journey_told_in(
            claim.workspace_id, str(claim.facts["journey_id"]), channel_id
        )
        if journey is None:
            return None
        error = str(claim.facts["about"]).removeprefix(f"{CHANNEL}:")
        return channel_trouble_message(journey, channel_id, error).payload()
