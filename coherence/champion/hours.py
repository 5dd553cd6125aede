"""When somebody works: the team's hours on their own clock, on their working days, and not on leave."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

from coherence.champion.resolved import ResolvedRota
from coherence.errors import UnknownZone
from coherence.local_time import to_utc
from coherence.working_days import is_working_day
from coherence.zones import zone_info

_DAY: Final = timedelta(days=1)
_LONGEST_SEARCH: Final = 31
"""Days. Whoever works on none of so many is on a long leave."""


@dataclass(frozen=True)
class OwnHours:
    """One person's working hours. `away` are the first and last days of their leave."""

    zone: ZoneInfo
    begin: time
    end: time
    country: str | None = None
    away: Sequence[tuple[date, date]] = ()

    def works_on(self, day: date) -> bool:
        """Whether it is a day of work: not of a weekend, nor a holiday, nor of leave."""
        return is_working_day(day, self.country) and not any(
            first <= day <= last for first, last in self.away
        )

    def next_moment(self, moment: datetime) -> datetime | None:
        """The first moment, from this one on, at which they are at work; None if not for a month."""
        today = self.day_of(moment)
        for number in range(_LONGEST_SEARCH):
            day = today + _DAY * number
            begin, end = self.at(day, self.begin), self.at(day, self.end)
            if moment < end and self.works_on(day):
                return max(moment, begin)
        return None

    def days_before(self, day: date, count: int) -> date:
        """The day that is so many of their working days before another, a month before it at most."""
        left = count
        for number in range(1, _LONGEST_SEARCH + 1):
            left -= self.works_on(day - _DAY * number)
            if not left:
                return day - _DAY * number
        return day - _DAY * _LONGEST_SEARCH

    def day_of(self, moment: datetime) -> date:
        """Which day it is for them."""
        return moment.astimezone(self.zone).date()

    def at(self, day: date, clock: time) -> datetime:
        """The moment, in UTC, at which their clock shows a time on a day."""
        return to_utc(datetime.combine(day, clock), self.zone)


@dataclass(frozen=True)
class TeamHours:
    """The hours of everybody who may serve in a rota."""

    rota: ResolvedRota
    _known: dict[str, OwnHours] = field(default_factory=dict, init=False, compare=False, repr=False)

    def of(self, user_id: str) -> OwnHours:
        """Somebody's hours; of whom nothing is known, those of the team."""
        if user_id not in self._known:
            self._known[user_id] = self._read(user_id)
        return self._known[user_id]

    def _read(self, user_id: str) -> OwnHours:
        member = self.rota.people.get(user_id)
        return OwnHours(
            zone=self._zone(member.zone if member else None),
            begin=time.fromisoformat(self.rota.work_start),
            end=time.fromisoformat(self.rota.work_end),
            country=member.country if member else None,
            away=self._away.get(user_id, ()),
        )

    def _zone(self, name: str | None) -> ZoneInfo:
        try:
            return zone_info(name or self.rota.zone)
        except UnknownZone:
            # Slack may know a zone that this machine does not.
            return zone_info(self.rota.zone)

    @cached_property
    def _away(self) -> Mapping[str, Sequence[tuple[date, date]]]:
        found: dict[str, list[tuple[date, date]]] = defaultdict(list)
        for each in self.rota.rota.absences if self.rota.rota else ():
            found[each.user].append((each.first, each.last))
        return found
