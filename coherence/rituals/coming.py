"""What a ritual would post next, and when: with its questions, its champions and its holidays. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from coherence.champion.resolved import ResolvedRota
from coherence.recurrence import Recurrence, next_time, next_times
from coherence.rituals.ritual import Question, RitualKind
from coherence.rituals.rotation import choose_questions
from coherence.zones import zone_info

SHOWN: Final = 5
"""How many of the next times are shown."""

_LOOK_BACK: Final = timedelta(days=30)
"""A day that holidays move comes from no farther back."""


@dataclass(frozen=True)
class Moment:
    """A time in UTC at which a ritual comes.

    `moved` are the days, by the ritual's clock, that came to this one since nobody works on them;
    `skipped` are those before it, since the time before, that a holiday leaves out.
    """

    at: datetime
    moved: tuple[date, ...] = ()
    skipped: tuple[date, ...] = ()


@dataclass(frozen=True)
class Coming:
    """One of the next times of a ritual: what is asked then, and who is champion."""

    moment: Moment
    questions: tuple[Question, ...]
    champions: tuple[str, ...]


def what_comes(
    kind: RitualKind,
    recurrence: Recurrence,
    questions: Sequence[Question],
    asked_before: Sequence[Sequence[str]],
    *,
    rota: ResolvedRota | None,
    now: datetime,
) -> list[Coming]:
    """The next times, with the questions whose turn it is; `asked_before` as in `choose_questions`.

    Raises UnknownZone and UnknownCountry.
    """
    found: list[Coming] = []
    asked = list(asked_before)
    for moment in coming_moments(recurrence, now):
        chosen = choose_questions(kind, questions, asked)
        asked.insert(0, [each.id for each in chosen])
        term = rota.on_duty(moment.at) if rota else None
        found.append(Coming(moment, chosen, tuple(term.users) if term else ()))
    return found


def coming_moments(recurrence: Recurrence, now: datetime, count: int = SHOWN) -> list[Moment]:
    """The next times after an aware moment, and what holidays have done to them.

    Raises UnknownZone and UnknownCountry.
    """
    times = next_times(recurrence, now, count)
    if recurrence.on_holiday == "keep" or not times:
        return [Moment(at) for at in times]
    zone = zone_info(recurrence.zone)
    days = [at.astimezone(zone).date() for at in times]
    if recurrence.on_holiday == "skip":
        shares = _shares(_left(recurrence, now, times), days)
        return [Moment(at, skipped=own) for at, own in zip(times, shares, strict=True)]
    since = now - _LOOK_BACK
    over = [at.astimezone(zone).date() for at in _between(recurrence, since, now)]
    left = [day for day in _left(recurrence, since, times) if not over or day > over[-1]]
    shares = _shares(left, days)
    return [Moment(at, moved=own) for at, own in zip(times, shares, strict=True)]


def _left(recurrence: Recurrence, since: datetime, times: Sequence[datetime]) -> list[date]:
    """The days, up to the last of these times, that the pattern asks for and that holidays leave."""
    plain = recurrence.model_copy(update={"on_holiday": "keep"})
    zone = zone_info(recurrence.zone)
    days = {at.astimezone(zone).date() for at in times}
    asked = [at.astimezone(zone).date() for at in _between(plain, since, times[-1])]
    return [day for day in asked if day not in days]


def _between(recurrence: Recurrence, after: datetime, until: datetime) -> Iterator[datetime]:
    """The times after one moment, up to another and with it."""
    moment = next_time(recurrence, after)
    while moment is not None and moment <= until:
        yield moment
        moment = next_time(recurrence, moment)


def _shares(left: Sequence[date], days: Sequence[date]) -> list[tuple[date, ...]]:
    """To each day, those of the days left that lie between the day before it and itself."""
    before = [date.min, *days]
    return [
        tuple(each for each in left if earlier < each < day)
        for earlier, day in zip(before, days, strict=False)
    ]
