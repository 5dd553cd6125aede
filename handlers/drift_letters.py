"""The one message about a drift report to whom it concerns, written when it is sent."""

from typing import Any

from coherence.drift.telling import LETTER, DriftTelling
from coherence.outbox import Claim
from handlers.blocks.drift_letter import letter_message
from handlers.outbox import DeliveryKind
from handlers.voice.drift_life import LETTERS


class DriftLetters:
    """Writes the messages."""

    def __init__(self, telling: DriftTelling) -> None:
        self._telling = telling

    @property
    def kind(self) -> DeliveryKind:
        """As the outbox knows it."""
        return DeliveryKind(LETTER, LETTERS, self.render)

    async def render(self, claim: Claim) -> dict[str, Any] | None:
        """The arguments of the call. Raises NotSentYet while the message to change may be on its way."""
        letter = await self._telling.letter(claim)
        if letter is None:
            return None
        return letter_message(letter, str(claim.facts["reader"])).payload(letter.ts)
