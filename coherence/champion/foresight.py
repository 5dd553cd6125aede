"""What a plan would make of a rota, to be looked at before it is kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from coherence.champion.member import MemberState, RotaMember
from coherence.champion.plan import RotaPlan, next_handover_day
from coherence.champion.resolved import ResolvedRota
from coherence.champion.stints import A_DAY
from coherence.rota.changes import Move, what_moves
from coherence.rota.document import Member, Override, Rota
from coherence.rota.engine import terms, with_overrides
from coherence.rota.term import Term

AHEAD: Final = timedelta(days=183)
"""How far ahead an edit is looked at."""

_FIRST_TERMS: Final = 6


@dataclass(frozen=True)
class Foresight:
    """What would follow if everybody who is asked says yes.

    `moves` are the days and weeks in which others serve than before; `first` are the first terms of a
    rota in which nobody serves yet. With `only_hours`, handovers come at another time of the day, and
    nothing else moves.
    """

    moves: Sequence[Move]
    first: Sequence[Term]
    only_hours: bool = False


def foresee(plan: RotaPlan, rota: ResolvedRota | None, now: datetime) -> Foresight:
    """What follows from a plan in the next half year; `rota` is the one it changes, if there is one."""
    history = rota.history if rota else ()
    joining = next_handover_day(plan.settings, history[-1].end if history else None, now)
    after = _after(plan, rota, joining)
    before = rota.rota if rota else None
    if before is None:
        return Foresight((), _first_terms(after, history, now))
    before = before.model_copy(update={"overrides": after.overrides})
    moves = what_moves(before, after, history, until=now + AHEAD)
    ahead = [move for move in moves if move.end > now]
    lasting = [move for move in ahead if move.end - move.start >= A_DAY]
    return Foresight(lasting, (), only_hours=bool(ahead) and not lasting)


def _after(plan: RotaPlan, rota: ResolvedRota | None, joining: date) -> Rota:
    known = _serving(rota.members if rota else ())
    groups = [
        [known.get(user_id) or Member(user=user_id, joined=joining) for user_id in group]
        for group in plan.groups
    ]
    kept = set(plan.people)
    groups += [
        [each.model_copy(update={"left": each.left or joining})]
        for each in known.values()
        if each.user not in kept
    ]
    return Rota.model_validate(
        {
            "format": 1,
            "members": groups,
            "absences": rota.rota.absences if rota and rota.rota else (),
            "overrides": _overrides(rota.arranged if rota else ()),
            **plan.settings.for_rota(),
        }
    )


def _serving(members: Iterable[RotaMember]) -> dict[str, Member]:
    return {
        each.user_id: Member(
            user=each.user_id, joined=each.joined, left=each.left, country=each.country
        )
        for each in members
        if each.state in {MemberState.SERVING, MemberState.LEFT}
    }


def _overrides(arranged: Iterable[Term]) -> list[Override]:
    return [
        Override.model_validate({"from": each.start, "to": each.end, "users": each.users})
        for each in arranged
        if each.users
    ]


def _first_terms(rota: Rota, history: Sequence[Term], now: datetime) -> list[Term]:
    coming = terms(rota, history, until=now + 2 * AHEAD)
    ahead = [term for term in with_overrides(rota, coming) if term.start > now]
    return ahead[:_FIRST_TERMS]
