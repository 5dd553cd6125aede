"""What an edit of a rota moves, to be looked at before it is saved."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from coherence.rota.document import Group, Rota
from coherence.rota.engine import terms, with_overrides
from coherence.rota.term import Term


@dataclass(frozen=True)
class Move:
    """From `start` until `end`, both in UTC, others serve than before the edit."""

    start: datetime
    end: datetime
    before: tuple[str, ...]
    after: tuple[str, ...]


def what_moves(
    before: Rota, after: Rota, history: Sequence[Term] = (), *, until: datetime
) -> list[Move]:
    """What changes until a moment when a rota is edited, in order of time; settled terms never do.

    Whoever is new and has no date of joining joins with the first term that is not settled.
    """
    if history:
        after = with_joining_dates(before, after, _next_handover(after, history))
    old, new = (with_overrides(rota, terms(rota, history, until=until)) for rota in (before, after))
    return _joined(move for move in _compare(old, new) if move.before != move.after)


def with_joining_dates(before: Rota, after: Rota, joined: date) -> Rota:
    """The edited rota, with a date of joining for everybody who is new and has none."""
    known = before.people().keys()

    def dated(group: Group) -> Group:
        return tuple(
            member
            if member.joined or member.user in known
            else member.model_copy(update={"joined": joined})
            for member in group
        )

    return after.model_copy(update={"members": tuple(map(dated, after.members))})


def _next_handover(rota: Rota, history: Sequence[Term]) -> date:
    return history[-1].end.astimezone(rota.time_zone).date()


def _compare(old: Sequence[Term], new: Sequence[Term]) -> Iterator[Move]:
    """Yield every stretch that both cover and within which neither changes."""
    place = 0
    for term in new:
        while place < len(old) and old[place].start < term.end:
            start, end = max(old[place].start, term.start), min(old[place].end, term.end)
            if start < end:
                yield Move(start, end, old[place].users, term.users)
            if old[place].end > term.end:
                break
            place += 1


def _joined(moves: Iterable[Move]) -> list[Move]:
    joined: list[Move] = []
    for move in moves:
        last = joined[-1] if joined else None
        if last and (last.end, last.before, last.after) == (move.start, move.before, move.after):
            joined[-1] = replace(last, end=move.end)
        else:
            joined.append(move)
    return joined
