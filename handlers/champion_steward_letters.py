"""Letters to stewards about a rota, by what they are about."""

from collections.abc import Mapping

from coherence.champion.letters import Letter
from coherence.outbox import Claim
from handlers.outbox import Arguments, DeliveryKind, Render
from handlers.voice.champion_surfaces import STEWARDS_TITLE


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
