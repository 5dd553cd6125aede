"""Stack documents: one draft per journey, and published versions that never change.

A document is the stack file's content as plain JSON; what it means is known one layer up.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, func
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.journeys import Journey
from storage.types import Json, UTCDateTime

Document = dict[str, Any]


class StackVersion(SQLModel, table=True):
    """A published narrative: numbered from 1 within its journey; inserted once, never updated."""

    __tablename__ = "stack_version"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "journey_id"], ["journey.workspace_id", "journey.id"]
        ),
    )

    workspace_id: str = Field(primary_key=True)
    journey_id: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    document: Document = Field(sa_type=Json)
    author: str
    note: str
    published_at: datetime = Field(sa_type=UTCDateTime)


class StackDraft(SQLModel, table=True):
    """The draft of a journey's next version; `based_on` is the version it started from.

    `revision` counts its changes from 1: who edits says which one they saw.
    """

    __tablename__ = "stack_draft"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "journey_id"], ["journey.workspace_id", "journey.id"]
        ),
    )

    workspace_id: str = Field(primary_key=True)
    journey_id: str = Field(primary_key=True)
    document: Document = Field(sa_type=Json)
    based_on: int | None = None
    revision: int = 1
    author: str
    edited_at: datetime = Field(sa_type=UTCDateTime)


async def latest_number(session: AsyncSession, workspace_id: str, journey_id: str) -> int | None:
    """The number of the newest published version, or None."""
    query = select(func.max(col(StackVersion.number))).where(
        col(StackVersion.workspace_id) == workspace_id, col(StackVersion.journey_id) == journey_id
    )
    return (await session.exec(query)).one()


async def has_versions(session: AsyncSession, workspace_id: str) -> bool:
    """Whether any journey of a workspace has a published version."""
    query = select(col(StackVersion.number)).where(col(StackVersion.workspace_id) == workspace_id)
    return (await session.exec(query.limit(1))).first() is not None


async def list_published_journeys(session: AsyncSession, workspace_id: str) -> set[str]:
    """The ids of the journeys that have a published version."""
    query = select(col(StackVersion.journey_id)).where(
        col(StackVersion.workspace_id) == workspace_id
    )
    return set((await session.exec(query.distinct())).all())


async def find_version(
    session: AsyncSession, workspace_id: str, journey_id: str, number: int
) -> StackVersion | None:
    """One published version, or None."""
    return await session.get(StackVersion, (workspace_id, journey_id, number))


async def list_versions(
    session: AsyncSession, workspace_id: str, journey_id: str
) -> Sequence[StackVersion]:
    """All published versions of a journey, newest first."""
    query = select(StackVersion).where(
        col(StackVersion.workspace_id) == workspace_id, col(StackVersion.journey_id) == journey_id
    )
    return (await session.exec(query.order_by(col(StackVersion.number).desc()))).all()


async def list_publications(
    session: AsyncSession, workspace_id: str, journey_id: str, *, since: datetime
) -> Sequence[tuple[int, str, str]]:
    """Number, note and author of the versions of a journey published since a moment, oldest first."""
    query = select(StackVersion.number, StackVersion.note, StackVersion.author).where(
        col(StackVersion.workspace_id) == workspace_id,
        col(StackVersion.journey_id) == journey_id,
        col(StackVersion.published_at) >= since,
    )
    return (await session.exec(query.order_by(col(StackVersion.number)))).all()


async def find_draft(
    session: AsyncSession, workspace_id: str, journey_id: str
) -> StackDraft | None:
    """The draft of a journey, or None."""
    return await session.get(StackDraft, (workspace_id, journey_id))


async def count_authored(session: AsyncSession, workspace_id: str, author: str) -> int:
    """How many published versions and drafts of a workspace name this author."""
    counted = 0
    for kind in (StackVersion, StackDraft):
        query = select(func.count()).where(
            col(kind.workspace_id) == workspace_id, col(kind.author) == author
        )
        counted += (await session.exec(query)).one()
    return counted


async def list_latest_versions(session: AsyncSession, workspace_id: str) -> Sequence[StackVersion]:
    """The newest published version of every journey that has one, by the journey's name."""
    newest = (
        select(col(StackVersion.journey_id), func.max(col(StackVersion.number)).label("number"))
        .where(col(StackVersion.workspace_id) == workspace_id)
        .group_by(col(StackVersion.journey_id))
        .subquery()
    )
    query = (
        select(StackVersion)
        .join(
            newest,
            (col(StackVersion.journey_id) == newest.c.journey_id)
            & (col(StackVersion.number) == newest.c.number),
        )
        .join(
            Journey,
            (col(Journey.workspace_id) == col(StackVersion.workspace_id))
            & (col(Journey.id) == col(StackVersion.journey_id)),
        )
        .where(col(StackVersion.workspace_id) == workspace_id)
    )
    return (await session.exec(query.order_by(col(Journey.name)))).all()


async def list_drafts(session: AsyncSession, workspace_id: str) -> Sequence[StackDraft]:
    """The drafts of all journeys of a workspace."""
    query = select(StackDraft).where(col(StackDraft.workspace_id) == workspace_id)
    return (await session.exec(query.order_by(col(StackDraft.journey_id)))).all()
