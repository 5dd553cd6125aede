"""The letters about requests, changes and people who are gone, written when they are sent."""

from collections.abc import Mapping, Sequence
from typing import Any

from coherence.champion.letters import Letter
from coherence.champion.people import GONE
from coherence.champion.telling import ChampionTelling, NotSentYet
from coherence.outbox import Claim
from handlers.blocks import champion_swap as blocks
from handlers.blocks.message import Message
from handlers.outbox import Arguments, ComeBack, DeliveryKind, Render
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
        try:
            letter = await self._telling.request(claim)
        except NotSentYet:
            raise ComeBack from None
        return _arguments(blocks.request_message(letter), letter.ts) if letter else None

    async def settled(self, claim: Claim) -> Arguments | None:
        """To who asked."""
        letter = await self._telling.settled(claim)
        return _arguments(blocks.settled_message(letter)) if letter else None

    async def changed(self, claim: Claim) -> Arguments | None:
        """To somebody whose term has moved, or who was relieved."""
        try:
            letter = await self._telling.changed(claim)
        except NotSentYet:
            raise ComeBack from None
        return _arguments(blocks.changed_message(letter), letter.ts) if letter else None

    async def gone(self, claim: Claim) -> Arguments | None:
        """To stewards."""
        letter = await self._telling.gone(claim)
        return _arguments(blocks.gone_message(letter)) if letter else None


def _arguments(message: Message, ts: str | None = None) -> dict[str, Any]:
    return {**message.payload(), "ts": ts} if ts else message.payload()
