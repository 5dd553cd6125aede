"""The duty as people live it: who has it from when to when, whatever terms and arrangements it is made of.

A change of hands that lasts for less than a day is nobody's news: whoever stepped in for an afternoon
has agreed to it, and the rest goes on as it was.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from coherence.champion.resolved import ResolvedRota
from coherence.rota.engine import lay_over, term_at
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
    they will again.
    """

    user_id: str
    start: datetime
    end: datetime | None
    arranged: bool = False
    returns: bool = False
    comes_back: bool = False


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
        ended = [each for each in self.services if each.end is not None and each.end <= moment]
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
    return Course(planned, _stints(served), _services(served, whole))


def _stints(served: Iterable[Term]) -> list[Stint]:
    found: list[Stint] = []
    for term in lasting(served):
        if found and set(found[-1].users) == set(term.users):
            found[-1] = Stint(found[-1].start, term.end, found[-1].users)
        else:
            found.append(Stint(term.start, term.end, term.users))
    return found


def lasting(served: Iterable[Term]) -> list[Term]:
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


@dataclass(frozen=True)
class _Run:
    """Terms in which somebody serves, one after the other, from the first to the last."""

    user_id: str
    first: Term
    last: Term


def _services(served: Sequence[Term], whole: Sequence[Term]) -> list[Service]:
    terms = lasting(served)
    mine: dict[str, list[_Run]] = {}
    for run in _runs(terms):
        mine.setdefault(run.user_id, []).append(run)
    found = [
        Service(
            user_id=run.user_id,
            start=run.first.start,
            end=None if run.last is terms[-1] else run.last.end,
            arranged=run.first.source in _ARRANGED,
            returns=before is not None and _returns(run, before, whole),
            comes_back=after is not None and _comes_back(run, after, whole),
        )
        for runs in mine.values()
        for before, run, after in zip([None, *runs], runs, [*runs[1:], None], strict=False)
    ]
    return sorted(found, key=lambda service: (service.start, service.user_id))


def _runs(terms: Iterable[Term]) -> Iterator[_Run]:
    """Yield each run; those of one person in their order."""
    open_runs: dict[str, _Run] = {}
    for term in terms:
        ended = [user_id for user_id in open_runs if user_id not in term.users]
        yield from [open_runs.pop(user_id) for user_id in ended]
        for user_id in term.users:
            first = open_runs[user_id].first if user_id in open_runs else term
            open_runs[user_id] = _Run(user_id, first, term)
    yield from open_runs.values()


def _returns(run: _Run, before: _Run, whole: Sequence[Term]) -> bool:
    around = term_at(whole, run.first.start)
    return around is not None and around.start < before.last.end


def _comes_back(run: _Run, after: _Run, whole: Sequence[Term]) -> bool:
    around = term_at(whole, run.last.end)
    return around is not None and around.start < run.last.end and after.first.start < around.end
