"""A place in Slack that follows the duty, and what it should show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from coherence.champion.member import is_member_id
from coherence.champion.resolved import ResolvedRota
from coherence.rota.term import Term
from storage.champion import ChampionSurface

LONGEST_REST: Final = timedelta(hours=1)
"""After so long a place is looked at whatever is known: clocks are moved, and people are erased."""

_FORMER: Final = "former_topic:"


class SurfaceKind(StrEnum):
    """What follows the duty."""

    HANDLE = "handle"
    """A user group: whoever mentions it reaches who is on duty."""
    TOPIC = "topic"
    """A part of a channel's topic; the rest is the team's own."""


@dataclass(frozen=True)
class Showing:
    """What is to be shown in a place that shows something else so far.

    `people` serve, in their order; while nobody does, a handle has those of `fallback`. With `removes`, our
    part is taken out of a topic. `taken` says that the place follows another rota already. `row_kind` and
    `look_at` are how the row was found; `next_look` is when to look again once it is done.
    """

    workspace_id: str
    journey_id: str
    row_kind: str
    kind: SurfaceKind
    target_id: str
    people: tuple[str, ...]
    fallback: tuple[str, ...]
    removes: bool
    taken: bool
    look_at: datetime
    next_look: datetime

    @property
    def shown(self) -> list[str]:
        """What is kept of it, to be compared the next time."""
        return _shown(self.kind, self.people, self.fallback)


def former_topic(channel_id: str) -> str:
    """The kind of a row that stands for a topic out of which our part is still to be taken."""
    return f"{_FORMER}{channel_id}"


def is_former(row: ChampionSurface) -> bool:
    """Whether a place follows the duty no longer, and is only to be cleared."""
    return row.kind.startswith(_FORMER)


def kind_of(row: ChampionSurface) -> SurfaceKind:
    """What kind of place a row stands for."""
    return SurfaceKind.TOPIC if is_former(row) else SurfaceKind(row.kind)


def members_only(people: Iterable[str]) -> tuple[str, ...]:
    """Those whom Slack knows: a former colleague may have been put in somebody's place."""
    return tuple(each for each in people if is_member_id(each))


def next_look(rota: ResolvedRota | None, term: Term | None, now: datetime) -> datetime:
    """When somebody else may be on duty, or what can't be foreseen is looked for again.

    `term` is the one that holds this moment, if any.
    """
    latest = now + LONGEST_REST
    if rota is None or term is not None:
        return min(term.end, latest) if term else latest
    begins = next((each.start for each in rota.coming(now, 1)), latest)
    return min(begins, latest)


def showing(
    row: ChampionSurface,
    rota: ResolvedRota | None,
    term: Term | None,
    *,
    look_at: datetime,
    next_look: datetime,
    taken: bool = False,
) -> Showing | None:
    """What a place is to show; None where it shows that, or where there is nothing to be shown yet."""
    people = _reachable(rota, term)
    removes = is_former(row) or _is_homeless(row, rota)
    if people is None and not removes:
        return None
    kind = kind_of(row)
    found = Showing(
        workspace_id=row.workspace_id,
        journey_id=row.journey_id,
        row_kind=row.kind,
        kind=kind,
        target_id=row.target_id,
        people=() if removes else people or (),
        fallback=members_only(row.fallback) if kind is SurfaceKind.HANDLE else (),
        removes=removes,
        taken=taken,
        look_at=look_at,
        next_look=next_look,
    )
    return found if is_former(row) or row.shown != found.shown else None


def _reachable(rota: ResolvedRota | None, term: Term | None) -> tuple[str, ...] | None:
    """Who serves and is still here; None before the rota begins."""
    if rota is None or term is None:
        return None
    gone = {member.user_id for member in rota.members if member.gone_at is not None}
    return tuple(each for each in members_only(term.users) if each not in gone)


def _is_homeless(row: ChampionSurface, rota: ResolvedRota | None) -> bool:
    """Whether a topic follows a rota that has no channel any more."""
    return kind_of(row) is SurfaceKind.TOPIC and rota is not None and rota.channel_id is None


def _shown(kind: SurfaceKind, people: Sequence[str], fallback: Sequence[str]) -> list[str]:
    if kind is SurfaceKind.TOPIC:
        return list(people)
    return sorted(set(people or fallback))
