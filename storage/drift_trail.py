"""What belongs to a drift report: its evidence, its events, its links, and who noticed it too.

Whoever adds to a report holds its row (`lock_drift`), so that ids follow each other.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import and_, delete, func, or_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.drift import DriftEvent, DriftEvidence, DriftLink, DriftMeToo, DriftReport
from storage.types import insert_new

Part = TypeVar("Part", DriftEvidence, DriftEvent, DriftLink)


async def add_drift_evidence(session: AsyncSession, evidence: DriftEvidence) -> bool:
    """Add evidence to a report under the next id; False if it has this message already."""
    if evidence.channel_id and evidence.message_ts:
        known = await find_drift_message(
            session,
            evidence.workspace_id,
            evidence.number,
            evidence.channel_id,
            evidence.message_ts,
        )
        if known is not None:
            return False
    await _add(session, evidence)
    return True


async def find_drift_message(
    session: AsyncSession, workspace_id: str, number: int, channel_id: str, message_ts: str
) -> DriftEvidence | None:
    """A report's evidence that is this message, or None."""
    query = select(DriftEvidence).where(
        col(DriftEvidence.workspace_id) == workspace_id,
        col(DriftEvidence.number) == number,
        col(DriftEvidence.channel_id) == channel_id,
        col(DriftEvidence.message_ts) == message_ts,
    )
    return (await session.exec(query)).one_or_none()


async def find_drift_evidence(
    session: AsyncSession, workspace_id: str, number: int, evidence_id: int
) -> DriftEvidence | None:
    """One piece of evidence, or None."""
    return await session.get(DriftEvidence, (workspace_id, number, evidence_id))


async def list_drift_evidence(
    session: AsyncSession, workspace_id: str, number: int
) -> Sequence[DriftEvidence]:
    """A report's evidence, in the order it was added."""
    return await _list(session, DriftEvidence, workspace_id, number)


async def list_drift_of_message(
    session: AsyncSession, workspace_id: str, channel_id: str, message_ts: str
) -> Sequence[int]:
    """The numbers of the reports that have this message as evidence, newest first."""
    query = select(DriftEvidence.number).where(
        col(DriftEvidence.workspace_id) == workspace_id,
        col(DriftEvidence.channel_id) == channel_id,
        col(DriftEvidence.message_ts) == message_ts,
    )
    return (await session.exec(query.order_by(col(DriftEvidence.number).desc()))).all()


async def add_drift_event(session: AsyncSession, event: DriftEvent) -> None:
    """Add to a report's history under the next id."""
    await _add(session, event)


async def list_drift_events(
    session: AsyncSession, workspace_id: str, number: int
) -> Sequence[DriftEvent]:
    """A report's history, oldest first."""
    return await _list(session, DriftEvent, workspace_id, number)


async def add_drift_link(session: AsyncSession, link: DriftLink) -> bool:
    """Tie a report to something; False if it is tied to it already."""
    links = await list_drift_links(session, link.workspace_id, link.number)
    if any((each.kind, each.target) == (link.kind, link.target) for each in links):
        return False
    await _add(session, link)
    return True


async def remove_drift_link(
    session: AsyncSession, workspace_id: str, number: int, kind: str, target: str
) -> bool:
    """Untie a report from something; False if it was not tied to it."""
    this = delete(DriftLink).where(
        col(DriftLink.workspace_id) == workspace_id,
        col(DriftLink.number) == number,
        col(DriftLink.kind) == kind,
        col(DriftLink.target) == target,
    )
    return bool((await session.exec(this)).rowcount)


async def list_drift_links(
    session: AsyncSession, workspace_id: str, number: int
) -> Sequence[DriftLink]:
    """What a report is tied to, in the order it was tied."""
    return await _list(session, DriftLink, workspace_id, number)


async def add_drift_me_too(session: AsyncSession, me_too: DriftMeToo) -> bool:
    """Note that somebody noticed the same; False if they have said so before."""
    connection = await session.connection()
    row = insert_new(connection, DriftMeToo).values(me_too.model_dump())
    return (await connection.execute(row.returning(col(DriftMeToo.number)))).first() is not None


async def list_drift_me_too(
    session: AsyncSession, workspace_id: str, number: int
) -> Sequence[DriftMeToo]:
    """Who noticed the same, in the order they said so."""
    query = select(DriftMeToo).where(
        col(DriftMeToo.workspace_id) == workspace_id, col(DriftMeToo.number) == number
    )
    return (
        await session.exec(query.order_by(col(DriftMeToo.noticed_at), col(DriftMeToo.user_id)))
    ).all()


async def forget_drift_of(
    session: AsyncSession, workspace_id: str, user_id: str, *, now: datetime
) -> Collection[int]:
    """Remove the kept words of a person from all evidence, and their name as an owner.

    Returns the numbers of the reports whose evidence has changed, for their search words.
    """
    await session.exec(
        update(DriftReport)
        .where(col(DriftReport.workspace_id) == workspace_id, col(DriftReport.owner) == user_id)
        .values(owner=None)
    )
    wrote = or_(
        col(DriftEvidence.author) == user_id,
        and_(col(DriftEvidence.kind) != "message", col(DriftEvidence.added_by) == user_id),
    )
    theirs = (
        update(DriftEvidence)
        .where(col(DriftEvidence.workspace_id) == workspace_id, wrote)
        .where(col(DriftEvidence.text).is_not(None))
        .values(text=None, removed_at=now)
        .returning(col(DriftEvidence.number))
    )
    return set((await session.exec(theirs)).scalars().all())


async def _list(
    session: AsyncSession, model: type[Part], workspace_id: str, number: int
) -> Sequence[Part]:
    query = select(model).where(
        col(model.workspace_id) == workspace_id, col(model.number) == number
    )
    return (await session.exec(query.order_by(col(model.id)))).all()


async def _add(session: AsyncSession, part: Part) -> None:
    model = type(part)
    last = select(func.max(model.id)).where(
        col(model.workspace_id) == part.workspace_id, col(model.number) == part.number
    )
    part.id = ((await session.exec(last)).one() or 0) + 1
    session.add(part)
    await session.flush()
