"""What rituals have brought, out to a file, within what was promised to those who answered.

It serves whoever runs the bot, who isn't the champion: only where everybody may see names are they in it.
A round that is open is never in it, nor anonymous answers of which there are fewer than may be shown.
"""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.errors import NoRitual
from coherence.journeys import journey_by_name
from coherence.rituals.counting import answers_table, count_round
from coherence.rituals.ritual import Question, Ritual, Round, Visibility, ritual_value, round_value
from storage import journeys
from storage import ritual_exchange as table
from storage.database import Database
from storage.ritual_answers import RitualAnswer
from storage.ritual_review import RitualAction

BATCH: Final = 500
"""Answers in memory at once."""

_ROUNDS: Final = 100
_SURELY: Final = timedelta(days=1)
"""No zone is further from UTC."""

_OF_ROUND: Final = ("journey", "ritual", "kind", "round", "asked_at", "closed_at")
_OF_QUESTION: Final = ("visibility", "question_id", "question", "layer")
_WHO_AND_WHEN: Final = ("user_id", "late", "answered_at", "changed_at")
_OF_ACTION: Final = ("layer", "text", "owner", "due_on", "state")
_ITS_TRAIL: Final = ("made_by", "made_at", "settled_by", "settled_at")

ANSWER_COLUMNS: Final = (*_OF_ROUND, *_OF_QUESTION, "rating", "words", *_WHO_AND_WHEN)
ACTION_COLUMNS: Final = (*_OF_ROUND, *_OF_ACTION, *_ITS_TRAIL)

Values = dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """What to write: of a journey, of the rituals of a name, asked from a day on and before another.

    A day is one in the ritual's own zone.
    """

    workspace_id: str
    journey: str | None = None
    ritual: str | None = None
    since: date | None = None
    until: date | None = None


class RitualExchange:
    """The use cases around files of what rituals have brought."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def answers(self, wanted: Wanted) -> AsyncIterator[Values]:
        """Every answer with the columns of ANSWER_COLUMNS, round by round and question by question.

        Raises NoJourney or NoRitual.
        """
        async with self._database.reading() as session:
            async for home, asked in _rounds(session, wanted):
                results = await count_round(session, asked, most_said=0)
                for shown in results.shown:
                    async for values in _answers(session, home, asked, shown.question):
                        yield {**values, "words": None} if shown.lines_hidden else values

    async def actions(self, wanted: Wanted) -> AsyncIterator[Values]:
        """Every action with the columns of ACTION_COLUMNS, by the round that decided on it.

        Raises NoJourney or NoRitual.
        """
        async with self._database.reading() as session:
            async for home, asked in _rounds(session, wanted):
                for row in await table.list_actions_of(session, asked.workspace_id, [asked.id]):
                    yield {**_of_round(home, asked), **_action(row)}
                session.expunge_all()


@dataclass(frozen=True)
class _Home:
    """Where a round belongs: its ritual, and the name of that one's journey."""

    ritual: Ritual
    journey: str


async def _homes(session: AsyncSession, wanted: Wanted) -> Mapping[str, _Home]:
    place = wanted.workspace_id
    only = await journey_by_name(session, place, wanted.journey) if wanted.journey else None
    names = {each.id: each.name for each in await journeys.list_journeys(session, place)}
    rituals = await table.list_rituals_ever(session, place, only.id if only else None)
    if wanted.ritual is not None:
        rituals = [each for each in rituals if each.name == wanted.ritual]
        if not rituals:
            raise NoRitual(f"There is no ritual called “{wanted.ritual}”.")
    return {row.id: _Home(ritual_value(row), names[row.journey_id]) for row in rituals}


async def _rounds(session: AsyncSession, wanted: Wanted) -> AsyncIterator[tuple[_Home, Round]]:
    """The rounds that have closed, in the order in which they were asked."""
    homes = await _homes(session, wanted)
    asked = table.Asked(homes, *_surely_within(wanted))
    last = None
    while batch := await table.list_closed_rounds(
        session, wanted.workspace_id, asked, after=last, limit=_ROUNDS
    ):
        last = batch[-1]
        for row in batch:
            home = homes[row.ritual_id]
            if _is_within(home.ritual.day_of(row.due_at), wanted):
                yield home, round_value(row)
        session.expunge_all()


def _surely_within(wanted: Wanted) -> Iterator[datetime | None]:
    """From when to when a round may have been due, whatever the zone."""
    for day, further in ((wanted.since, -_SURELY), (wanted.until, _SURELY)):
        yield datetime.combine(day, time(), UTC) + further if day else None


def _is_within(day: date, wanted: Wanted) -> bool:
    begun = wanted.since is None or wanted.since <= day
    return begun and (wanted.until is None or day < wanted.until)


async def _answers(
    session: AsyncSession, home: _Home, asked: Round, question: Question
) -> AsyncIterator[Values]:
    kept_in = answers_table(asked.visibility)
    place = (asked.workspace_id, asked.id, question.id)
    about = {
        **_of_round(home, asked),
        "visibility": asked.visibility.value,
        "question_id": question.id,
        "question": question.text,
        "layer": question.layer.value if question.layer else None,
    }
    last = None
    while batch := await table.list_answers_after(session, kept_in, place, after=last, limit=BATCH):
        last = batch[-1]
        for row in batch:
            yield about | _answer(row, asked.visibility)
        session.expunge_all()


def _of_round(home: _Home, asked: Round) -> Values:
    return {
        "journey": home.journey,
        "ritual": home.ritual.name,
        "kind": home.ritual.kind.value,
        "round": asked.number,
        "asked_at": asked.due_at,
        "closed_at": asked.closed_at,
    }


def _answer(row: table.Kept, visibility: Visibility) -> Values:
    who: Values = dict.fromkeys(_WHO_AND_WHEN)
    if isinstance(row, RitualAnswer):
        told = _WHO_AND_WHEN if visibility is Visibility.NAMED else ("late",)
        who |= {name: getattr(row, name) for name in told}
    return {"rating": row.rating, "words": row.words, **who}


def _action(row: RitualAction) -> Values:
    return {name: getattr(row, name) for name in (*_OF_ACTION, *_ITS_TRAIL)}
