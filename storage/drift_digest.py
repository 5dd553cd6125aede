"""What a digest and a chart count: which reports came and ended in a time, and what is open."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_
from sqlalchemy.orm import Mapped
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.drift import DriftReport


@dataclass(frozen=True)
class Stretch:
    """Of a journey, a time from `since` on and before `until`."""

    workspace_id: str
    journey_id: str
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Only:
    """Reports with this layer, decided or guessed, this weight and this touchpoint; None takes any."""

    layer: str | None = None
    severity: str | None = None
    touchpoint_id: str | None = None


async def list_drift_reported(
    session: AsyncSession, stretch: Stretch, *, limit: int, first: Sequence[str] = ()
) -> tuple[int, Sequence[DriftReport]]:
    """How many were reported then, and some of them: of the severities `first` first, then the newest."""
    rank = {severity: place for place, severity in enumerate(first)}
    order = case(rank, value=col(DriftReport.severity), else_=len(rank)) if rank else None
    return await _within(session, stretch, col(DriftReport.reported_at), order, limit)


async def list_drift_resolved(
    session: AsyncSession, stretch: Stretch, *, limit: int
) -> tuple[int, Sequence[DriftReport]]:
    """How many ended then and have not been opened again, and the newest of them."""
    return await _within(session, stretch, col(DriftReport.resolved_at), None, limit)


async def list_drift_waiting(
    session: AsyncSession,
    stretch: Stretch,
    states: Collection[str],
    *,
    awake_on: date,
    limit: int,
) -> tuple[int, Sequence[DriftReport]]:
    """How many reports in these states are older than the stretch, and the oldest of them.

    What is put off beyond `awake_on` is left out.
    """
    until = col(DriftReport.snoozed_until)
    # Not the column itself: its index would be walked through all that was ever resolved.
    reported = func.coalesce(DriftReport.reported_at, DriftReport.changed_at)
    here = (
        *_in(stretch.workspace_id, stretch.journey_id, states),
        or_(until.is_(None), until <= awake_on),
        reported < stretch.since,
    )
    count = (await session.exec(select(func.count()).select_from(DriftReport).where(*here))).one()
    oldest = select(DriftReport).where(*here).order_by(reported, col(DriftReport.number))
    return count, (await session.exec(oldest.limit(limit))).all()


async def count_drift_put_off(
    session: AsyncSession,
    workspace_id: str,
    journey_id: str,
    states: Collection[str],
    *,
    beyond: date,
) -> int:
    """How many reports in these states are put off beyond that day."""
    here = (*_in(workspace_id, journey_id, states), col(DriftReport.snoozed_until) > beyond)
    return (await session.exec(select(func.count()).select_from(DriftReport).where(*here))).one()


async def count_drift_by_layer(
    session: AsyncSession, workspace_id: str, journey_id: str, states: Collection[str]
) -> Mapping[str | None, int]:
    """How many reports in these states there are of each layer, decided or guessed; None where neither."""
    layer = func.coalesce(DriftReport.layer, DriftReport.layer_guess)
    query = select(layer, func.count()).where(*_in(workspace_id, journey_id, states))
    return dict((await session.exec(query.group_by(layer))).all())


async def list_drift_moments(
    session: AsyncSession, stretch: Stretch, only: Only | None = None
) -> Sequence[tuple[datetime, str | None, str | None]]:
    """When each report then was made, its layer and its touchpoint; oldest first."""
    layer = func.coalesce(DriftReport.layer, DriftReport.layer_guess)
    moment = col(DriftReport.reported_at)
    query = select(DriftReport.reported_at, layer, DriftReport.touchpoint_id)
    query = query.where(*_of(stretch, moment)).order_by(moment)
    for column, wanted in _wanted(only, layer):
        query = query.where(column == wanted)
    return (await session.exec(query)).all()


async def _within(
    session: AsyncSession,
    stretch: Stretch,
    moment: Mapped[Any],
    order: ColumnElement[int] | None,
    limit: int,
) -> tuple[int, Sequence[DriftReport]]:
    here = _of(stretch, moment)
    count = (await session.exec(select(func.count()).select_from(DriftReport).where(*here))).one()
    newest = [each for each in (order,) if each is not None] + [moment.desc()]
    query = select(DriftReport).where(*here).order_by(*newest).limit(limit)
    return count, (await session.exec(query)).all()


def _wanted(
    only: Only | None, layer: ColumnElement[Any]
) -> list[tuple[ColumnElement[Any] | Mapped[Any], str]]:
    if only is None:
        return []
    asked = (
        (layer, only.layer),
        (col(DriftReport.severity), only.severity),
        (col(DriftReport.touchpoint_id), only.touchpoint_id),
    )
    return [(column, wanted) for column, wanted in asked if wanted is not None]


def _of(stretch: Stretch, moment: Mapped[Any]) -> list[ColumnElement[bool]]:
    return [
        col(DriftReport.workspace_id) == stretch.workspace_id,
        _is_of(stretch.journey_id),
        moment >= stretch.since,
        moment < stretch.until,
    ]


def _in(workspace_id: str, journey_id: str, states: Collection[str]) -> list[ColumnElement[bool]]:
    return [
        col(DriftReport.workspace_id) == workspace_id,
        _is_of(journey_id),
        col(DriftReport.state).in_(states),
    ]


def _is_of(journey_id: str) -> ColumnElement[bool]:
    # Without statistics SQLite would go by the index of the journey and read all that there ever was of it.
    return func.coalesce(DriftReport.journey_id, "") == journey_id
