"""A journey's rota as it is by now. Every surface reads this one value.

The answer in Slack, the table, the handle, the topic, messages and calendars all ask it, so that what was
arranged shows everywhere or nowhere.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import islice
from typing import Final

from coherence.champion.member import MemberState, RotaMember
from coherence.rota.document import Rota
from coherence.rota.engine import lay_over, term_at, terms
from coherence.rota.fields import LAST_YEAR
from coherence.rota.term import Term

_INSTANT: Final = timedelta(microseconds=1)
_FIRST_LOOK: Final = timedelta(weeks=8)
_LAST: Final = datetime(LAST_YEAR, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class ResolvedRota:
    """A rota with its history and what was arranged.

    `rota` is None while nobody has joined. `history` are the terms that have begun, as they were planned;
    `arranged` is laid over them and over the future, sorted and without overlaps. `work_start` and
    `work_end` are the team's hours in the journey's zone, `zone` is the rota's own.
    """

    workspace_id: str
    journey_id: str
    journey: str
    channel_id: str | None
    revision: int
    zone: str
    work_start: str
    work_end: str
    rota: Rota | None
    history: tuple[Term, ...]
    arranged: tuple[Term, ...]
    members: tuple[RotaMember, ...]

    @cached_property
    def people(self) -> Mapping[str, RotaMember]:
        """Everybody in the rota or asked, by user id."""
        return {member.user_id: member for member in self.members}

    def is_member(self, user_id: str) -> bool:
        """Whether somebody has joined and not left."""
        member = self.people.get(user_id)
        return member is not None and member.state is MemberState.SERVING

    def knows(self, user_id: str) -> bool:
        """Whether somebody is or was in the rota, or has been asked, or serves by arrangement."""
        return user_id in self.people or any(user_id in each.users for each in self.arranged)

    def planned(self, until: datetime) -> list[Term]:
        """The terms that follow the history and begin before a moment, without what was arranged."""
        return terms(self.rota, self.history, until=until) if self.rota else []

    def served(self, until: datetime) -> list[Term]:
        """All terms that begin before a moment, from the first on, as they are served.

        In linear time of their number: ask once and look things up in the answer.
        """
        return list(lay_over([*self.history, *self.planned(until)], self.arranged))

    def on_duty(self, moment: datetime) -> Term | None:
        """The term that holds a moment, as it is served; None before the rota begins."""
        return term_at(self.served(moment + _INSTANT), moment)

    def coming(self, moment: datetime, count: int) -> list[Term]:
        """The term that holds a moment and those after it, `count` in all, fewer at the rota's end."""
        return self._search(moment, lambda term: True, count)

    def coming_of(self, user_id: str, moment: datetime, count: int = 1) -> list[Term]:
        """The terms, begun or to come, in which somebody serves at a moment or later."""
        if not self.knows(user_id):
            return []
        return self._search(moment, lambda term: user_id in term.users, count)

    def term_from(self, start: datetime) -> Term | None:
        """The term that is served from exactly this moment on, or None."""
        term = self.on_duty(start)
        return term if term is not None and term.start == start else None

    def _search(self, moment: datetime, wanted: Callable[[Term], bool], count: int) -> list[Term]:
        """Look further and further ahead: how long terms are is not known beforehand."""
        look = _FIRST_LOOK
        while True:
            until = min(moment + look, _LAST)
            ahead = (term for term in self.served(until) if term.end > moment)
            found = list(islice(filter(wanted, ahead), count))
            if len(found) == count or until == _LAST or self._is_beyond_use(look):
                return found
            look *= 4

    def _is_beyond_use(self, look: timedelta) -> bool:
        return self.rota is None or look > timedelta(days=5 * 366)
