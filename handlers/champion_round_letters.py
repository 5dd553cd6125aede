"""The letters of the duty as it goes round, written when they are sent."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from coherence.champion.handover import ChampionHandovers, Turn
from coherence.champion.letters import Letter, unmark
from coherence.outbox import Claim
from handlers.blocks import champion_round as blocks
from handlers.blocks.message import Message
from handlers.outbox import Arguments, DeliveryKind
from handlers.voice.champion_round import TITLES

Reading = Callable[[str, str, datetime, str], Awaitable[Turn | None]]
Writing = Callable[[Turn], Message]


class ChampionRoundLetters:
    """Writes reminders, requests for notes, handovers, briefings and look-backs."""

    def __init__(self, handovers: ChampionHandovers) -> None:
        self._handovers = handovers

    @property
    def kinds(self) -> Sequence[DeliveryKind]:
        """As the outbox knows them."""
        handovers = self._handovers
        return (
            self._of_turn(Letter.REMINDER, handovers.coming, blocks.reminder_message),
            self._of_turn(Letter.NOTES, handovers.ending, blocks.notes_message),
            DeliveryKind(Letter.HANDOVER, TITLES[Letter.HANDOVER], self.handover),
            DeliveryKind(Letter.INCOMING, TITLES[Letter.INCOMING], self.incoming),
            self._of_turn(Letter.LOOK_BACK, handovers.ended, blocks.look_back_message),
        )

    async def handover(self, claim: Claim) -> Arguments | None:
        """To the channel; None where the duty doesn't change hands then any more."""
        journey_id, start = _about(claim)
        change = await self._handovers.change(claim.workspace_id, journey_id, start)
        if change is None or change.rota.channel_id != claim.lane:
            return None
        return blocks.handover_message(change).payload()

    async def incoming(self, claim: Claim) -> Arguments | None:
        """To who begins; None where somebody else has the duty."""
        journey_id, start = _about(claim)
        briefing = await self._handovers.briefing(claim.workspace_id, journey_id, start, claim.lane)
        return blocks.incoming_message(briefing).payload() if briefing else None

    def _of_turn(self, letter: Letter, read: Reading, write: Writing) -> DeliveryKind:
        async def render(claim: Claim) -> Arguments | None:
            journey_id, start = _about(claim)
            turn = await read(claim.workspace_id, journey_id, start, claim.lane)
            return write(turn).payload() if turn else None

        return DeliveryKind(letter, TITLES[letter], render)


def _about(claim: Claim) -> tuple[str, datetime]:
    return str(claim.facts["journey_id"]), unmark(str(claim.facts["about"]))
