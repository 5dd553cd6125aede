"""Who serves when: terms from the cadence and the order, with what was arranged by hand laid over them.

Terms that have begun are history: handed in, they stay as they are, and the future follows from them.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import chain, islice, pairwise
from typing import Final

from coherence.rota import wording
from coherence.rota.availability import Days
from coherence.rota.cadence import handovers
from coherence.rota.document import Rota
from coherence.rota.moments import midnight, moment_of
from coherence.rota.order import Order
from coherence.rota.term import Source, Term, clip

_DAY: Final = timedelta(days=1)
_INSTANT: Final = timedelta(microseconds=1)
_NEVER: Final = datetime.max.replace(tzinfo=UTC)


def terms(rota: Rota, history: Sequence[Term] = (), *, until: datetime) -> list[Term]:
    """The terms that follow the history, whole ones, as far as they begin before a moment.

    `history` holds the settled terms from the first one on, without gaps. What was arranged by hand is not
    laid over the terms yet: `with_overrides` does that.
    """
    order = Order(rota)
    zone = rota.time_zone
    for term in history:
        order.record(term.counted, term.start.astimezone(zone).date())
    return [_next_term(rota, order, start, end) for start, end in _spans(rota, history, until)]


def with_overrides(rota: Rota, planned: Sequence[Term]) -> list[Term]:
    """The terms as they are served: what was arranged by hand takes the place of what it covers."""
    return list(lay_over(planned, _overrides(rota)))


def lay_over(planned: Sequence[Term], arranged: Sequence[Term]) -> Iterator[Term]:
    """Yield both in one sequence; a term keeps what nothing arranged covers of it.

    What was arranged is sorted and does not overlap; it stays whole even where it reaches beyond the last
    term.
    """
    if not planned:
        return
    reached = planned[0].start
    upcoming = iter(clip(arranged, reached, _NEVER))
    agreed = next(upcoming, None)
    for term in planned:
        if reached <= term.start and (agreed is None or agreed.start >= term.end):
            yield term
            reached = term.end
            continue
        while agreed is not None and agreed.start < term.end:
            yield from clip([term], reached, agreed.start)
            yield agreed
            reached = agreed.end
            agreed = next(upcoming, None)
        yield from clip([term], reached, term.end)
        reached = max(reached, term.end)


def preview(rota: Rota, start: date, end: date, history: Sequence[Term] = ()) -> list[Term]:
    """Who serves from the beginning of one local day until that of another, cut at both ends."""
    first, last = midnight(start, rota.time_zone), midnight(end, rota.time_zone)
    planned = [*history, *terms(rota, history, until=last)]
    return clip(with_overrides(rota, planned), first, last)


def on_duty(rota: Rota, moment: datetime, history: Sequence[Term] = ()) -> Term | None:
    """The term that holds a moment, as it is served; None before the rota begins."""
    planned = [*history, *terms(rota, history, until=moment + _INSTANT)]
    return term_at(with_overrides(rota, planned), moment)


def term_at(served: Sequence[Term], moment: datetime) -> Term | None:
    """The one of these terms, sorted, that holds a moment; found in logarithmic time."""
    number = bisect_right(served, moment, key=lambda term: term.start) - 1
    return served[number] if number >= 0 and moment < served[number].end else None


def _spans(
    rota: Rota, history: Sequence[Term], until: datetime
) -> Iterator[tuple[datetime, datetime]]:
    if history:
        settled = history[-1].end
        moments = _from_settled(handovers(rota, settled), settled)
    else:
        moments = handovers(rota)
    for start, end in pairwise(moments):
        if start >= until:
            return
        yield start, end


def _from_settled(later: Iterator[datetime], settled: datetime) -> Iterator[datetime]:
    """The end of the settled terms, which an edited cadence may not have, and the handovers after it.

    What then remains until the next handover is a term of its own, or, where it is shorter than half the
    term after it, a part of that.
    """
    following = list(islice(later, 2))
    if following[:1] == [settled]:
        return chain(following, later)
    if len(following) > 1 and following[0] - settled < (following[1] - following[0]) / 2:
        following = following[1:]
    return chain([settled], following, later)


def _next_term(rota: Rota, order: Order, start: datetime, end: datetime) -> Term:
    days = _days(rota, start, end)
    choice = order.choose(days)
    if choice is None:
        order.record((), days.first)
        return Term(start, end, (), Source.VACANT, wording.vacant())
    order.record(choice.users, days.first)
    why = wording.in_order(passed_over=choice.passed_over, rest_shortened=choice.rest_shortened)
    return Term(start, end, choice.users, Source.ROTA, why)


def _days(rota: Rota, start: datetime, end: datetime) -> Days:
    first = _local_date(rota, start)
    last = max(first, _local_date(rota, end) - _DAY)
    return Days(first, last, holidays_count=_is_of_one_day(rota))


def _is_of_one_day(rota: Rota) -> bool:
    # From Friday to Monday is one day too where handovers fall on working days only.
    return rota.cadence.unit == "day" and rota.cadence.every == 1


def _local_date(rota: Rota, moment: datetime) -> date:
    return moment.astimezone(rota.time_zone).date()


def _overrides(rota: Rota) -> list[Term]:
    zone = rota.time_zone
    found = [
        Term(
            moment_of(override.start, zone),
            moment_of(override.end, zone),
            override.users,
            Source.OVERRIDE,
            wording.override(),
        )
        for override in rota.overrides
    ]
    return sorted(found, key=lambda term: term.start)
