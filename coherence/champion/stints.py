"""The duty as people live it: who has it from when to when, whatever terms and arrangements it is made of.

A change of hands that lasts for less than a day is nobody's news: whoever stepped in for an afternoon
has agreed to it, and the rest goes on as it was.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final, TypeVar

from coherence.champion.hours import OwnHours
from coherence.champion.resolved import ResolvedRota
from coherence.rota.engine import lay_over
from coherence.rota.term import Source, Term

A_DAY: Final = timedelta(hours=23)
"""The shortest that a day can be, when clocks change."""

_ARRANGED: Final = frozenset({Source.OVERRIDE, Source.COVER, Source.SWAP})


@dataclass(frozen=True)
class Stint:
    """A time in which the same people serve, the first leading; nobody where `users` is empty."""

    start: datetime
    end: datetime
    users: tuple[str, ...]


@dataclass(frozen=True)
class Service:
    """A time in which one person serves without a break, whoever serves beside them.

    `end` is None where it lies beyond what was looked at. With `arranged`, people have agreed on it.
    `returns` says that they have served before in the term that it is a part of, `comes_back` that
    they will again. With `is_part` nobody has served for a whole day of the term, and they for the longest.
    """

    user_id: str
    start: datetime
    end: datetime | None
    arranged: bool = False
    returns: bool = False
    comes_back: bool = False
    is_part: bool = False

    def ends_soon(self, hours: OwnHours, now: datetime) -> bool:
        """Whether their last working day before its end has come."""
        if self.end is None:
            return False
        return hours.day_of(now) >= hours.days_before(hours.day_of(self.end), 1)


def is_short(service: Service) -> bool:
    """Whether it is over too soon for anybody to be asked for notes before its end."""
    return service.end is not None and service.end - service.start < 2 * A_DAY


_ALONE: Final = (None, None)


@dataclass(frozen=True)
class Course:
    """How a rota goes until a moment: what is planned, who serves when, and each one's services."""

    planned: Sequence[Term]
    stints: Sequence[Stint]
    services: Sequence[Service]

    def service(self, user_id: str, start: datetime) -> Service | None:
        """Somebody's service that begins at exactly this moment, or None."""
        wanted = (each for each in self.services if (each.user_id, each.start) == (user_id, start))
        return next(wanted, None)

    def service_at(self, user_id: str, moment: datetime) -> Service | None:
        """The service that somebody is in at a moment, or None."""
        whole = (each for each in self.services if not each.is_part)
        mine = (each for each in whole if each.user_id == user_id and each.start <= moment)
        return next((each for each in mine if each.end is None or moment < each.end), None)

    def before(self, service: Service) -> Service | None:
        """The service that the same person had before this one, or None."""
        return self._around.get((service.user_id, service.start), _ALONE)[0]

    def after(self, service: Service) -> Service | None:
        """The service that the same person has after this one, or None."""
        return self._around.get((service.user_id, service.start), _ALONE)[1]

    @cached_property
    def _around(self) -> Mapping[tuple[str, datetime], tuple[Service | None, Service | None]]:
        mine: dict[str, list[Service]] = {}
        for service in self.services:
            mine.setdefault(service.user_id, []).append(service)
        return {
            (service.user_id, service.start): (before, after)
            for own in mine.values()
            for before, service, after in _with_neighbours(own)
        }

    def stint(self, start: datetime) -> Stint | None:
        """The stint that begins at exactly this moment, or None."""
        return next((each for each in self.stints if each.start == start), None)

    def stint_at(self, moment: datetime) -> Stint | None:
        """Who has the duty at a moment, seen as here; None before the rota begins."""
        begun = [each for each in self.stints if each.start <= moment]
        return begun[-1] if begun else None

    def stint_before(self, moment: datetime) -> Stint | None:
        """The last stint that began before a moment, or None."""
        begun = [each for each in self.stints if each.start < moment]
        return begun[-1] if begun else None

    def ended_by(self, moment: datetime) -> Sequence[Service]:
        """The services that have ended by a moment and were the last ones."""
        whole = (each for each in self.services if not each.is_part)
        ended = [each for each in whole if each.end is not None and each.end <= moment]
        last = max((each.end for each in ended if each.end), default=None)
        return [each for each in ended if each.end == last]

    def is_first_of(self, service: Service) -> bool:
        """Whether somebody has never served in this rota before."""
        return not any(
            each.user_id == service.user_id and each.start < service.start for each in self.services
        )


def course_until(rota: ResolvedRota, until: datetime) -> Course:
    """The course of a rota, from its first term to those that begin before a moment."""
    planned = rota.planned(until)
    whole = [*rota.history, *planned]
    served = list(lay_over(whole, rota.arranged))
    lasting = _lasting(served)
    services = [*_services(lasting, _Planned(whole)), *_parts(whole, served, lasting)]
    services.sort(key=lambda service: (service.start, service.user_id))
    return Course(planned, _stints(lasting), services)


def _parts(
    whole: Sequence[Term], served: Sequence[Term], lasting: Sequence[Term]
) -> Iterator[Service]:
    """Of each term in which nobody serves for a day, the service of whoever serves longest."""
    ends = [term.end for term in lasting]
    piece_starts, piece_ends = [each.start for each in served], [each.end for each in served]
    for term in whole:
        place = bisect_right(ends, term.start)
        if place == len(lasting) or lasting[place].start >= term.end:
            first = bisect_right(piece_ends, term.start)
            yield from _longest(served[first : bisect_left(piece_starts, term.end)])


def _longest(pieces: Sequence[Term]) -> Iterator[Service]:
    """Yield the service of whoever serves longest in some pieces, the first of those who serve as long."""
    lengths: dict[str, timedelta] = {}
    for piece in pieces:
        for user_id in piece.users:
            lengths[user_id] = lengths.get(user_id, timedelta()) + (piece.end - piece.start)
    if lengths:
        user_id = max(lengths, key=lambda each: lengths[each])
        own = [piece for piece in pieces if user_id in piece.users]
        yield Service(user_id, own[0].start, own[-1].end, is_part=True)


def _lasting(served: Iterable[Term]) -> list[Term]:
    """The terms that last for a day or longer, as if nobody had stepped in for less between them."""
    return [term for term in _joined(served) if term.end - term.start >= A_DAY]


def _joined(served: Iterable[Term]) -> list[Term]:
    # Joined before short ones are left out: an afternoon on the first day leaves a short piece before it.
    found: list[Term] = []
    for term in served:
        before = _resumed(found, term)
        if before is None:
            found.append(term)
        else:
            found[before:] = [replace(found[before], end=term.end)]
    return found


def _resumed(found: Sequence[Term], term: Term) -> int | None:
    """Which of the terms so far goes on with this one, after less than a day; None if none does."""
    for place in reversed(range(len(found))):
        if term.start - found[place].end >= A_DAY:
            return None
        if set(found[place].users) == set(term.users):
            return place
    return None


def _stints(lasting: Sequence[Term]) -> list[Stint]:
    if not lasting:
        return []
    found, first, last = [], lasting[0], lasting[0]
    for term in lasting:
        if term.users != first.users and set(term.users) != set(first.users):
            found.append(Stint(first.start, last.end, first.users))
            first = term
        last = term
    return [*found, Stint(first.start, last.end, first.users)]


@dataclass(frozen=True)
class _Run:
    """Terms in which somebody serves, one after the other, from the first to the last."""

    user_id: str
    first: Term
    last: Term


@dataclass(frozen=True)
class _Planned:
    """The terms as they are planned, to look one up often."""

    terms: Sequence[Term]

    def returns(self, run: _Run, before: _Run) -> bool:
        """Whether a run begins within a term in which the same person has served before."""
        around = self._at(run.first.start)
        return around is not None and around.start < before.last.end

    def comes_back(self, run: _Run, after: _Run) -> bool:
        """Whether a run ends within a term in which the same person serves again."""
        around = self._at(run.last.end)
        return around is not None and around.start < run.last.end and after.first.start < around.end

    def _at(self, moment: datetime) -> Term | None:
        number = bisect_right(self._starts, moment) - 1
        return self.terms[number] if number >= 0 and moment < self.terms[number].end else None

    @cached_property
    def _starts(self) -> Sequence[datetime]:
        return [term.start for term in self.terms]


def _services(lasting: Sequence[Term], planned: _Planned) -> list[Service]:
    mine: dict[str, list[_Run]] = {}
    for run in _runs(lasting):
        mine.setdefault(run.user_id, []).append(run)
    return [
        Service(
            user_id=run.user_id,
            start=run.first.start,
            end=None if run.last is lasting[-1] else run.last.end,
            arranged=run.first.source in _ARRANGED,
            returns=before is not None and planned.returns(run, before),
            comes_back=after is not None and planned.comes_back(run, after),
        )
        for runs in mine.values()
        for before, run, after in _with_neighbours(runs)
    ]


def _runs(terms: Iterable[Term]) -> Iterator[_Run]:
    """Yield each run; those of one person in their order."""
    begun: dict[str, Term] = {}
    last: Term | None = None
    for term in terms:
        if last is not None and last.users != term.users:
            ended = [user_id for user_id in begun if user_id not in term.users]
            yield from [_Run(user_id, begun.pop(user_id), last) for user_id in ended]
        for user_id in term.users:
            begun.setdefault(user_id, term)
        last = term
    if last is not None:
        yield from (_Run(user_id, first, last) for user_id, first in begun.items())


_Any = TypeVar("_Any")


def _with_neighbours(all_: Sequence[_Any]) -> Iterator[tuple[_Any | None, _Any, _Any | None]]:
    return zip([None, *all_], all_, [*all_[1:], None], strict=False)
