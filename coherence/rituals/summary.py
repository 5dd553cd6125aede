"""What a round came to, put together for whoever reads it."""

from dataclasses import dataclass

from coherence.clock import Clock
from coherence.rituals.counting import count_round
from coherence.rituals.results import RoundResults
from coherence.rituals.ritual import Ritual, Round, ritual_value, round_value
from storage import rituals as table
from storage.database import Database


@dataclass(frozen=True)
class Summary:
    """A round that has closed, with its results as everybody may see them."""

    ritual: Ritual
    asked: Round
    results: RoundResults


class RitualSummaries:
    """Reads what rounds came to."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database = database
        self._now = now

    async def of(self, workspace_id: str, round_id: str) -> Summary | None:
        """A closed round's summary; None while it is open, or where it is no longer on record."""
        async with self._database.reading() as session:
            row = await table.find_round(session, workspace_id, round_id)
            if row is None or row.closed_at is None:
                return None
            ritual = await table.find_ritual(session, workspace_id, row.ritual_id)
            if ritual is None:
                return None
            asked = round_value(row)
            return Summary(ritual_value(ritual), asked, await count_round(session, asked))
