"""What one person's Home shows: a few rows of each thing, in one query each, however many there are.

Nothing is counted beyond what is asked for, so that a long list costs no more than a short one.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, union_all
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from storage.champion import ChampionService
from storage.check import NarrativeCheck
from storage.drift import DriftReport

_READ_CHARACTERS = 400
"""Of a checked text: enough for a line of it."""


@dataclass(frozen=True)
class Some:
    """The first rows of a list, and how many it has, counted as far as was asked for."""

    rows: Sequence[DriftReport]
    count: int


@dataclass(frozen=True)
class LastCheck:
    """A check of somebody's: when, the verdict, and how its text begins where that is kept."""

    checked_at: datetime
    verdict: str
    beginning: str | None


async def list_owned_drift(
    session: AsyncSession,
    workspace_id: str,
    user_id: str,
    states: Collection[str],
    *,
    awake_on: date,
    limit: int,
    most: int,
) -> Some:
    """Reports in these states that somebody has taken on, oldest first, without those put off.

    `limit` are read, up to `most` are counted.
    """
    query = select(DriftReport).where(
        col(DriftReport.workspace_id) == workspace_id,
        col(DriftReport.owner) == user_id,
        _is_in(states),
        _is_awake(awake_on),
    )
    return await _some(session, query, newest=False, limit=limit, most=most)


async def list_own_drift(
    session: AsyncSession,
    workspace_id: str,
    user_id: str,
    states: Collection[str],
    *,
    limit: int,
    most: int,
) -> Some:
    """Reports in these states that somebody has made under their name, newest first."""
    query = select(DriftReport).where(
        col(DriftReport.workspace_id) == workspace_id,
        col(DriftReport.reporter) == user_id,
        _is_in(states),
    )
    return await _some(session, query, newest=True, limit=limit, most=most)


async def list_untriaged_drift(
    session: AsyncSession,
    workspace_id: str,
    journey_ids: Collection[str] | None,
    states: Collection[str],
    *,
    awake_on: date,
    most: int,
) -> Sequence[tuple[int, str]]:
    """Numbers and severities of the oldest reports in these states that nobody has taken on.

    Of some journeys, or of all.
    """
    # A look-up for each state: for several at once, SQLite would sort all reports that are in them.
    each = [
        select(
            select(DriftReport.number, DriftReport.severity)
            .where(
                col(DriftReport.workspace_id) == workspace_id,
                col(DriftReport.state) == state,
                col(DriftReport.owner).is_(None),
                *_of_journeys(journey_ids),
                _is_awake(awake_on),
            )
            .order_by(col(DriftReport.number))
            .limit(most)
            .subquery()
        )
        for state in sorted(states)
    ]
    found = union_all(*each).subquery()
    query = select(found.c.number, found.c.severity).order_by(found.c.number).limit(most)
    return [(number, severity) for number, severity in (await session.exec(query)).all()]


async def list_last_checks(
    session: AsyncSession, workspace_id: str, user_id: str, *, limit: int
) -> Sequence[LastCheck]:
    """The newest checks that somebody has asked for, newest first."""
    beginning = func.substr(NarrativeCheck.text, 1, _READ_CHARACTERS)
    query = (
        select(NarrativeCheck.checked_at, NarrativeCheck.verdict, beginning)
        .where(
            col(NarrativeCheck.workspace_id) == workspace_id,
            col(NarrativeCheck.user_id) == user_id,
        )
        .order_by(col(NarrativeCheck.checked_at).desc(), col(NarrativeCheck.id))
        .limit(limit)
    )
    return [LastCheck(*row) for row in (await session.exec(query)).all()]


async def list_own_services(
    session: AsyncSession, workspace_id: str, user_id: str, starts: Collection[datetime]
) -> Sequence[ChampionService]:
    """What a person has said of their services that began at these moments, in any rota."""
    query = select(ChampionService).where(
        col(ChampionService.workspace_id) == workspace_id,
        col(ChampionService.user_id) == user_id,
        col(ChampionService.start).in_(starts),
    )
    return (await session.exec(query.order_by(col(ChampionService.journey_id)))).all()


async def _some(
    session: AsyncSession,
    query: SelectOfScalar[DriftReport],
    *,
    newest: bool,
    limit: int,
    most: int,
) -> Some:
    number = col(DriftReport.number)
    counted = query.order_by(number.desc() if newest else number).limit(most).subquery()
    report = aliased(DriftReport, counted)
    order = counted.c.number.desc() if newest else counted.c.number
    shown = select(report, func.count().over()).order_by(order).limit(limit)
    found = (await session.exec(shown)).all()
    return Some([row for row, _ in found], found[0][1] if found else 0)


def _is_in(states: Collection[str]) -> ColumnElement[bool]:
    # Not the column itself: its index would be gone through for all that is in these states.
    return func.coalesce(DriftReport.state, "").in_(states)


def _of_journeys(journey_ids: Collection[str] | None) -> list[ColumnElement[bool]]:
    if journey_ids is None:
        return []
    return [func.coalesce(DriftReport.journey_id, "").in_(journey_ids)]


def _is_awake(day: date) -> ColumnElement[bool]:
    until = col(DriftReport.snoozed_until)
    return or_(until.is_(None), until <= day)
