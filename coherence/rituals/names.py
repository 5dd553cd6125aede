"""Who answered what, for those of whom it was promised that they see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.champion.duty import on_duty
from coherence.clock import Clock
from coherence.errors import NamesNotShown
from coherence.rituals.asked import find_asked
from coherence.rituals.given import Given
from coherence.rituals.ritual import Round, Visibility, round_value
from coherence.stewards import Person
from storage.database import Database
from storage.ritual_answers import RitualAnswer, list_answers_by, list_people
from storage.rituals import Ritual

PAGE: Final = 20
"""People in one window."""


@dataclass(frozen=True)
class Answerer:
    """What one person answered, by question; `late` are the questions that they answered late."""

    user_id: str
    given: Mapping[str, Given]
    late: frozenset[str]


@dataclass(frozen=True)
class WhoAnswered:
    """A page of who answered what; `more_after` is whom the next page comes after, None on the last."""

    name: str
    asked: Round
    people: tuple[Answerer, ...]
    more_after: str | None


class RitualNames:
    """Reads names with answers."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database = database
        self._now = now

    async def who_answered(self, person: Person, round_id: str, *, after: str = "") -> WhoAnswered:
        """Who answered what, from the person after `after` on. Raises NoRound, NoRitual or NamesNotShown.

        Where everybody was promised to be named, everybody may look; where the champion sees names, who
        was on duty when it was asked, or is now. Only once it has closed.
        """
        async with self._database.reading() as session:
            row, ritual = await find_asked(session, person.workspace_id, round_id)
            asked = round_value(row)
            await self._require(session, person, asked, ritual)
            found = await list_people(
                session, asked.workspace_id, asked.id, after=after, limit=PAGE + 1
            )
            shown = found[:PAGE]
            rows = await list_answers_by(session, asked.workspace_id, asked.id, shown)
        people = tuple(_answerer(each, rows) for each in shown)
        return WhoAnswered(ritual.name, asked, people, shown[-1] if len(found) > PAGE else None)

    async def _require(
        self, session: AsyncSession, person: Person, asked: Round, ritual: Ritual
    ) -> None:
        if asked.visibility is Visibility.ANONYMOUS:
            raise NamesNotShown("These answers have no names.")
        if asked.is_open:
            raise NamesNotShown("This is still open; who answered what is shown once it closes.")
        if asked.visibility is Visibility.NAMED or person.user_id in asked.champions:
            return
        serving = await on_duty(session, asked.workspace_id, ritual.journey_id, now=self._now())
        if person.user_id not in serving:
            raise NamesNotShown("Only the champion sees who gave these answers.")


def _answerer(user_id: str, rows: Sequence[RitualAnswer]) -> Answerer:
    own = [each for each in rows if each.user_id == user_id]
    return Answerer(
        user_id,
        {each.question_id: Given(each.rating, each.words) for each in own},
        frozenset(each.question_id for each in own if each.late),
    )
