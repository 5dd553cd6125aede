"""Reminders: a direct message to whoever asked for it and has not answered, in their working hours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.champion.hours import OwnHours
from coherence.champion.leave import days_away
from coherence.clock import Clock
from coherence.errors import NoRitual, UnknownZone
from coherence.outbox import Claim, NewDelivery, Outbox
from coherence.rituals import letters
from coherence.rituals.asked import find_asked
from coherence.rituals.ritual import HowOften, Ritual, Round, ritual_value, round_value
from coherence.stewards import Person
from coherence.zones import zone_info
from storage import ritual_answers as answers
from storage import rituals as table
from storage.database import Database
from storage.journeys import Journey, find_journey
from storage.ritual_answers import RitualReminder
from storage.rituals import RitualRound

AT_ONCE: Final = 200
"""People whose reminders are planned in one transaction."""

NUMBER: Final = "number"
"""Among the facts: on which day of the round it is, by the reader's own calendar, from 0."""

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Reminder:
    """What somebody is reminded of."""

    ritual: Ritual
    asked: Round
    how_often: HowOften


@dataclass(frozen=True)
class Choice:
    """How often somebody wants to be reminded of a ritual; None is never.

    `waits` is whether a round is open that they have not answered, `next_at` when they hear of it: None
    where the moment for that has passed, or it closes before they are at work again.
    """

    ritual: Ritual
    how_often: HowOften | None
    waits: bool = False
    next_at: datetime | None = None


class RitualReminders:
    """The use cases around reminders."""

    def __init__(self, database: Database, now: Clock, outbox: Outbox) -> None:
        self._database = database
        self._now = now
        self._outbox = outbox

    async def choice(self, person: Person, round_id: str) -> Choice:
        """What somebody has chosen for the ritual of a round. Raises NoRound or NoRitual."""
        async with self._database.reading() as session:
            ritual = await _ritual_of(session, person.workspace_id, round_id)
            row = await answers.find_reminder(
                session, person.workspace_id, ritual.id, person.user_id
            )
            return Choice(ritual, HowOften(row.how_often) if row else None)

    async def choose(
        self, person: Person, round_id: str, how_often: HowOften | None, zone: str | None
    ) -> Choice:
        """Keep what somebody chose, for this round and those to come; `zone` is theirs as Slack says.

        Raises NoRound or NoRitual.
        """
        workspace_id = person.workspace_id
        async with self._database.transaction() as session:
            ritual = await _ritual_of(session, workspace_id, round_id)
            await answers.keep_reminder(
                session,
                workspace_id,
                ritual.id,
                person.user_id,
                how_often=how_often.value if how_often else None,
                zone=zone,
            )
            waiting, moments = False, list[datetime]()
            for each in await table.list_open_rounds(session, workspace_id, [ritual.id]):
                moments += await self._plan_for(session, each, person.user_id)
                own = (workspace_id, each.id, person.user_id)
                waiting = waiting or not await answers.has_answered(session, *own)
        return Choice(ritual, how_often, waiting, min(moments, default=None))

    async def plan_some(self, session: AsyncSession, row: RitualRound, after: str) -> str | None:
        """Plan the reminders of the next people who asked for them, by user id from `after` on.

        Returns the last of them, None if there are no more.
        """
        wanted = await answers.list_reminders(
            session, row.workspace_id, row.ritual_id, after=after, limit=AT_ONCE
        )
        await self._plan(session, row, wanted)
        return wanted[-1].user_id if len(wanted) == AT_ONCE else None

    async def of(self, claim: Claim) -> Reminder | None:
        """What to remind somebody of now; None if they have answered, don't want it, or it is over."""
        workspace_id, user_id = claim.workspace_id, claim.lane
        async with self._database.reading() as session:
            row = await table.find_round(session, workspace_id, str(claim.facts["round_id"]))
            if row is None or row.closed_at is not None:
                return None
            wanted = await answers.find_reminder(session, workspace_id, row.ritual_id, user_id)
            if wanted is None or await answers.has_answered(session, workspace_id, row.id, user_id):
                return None
            place = await _place(session, row, [user_id])
            if place is None or claim.facts[NUMBER] not in _moments(place, row, wanted):
                return None
            return Reminder(place.ritual, round_value(row), HowOften(wanted.how_often))

    async def _plan_for(
        self, session: AsyncSession, row: RitualRound, user_id: str
    ) -> Sequence[datetime]:
        wanted = await answers.find_reminder(session, row.workspace_id, row.ritual_id, user_id)
        return await self._plan(session, row, [wanted]) if wanted else []

    async def _plan(
        self, session: AsyncSession, row: RitualRound, wanted: Sequence[RitualReminder]
    ) -> Sequence[datetime]:
        """Plan the reminders of a round that are still to come; returns when they do."""
        place = await _place(session, row, [each.user_id for each in wanted]) if wanted else None
        if place is None:
            return []
        now = self._now()
        planned = [
            _delivery(row, each.user_id, number, moment)
            for each in wanted
            for number, moment in _moments(place, row, each).items()
            if moment > now
        ]
        await self._outbox.add(session, row.workspace_id, planned)
        return [each.not_before for each in planned if each.not_before]


@dataclass(frozen=True)
class _Place:
    """Where a ritual is at home, and when people there are away."""

    ritual: Ritual
    journey: Journey
    away: Mapping[str, Sequence[tuple[date, date]]]

    def hours(self, wanted: RitualReminder) -> OwnHours:
        """The journey's working hours by the clock of who asked for reminders."""
        return OwnHours(
            zone=_zone(wanted.zone, self.journey.zone),
            begin=time.fromisoformat(self.journey.work_start),
            end=time.fromisoformat(self.journey.work_end),
            country=self.ritual.recurrence.country,
            away=self.away.get(wanted.user_id, ()),
        )


def reminder_moments(
    hours: OwnHours, since: datetime, until: datetime, how_often: HowOften
) -> Mapping[int, datetime]:
    """When somebody is reminded of a round that is open from then till then, by the day of the round.

    Once: halfway, or else as soon as they are at work. Each working day: as it begins, after the day on
    which it was asked; of a round that doesn't last so long, once.
    """
    first = hours.day_of(since)
    if how_often is HowOften.DAILY:
        days = (hours.day_of(until) - first).days
        mornings = {
            number: hours.at(first + _DAY * number, hours.begin)
            for number in range(1, days + 1)
            if hours.works_on(first + _DAY * number)
        }
        if in_time := {number: each for number, each in mornings.items() if each < until}:
            return in_time
    for earliest in (since + (until - since) / 2, since):
        moment = hours.next_moment(earliest)
        if moment is not None and moment < until:
            return {(hours.day_of(moment) - first).days: moment}
    return {}


def _moments(place: _Place, row: RitualRound, wanted: RitualReminder) -> Mapping[int, datetime]:
    how_often = HowOften(wanted.how_often)
    return reminder_moments(place.hours(wanted), row.due_at, row.closes_at, how_often)


def _delivery(row: RitualRound, user_id: str, number: int, moment: datetime) -> NewDelivery:
    return NewDelivery(
        letters.reminder_key(row.id, user_id, number),
        letters.Letter.REMINDER,
        {"round_id": row.id, NUMBER: number},
        user_id=user_id,
        not_before=moment,
        useful_until=row.closes_at,
    )


async def _ritual_of(session: AsyncSession, workspace_id: str, round_id: str) -> Ritual:
    """The ritual that a round is of, and that goes on. Raises NoRound or NoRitual."""
    _, ritual = await find_asked(session, workspace_id, round_id)
    if ritual.ended_at is not None:
        raise NoRitual
    return ritual_value(ritual)


async def _place(session: AsyncSession, row: RitualRound, user_ids: Sequence[str]) -> _Place | None:
    ritual = await table.find_ritual(session, row.workspace_id, row.ritual_id)
    if ritual is None or ritual.ended_at is not None:
        return None
    journey = await find_journey(session, row.workspace_id, ritual.journey_id)
    if journey is None:
        return None
    away = await days_away(session, row.workspace_id, user_ids)
    return _Place(ritual_value(ritual), journey, away)


def _zone(name: str | None, otherwise: str) -> ZoneInfo:
    for each in (name, otherwise):
        try:
            if each:
                return zone_info(each)
        except UnknownZone:
            # Slack may know a zone that this machine does not, and zones come to an end.
            continue
    return zone_info("UTC")
