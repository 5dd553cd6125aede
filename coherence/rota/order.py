"""The order in which people take turns: a queue.

Whoever serves goes to its end; whoever is passed over keeps their place and so comes next; whoever joins
goes to its end, behind all who wait. Of two who can serve at the same times, neither is ever a second turn
ahead of the other: the one who served later stands behind.
"""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from coherence.rota.availability import Availability, Days, is_member
from coherence.rota.document import Group, Rota


@dataclass(frozen=True)
class Choice:
    """Who takes a turn, and what it took to find them."""

    users: tuple[str, ...]
    passed_over: bool
    rest_shortened: bool


class Order:
    """The queue of groups, a member alone being a group of one, with the turns that they had."""

    def __init__(self, rota: Rota) -> None:
        self._rota = rota
        self._availability = Availability(rota)
        self._groups = rota.members
        self._group_of = {
            member.user: number for number, group in enumerate(self._groups) for member in group
        }
        self._joined = [
            min(member.joined or date.min for member in group) for group in self._groups
        ]
        self._left = [max(member.left or date.max for member in group) for group in self._groups]
        self._joining = deque(sorted(range(len(self._groups)), key=self._joined.__getitem__))
        self._leaving = deque(sorted(range(len(self._groups)), key=self._left.__getitem__))
        self._begun = False
        # Its keys are the queue; a dictionary keeps their order and finds each at once.
        self._queue: dict[int, None] = {}
        self._terms = 0
        self._latest: dict[int, int] = {}
        self._turns: Counter[tuple[int, int]] = Counter()

    def choose(self, days: Days) -> Choice | None:
        """Who takes the turn for a term; None where nobody can."""
        self._welcome(days.first)
        seats = self._rota.per_term
        rested, tired = self._candidates(days, seats)
        chosen = (rested + tired)[:seats]
        if not chosen:
            return self._part(days)
        return Choice(
            tuple(user for group in chosen for user in self._available(group, days)),
            passed_over=chosen != [*islice(self._queue, len(chosen))],
            rest_shortened=len(rested) < len(chosen),
        )

    def record(self, users: Sequence[str], day: date) -> None:
        """Take note of a term that begins on a day, and of those whose turn it is."""
        self._welcome(day)
        for group in dict.fromkeys(
            self._group_of[user] for user in users if user in self._group_of
        ):
            if group in self._queue:
                del self._queue[group]
                self._queue[group] = None
            self._latest[group] = self._terms
            self._turns[group, day.year] += 1
        self._terms += 1

    def _welcome(self, day: date) -> None:
        """Let groups join and leave by a day; those there from the beginning stand as in the file."""
        joined = []
        while self._joining and self._joined[self._joining[0]] <= day:
            joined.append(self._joining.popleft())
        for group in joined if self._begun else sorted(joined):
            self._queue[group] = None
        self._begun = True
        while self._leaving and self._left[self._leaving[0]] <= day:
            self._queue.pop(self._leaving.popleft(), None)

    def _candidates(self, days: Days, seats: int) -> tuple[list[int], list[int]]:
        """The first groups that can serve in full: those who had their rest, and all others."""
        rested: list[int] = []
        tired: list[int] = []
        for group in self._queue:
            if self._is_complete(self._groups[group], days):
                (rested if self._has_rested(group, days.first.year) else tired).append(group)
            if len(rested) == seats:
                break
        return rested, tired

    def _is_complete(self, group: Group, days: Days) -> bool:
        members = [member for member in group if is_member(member, days)]
        return bool(members) and all(
            self._availability.can_serve(member, days) for member in members
        )

    def _part(self, days: Days) -> Choice | None:
        """Those who are there of the first group of which anybody is, one that had its rest before others."""
        tired = None
        for group in self._queue:
            users = tuple(self._available(group, days))
            if users and self._has_rested(group, days.first.year):
                return Choice(users, passed_over=True, rest_shortened=False)
            if users and tired is None:
                tired = Choice(users, passed_over=True, rest_shortened=True)
        return tired

    def _available(self, group: int, days: Days) -> list[str]:
        return [
            member.user
            for member in self._groups[group]
            if self._availability.can_serve(member, days)
        ]

    def _has_rested(self, group: int, year: int) -> bool:
        rest = self._rota.rest
        if rest.max_per_year is not None and self._turns[group, year] >= rest.max_per_year:
            return False
        latest = self._latest.get(group)
        return latest is None or self._terms - latest > rest.min_gap_terms
