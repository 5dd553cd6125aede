"""Checks of messages, and what they found."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, delete
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.types import Json, UTCDateTime


class NarrativeCheck(SQLModel, table=True):
    """One checked text, who asked, against which version, and the verdict.

    `text` is None where the workspace keeps no texts; `fingerprint` then still tells equal texts.
    `model`, `prompt_version` and `judged_at` are set once a model has judged the meaning.
    """

    __tablename__ = "narrative_check"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "journey_id", "stack_version"],
            ["stack_version.workspace_id", "stack_version.journey_id", "stack_version.number"],
            name="fk_narrative_check_stack_version",
        ),
        Index("ix_narrative_check_recent", "workspace_id", "checked_at"),
        Index("ix_narrative_check_own", "workspace_id", "user_id", "checked_at"),
        Index("ix_narrative_check_same_text", "workspace_id", "fingerprint"),
    )

    workspace_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    journey_id: str
    stack_version: int
    touchpoint_id: str | None = None
    user_id: str
    channel_id: str | None = None
    text: str | None = None
    fingerprint: str = ""
    verdict: str
    reason: str | None = None
    judged_by: list[str] = Field(sa_type=Json)
    checked_at: datetime = Field(sa_type=UTCDateTime)
    model: str | None = None
    prompt_version: str | None = None
    judged_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    rewrite: str | None = None
    left_out: int = 0


class CheckFinding(SQLModel, table=True):
    """One finding of a check; `position` is its place in reading order, from 0."""

    __tablename__ = "check_finding"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "check_id"],
            ["narrative_check.workspace_id", "narrative_check.id"],
            ondelete="CASCADE",
        ),
    )

    workspace_id: str = Field(primary_key=True)
    check_id: str = Field(primary_key=True)
    position: int = Field(primary_key=True)
    statement_id: str | None = None
    rule_id: str | None = None
    source: str
    relation: str
    severity: str
    start: int
    end: int
    quote: str
    statement: str
    why: str
    suggestion: str | None = None


async def add_check(
    session: AsyncSession, check: NarrativeCheck, findings: Sequence[CheckFinding]
) -> None:
    """Record a check with its findings."""
    session.add(check)
    await session.flush()
    session.add_all(findings)
    await session.flush()


async def find_check(
    session: AsyncSession, workspace_id: str, check_id: str
) -> NarrativeCheck | None:
    """One check, or None."""
    return await session.get(NarrativeCheck, (workspace_id, check_id))


async def list_findings(
    session: AsyncSession, workspace_id: str, check_id: str
) -> Sequence[CheckFinding]:
    """The findings of a check, in reading order."""
    query = select(CheckFinding).where(
        col(CheckFinding.workspace_id) == workspace_id, col(CheckFinding.check_id) == check_id
    )
    return (await session.exec(query.order_by(col(CheckFinding.position)))).all()


async def replace_findings(
    session: AsyncSession, check: NarrativeCheck, findings: Sequence[CheckFinding]
) -> None:
    """Put other findings in the place of a check's."""
    own = (
        col(CheckFinding.workspace_id) == check.workspace_id,
        col(CheckFinding.check_id) == check.id,
    )
    await session.exec(delete(CheckFinding).where(*own))
    session.add_all(findings)
    await session.flush()


async def find_judged(
    session: AsyncSession,
    workspace_id: str,
    *,
    fingerprint: str,
    journey_id: str,
    stack_version: int,
    touchpoint_id: str | None,
    model: str,
    prompt_version: str,
) -> NarrativeCheck | None:
    """The newest check of the same text, narrative, touchpoint, model and prompt that was judged.

    Only one whose text is kept: without it nothing can be quoted.
    """
    query = select(NarrativeCheck).where(
        col(NarrativeCheck.workspace_id) == workspace_id,
        col(NarrativeCheck.fingerprint) == fingerprint,
        col(NarrativeCheck.journey_id) == journey_id,
        col(NarrativeCheck.stack_version) == stack_version,
        col(NarrativeCheck.touchpoint_id) == touchpoint_id,
        col(NarrativeCheck.model) == model,
        col(NarrativeCheck.prompt_version) == prompt_version,
        col(NarrativeCheck.judged_at).is_not(None),
        col(NarrativeCheck.text).is_not(None),
    )
    newest = query.order_by(col(NarrativeCheck.judged_at).desc()).limit(1)
    return (await session.exec(newest)).first()
