"""Rounds that have closed, with what was answered and decided in them: a stretch at a time, for files.

However many there are, few are in memory.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, String, and_, func, literal, or_, tuple_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.ritual_answers import Answers, RitualAnswer, RitualBallot
from storage.ritual_review import RitualAction
from storage.rituals import Ritual, RitualRound

Kept = RitualAnswer | RitualBallot

_NO_RATING = 0


@dataclass(frozen=True)
class Asked:
    """Which rounds: of these rituals, due from a moment on and before another one."""

    ritual_ids: Collection[str]
    since: datetime | None = None
    until: datetime | None = None


async def list_rituals_ever(
    session: AsyncSession, workspace_id: str, journey_id: str | None = None
) -> Sequence[Ritual]:
    """All rituals of a journey, or of a workspace, those that have ended too."""
    query = select(Ritual).where(col(Ritual.workspace_id) == workspace_id)
    if journey_id is not None:
        query = query.where(col(Ritual.journey_id) == journey_id)
    return (await session.exec(query.order_by(col(Ritual.id)))).all()


async def list_closed_rounds(
    session: AsyncSession,
    workspace_id: str,
    asked: Asked,
    *,
    after: RitualRound | None = None,
    limit: int,
) -> Sequence[RitualRound]:
    """Rounds that have closed, those that were due first before the others, from the one after `after`."""
    due, key = col(RitualRound.due_at), col(RitualRound.id)
    query = select(RitualRound).where(
        col(RitualRound.workspace_id) == workspace_id,
        col(RitualRound.closed_at).is_not(None),
        col(RitualRound.ritual_id).in_(asked.ritual_ids),
    )
    if asked.since is not None:
        query = query.where(due >= asked.since)
    if asked.until is not None:
        query = query.where(due < asked.until)
    if after is not None:
        query = query.where(or_(due > after.due_at, and_(due == after.due_at, key > after.id)))
    return (await session.exec(query.order_by(due, key).limit(limit))).all()


async def list_answers_after(
    session: AsyncSession,
    kept_in: Answers,
    place: tuple[str, str, str],
    *,
    after: Kept | None = None,
    limit: int,
) -> Sequence[Kept]:
    """Answers to one question; `place` is the workspace, the round and the question.

    They are ordered by what they say, the lowest rating first: an order that tells nothing about who gave
    them or when. Only among equals does a key decide.
    """
    workspace_id, round_id, question_id = place
    said = _said(kept_in)
    query = select(kept_in).where(
        col(kept_in.workspace_id) == workspace_id,
        col(kept_in.round_id) == round_id,
        col(kept_in.question_id) == question_id,
    )
    if after is not None:
        query = query.where(tuple_(*said) > tuple_(*_values(after)))
    rows = (await session.exec(query.order_by(*said).limit(limit))).all()
    return cast("Sequence[Kept]", rows)


async def list_actions_of(
    session: AsyncSession, workspace_id: str, round_ids: Collection[str]
) -> Sequence[RitualAction]:
    """What was decided in these rounds, what is due first before the rest."""
    query = select(RitualAction).where(
        col(RitualAction.workspace_id) == workspace_id, col(RitualAction.round_id).in_(round_ids)
    )
    ordered = query.order_by(col(RitualAction.due_on), col(RitualAction.id))
    return (await session.exec(ordered)).all()


def _said(kept_in: Answers) -> tuple[Any, ...]:
    key = col(RitualAnswer.user_id) if kept_in is RitualAnswer else col(RitualBallot.id)
    return (
        func.coalesce(col(kept_in.rating), _NO_RATING),
        func.coalesce(col(kept_in.words), ""),
        key,
    )


def _values(row: Kept) -> tuple[ColumnElement[Any], ...]:
    key = row.user_id if isinstance(row, RitualAnswer) else row.id
    return literal(row.rating or _NO_RATING), literal(row.words or "", String), literal(key)
