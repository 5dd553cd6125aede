"""Let go of checks, or of the words in them, a batch at a time."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.check import CheckFinding, NarrativeCheck

# What these columns say repeats the words of the text that was checked.
_REPEATED_BY_FINDINGS = {"quote": "", "suggestion": None}
_MODEL = "model"


async def count_checks(
    session: AsyncSession, workspace_id: str, *, before: datetime | None = None
) -> int:
    """How many checks a workspace has on record, or how many from before a moment."""
    query = select(func.count()).select_from(NarrativeCheck).where(_own(workspace_id, before))
    return (await session.exec(query)).one()


async def count_worded(session: AsyncSession, workspace_id: str, *, since: datetime) -> int:
    """How many checks from a moment on hold words of the text that was checked."""
    query = (
        select(func.count())
        .select_from(NarrativeCheck)
        .where(_own(workspace_id), col(NarrativeCheck.checked_at) >= since, _worded())
    )
    return (await session.exec(query)).one()


async def delete_checks(
    session: AsyncSession, workspace_id: str, *, before: datetime | None, most: int
) -> int:
    """Delete the oldest checks with all that belongs to them: those before a moment, or any.

    Returns how many went, at most `most`.
    """
    ids = await _oldest(session, _own(workspace_id, before), most)
    these = and_(_own(workspace_id), col(NarrativeCheck.id).in_(ids))
    await session.exec(delete(NarrativeCheck).where(these))
    return len(ids)


async def take_words_out(session: AsyncSession, workspace_id: str, *, most: int) -> int:
    """Take out of checks the text and what repeats it; findings and verdicts stay.

    Returns how many checks were changed, at most `most`.
    """
    ids = await _oldest(session, and_(_own(workspace_id), _worded()), most)
    these = and_(_own(workspace_id), col(NarrativeCheck.id).in_(ids))
    await session.exec(update(NarrativeCheck).where(these).values(text=None, rewrite=None))
    found = and_(
        col(CheckFinding.workspace_id) == workspace_id, col(CheckFinding.check_id).in_(ids)
    )
    await session.exec(update(CheckFinding).where(found).values(_REPEATED_BY_FINDINGS))
    quoting = or_(col(CheckFinding.source) == _MODEL, col(CheckFinding.rule_id).is_not(None))
    await session.exec(update(CheckFinding).where(found, quoting).values(why=""))
    return len(ids)


async def _oldest(session: AsyncSession, which: ColumnElement[bool], most: int) -> Sequence[str]:
    query = select(col(NarrativeCheck.id)).where(which)
    return (await session.exec(query.order_by(col(NarrativeCheck.checked_at)).limit(most))).all()


def _own(workspace_id: str, before: datetime | None = None) -> ColumnElement[bool]:
    own = col(NarrativeCheck.workspace_id) == workspace_id
    return own if before is None else and_(own, col(NarrativeCheck.checked_at) < before)


def _worded() -> ColumnElement[bool]:
    """Whether a check or one of its findings still holds words of the text."""
    quoted = exists().where(
        col(CheckFinding.workspace_id) == col(NarrativeCheck.workspace_id),
        col(CheckFinding.check_id) == col(NarrativeCheck.id),
        or_(col(CheckFinding.quote) != "", col(CheckFinding.suggestion).is_not(None)),
    )
    kept = or_(col(NarrativeCheck.text).is_not(None), col(NarrativeCheck.rewrite).is_not(None))
    return or_(kept, quoted)
