"""Who can serve on which days: neither away, nor gone, nor not yet there."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from coherence.rota.document import Absence, Member, Rota
from coherence.working_days import is_holiday


@dataclass(frozen=True)
class Days:
    """The days of a term: from its first to the day before the next handover."""

    first: date
    last: date
    holidays_count: bool
    """Whether it is a term of one day, which public holidays matter to."""


class Availability:
    """Answers in logarithmic time whether a member can serve on all days of a term."""

    def __init__(self, rota: Rota) -> None:
        self._absences = _by_user(rota.absences)

    def can_serve(self, member: Member, days: Days) -> bool:
        """Whether the member is there on every one of the days."""
        return (
            is_member(member, days)
            and not self._away(member.user, days)
            and not (days.holidays_count and is_holiday(days.first, member.country))
        )

    def _away(self, user: str, days: Days) -> bool:
        if user not in self._absences:
            return False
        firsts, lasts = self._absences[user]
        latest = bisect_right(firsts, days.last) - 1
        return latest >= 0 and lasts[latest] >= days.first


def is_member(member: Member, days: Days) -> bool:
    """Whether somebody belongs to the rota on all of the days."""
    joined = member.joined is None or member.joined <= days.first
    return joined and (member.left is None or days.last < member.left)


def _by_user(absences: Iterable[Absence]) -> dict[str, tuple[list[date], list[date]]]:
    """The first and the last days of everybody's absences, sorted and without overlaps."""
    spans: dict[str, tuple[list[date], list[date]]] = defaultdict(lambda: ([], []))
    for absence in sorted(absences, key=lambda absence: absence.first):
        firsts, lasts = spans[absence.user]
        if lasts and absence.first <= lasts[-1]:
            lasts[-1] = max(lasts[-1], absence.last)
        else:
            firsts.append(absence.first)
            lasts.append(absence.last)
    return dict(spans)
