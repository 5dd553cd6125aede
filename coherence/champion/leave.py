"""Days on which somebody doesn't serve, and what follows from them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.champion.resolved import ResolvedRota
from coherence.errors import InvalidAnswers
from coherence.rota.term import Term
from coherence.zones import zone_info
from storage.champion import ChampionLeave, list_leave

LEAVE: Final = "leave"
"""The kind of what somebody has told; passing a term on is another."""

MOST_ENTRIES: Final = 20
LONGEST: Final = timedelta(days=366)
FARTHEST: Final = timedelta(days=2 * 366)

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Days:
    """Days on which somebody is away, both included."""

    first: date
    last: date


class Effect(StrEnum):
    """What becomes of a term in which somebody is away."""

    GOES_ON = "goes_on"
    """Others serve, and they keep their place."""
    VACANT = "vacant"
    """Nobody else can."""
    NEEDS_COVER = "needs_cover"
    """It stays theirs: it has begun, or people have arranged it."""


@dataclass(frozen=True)
class Consequence:
    """A term of somebody's that they are away in; `users` are those who serve in it then."""

    journey_id: str
    journey: str
    zone: str
    term: Term
    effect: Effect
    users: tuple[str, ...]
    has_begun: bool


async def days_away(
    session: AsyncSession, workspace_id: str, user_ids: Collection[str]
) -> Mapping[str, Sequence[tuple[date, date]]]:
    """When people have said that they are away, by user id: the first and last days of each time."""
    away: dict[str, list[tuple[date, date]]] = defaultdict(list)
    for row in await list_leave(session, workspace_id, user_ids):
        if row.kind == LEAVE:
            away[row.user_id].append((row.first, row.last))
    return away


def require_days(wanted: Days, today: date) -> None:
    """Raise InvalidAnswers by the names of the fields where days can't be told."""
    if wanted.first < today:
        raise InvalidAnswers({"first": "Please choose today or a day to come."})
    if wanted.last < wanted.first:
        raise InvalidAnswers({"last": "The last day is before the first."})
    if wanted.last - wanted.first > LONGEST:
        raise InvalidAnswers({"last": "A year at most; for longer, pause or leave the rota."})
    if wanted.first > today + FARTHEST:
        raise InvalidAnswers({"first": "Please choose a day within the next two years."})


def merged(wanted: Days, rows: Iterable[ChampionLeave]) -> tuple[Days, list[ChampionLeave]]:
    """The days with all that they overlap or touch, and the entries that they replace."""
    replaced: list[ChampionLeave] = []
    for row in sorted(rows, key=lambda row: row.first):
        touches = row.first <= wanted.last + _DAY and wanted.first <= row.last + _DAY
        if touches:
            replaced.append(row)
            wanted = Days(min(row.first, wanted.first), max(row.last, wanted.last))
    return wanted, replaced


def as_row(workspace_id: str, user_id: str, days: Days, *, now: datetime) -> ChampionLeave:
    """As a new row, for all rotas of a person."""
    return ChampionLeave(
        workspace_id=workspace_id,
        id=uuid4().hex,
        user_id=user_id,
        kind=LEAVE,
        first=days.first,
        last=days.last,
        told_at=now,
    )


def consequences(
    user_id: str, days: Days, before: ResolvedRota, after: ResolvedRota, now: datetime
) -> list[Consequence]:
    """What becomes of somebody's terms that touch these days, earliest first."""
    return list(_consequences(user_id, days, before, after, now))


def _consequences(
    user_id: str, days: Days, before: ResolvedRota, after: ResolvedRota, now: datetime
) -> Iterator[Consequence]:
    # A day more on each side: the rota's clocks may be ahead of UTC or behind.
    until = datetime.combine(days.last, datetime.min.time(), now.tzinfo) + 2 * _DAY
    served = after.served(until)
    for term in before.served(until):
        if term.end <= now or user_id not in term.users or not _touch(term, days, before.zone):
            continue
        users = _serving(served, term)
        yield Consequence(
            before.journey_id,
            before.journey,
            before.zone,
            term,
            _effect(user_id, users),
            users,
            term.start <= now,
        )


def _serving(served: Sequence[Term], term: Term) -> tuple[str, ...]:
    """Who serves when a term begins, as it is by now."""
    return next((each.users for each in served if each.start <= term.start < each.end), ())


def _effect(user_id: str, users: tuple[str, ...]) -> Effect:
    if user_id in users:
        return Effect.NEEDS_COVER
    return Effect.GOES_ON if users else Effect.VACANT


def _touch(term: Term, days: Days, zone: str) -> bool:
    """Whether a term has one of the days, as the order counts them: to the one before its end."""
    first = term.start.astimezone(zone_info(zone)).date()
    last = max(first, term.end.astimezone(zone_info(zone)).date() - _DAY)
    return first <= days.last and days.first <= last
