"""The letters about requests, changes and people who are gone, written when they are sent."""

from collections.abc import Mapping, Sequence

from coherence.champion.letters import Letter
from coherence.champion.people import GONE
from coherence.champion.telling import ChampionTelling
from coherence.outbox import Claim
from handlers.blocks import champion_swap as blocks
from handlers.outbox import Arguments, DeliveryKind, Render
from handlers.voice.champion_swap import TITLES


class ChampionSwapLetters:
    """Writes them; None where there is nothing to say any more."""

    def __init__(self, telling: ChampionTelling) -> None:
        self._telling = telling

    @property
    def kinds(self) -> Sequence[DeliveryKind]:
        """As the outbox knows them; letters to stewards are written by whoever has news for them."""
        renders = {
            Letter.REQUEST: self.request,
            Letter.SETTLED: self.settled,
            Letter.CHANGED: self.changed,
        }
        return [DeliveryKind(letter, TITLES[letter], say) for letter, say in renders.items()]

    @property
    def to_stewards(self) -> Mapping[str, Render]:
        """The letters to stewards that are written here, by what they are about."""
        return {GONE: self.gone}

    async def request(self, claim: Claim) -> Arguments | None:
        """To somebody who is asked."""
        letter = await self._telling.request(claim)
        return blocks.request_message(letter).payload(letter.ts) if letter else None

    async def settled(self, claim: Claim) -> Arguments | None:
        """To who asked."""
        letter = await self._telling.settled(claim)
        return blocks.settled_message(letter).payload() if letter else None

    async def changed(self, claim: Claim) -> Arguments | None:
        """To somebody whose term has moved, or who was relieved."""
        letter = await self._telling.changed(claim)
        return blocks.changed_message(letter).payload(letter.ts) if letter else None

    async def gone(self, claim: Claim) -> Arguments | None:
        """To stewards."""
        letter = await self._telling.gone(claim)
        return blocks.gone_message(letter).payload() if letter else None
