"""Runs of a narrative's examples: against which version, by which model, and what came out. No texts."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, delete
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.types import UTCDateTime


class EvaluationRun(SQLModel, table=True):
    """One run of all examples of a published version; `model` is None where the rules ran alone."""

    __tablename__ = "evaluation_run"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "journey_id", "stack_version"],
            ["stack_version.workspace_id", "stack_version.journey_id", "stack_version.number"],
            name="fk_evaluation_run_stack_version",
        ),
        Index("ix_evaluation_run_newest", "workspace_id", "journey_id", "finished_at"),
    )

    workspace_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    journey_id: str
    stack_version: int
    model: str | None = None
    prompt_version: str | None = None
    finished_at: datetime = Field(sa_type=UTCDateTime)


class EvaluationOutcome(SQLModel, table=True):
    """The verdict that one example should get, and the one it got."""

    __tablename__ = "evaluation_outcome"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "run_id"],
            ["evaluation_run.workspace_id", "evaluation_run.id"],
            name="fk_evaluation_outcome_run",
            ondelete="CASCADE",
        ),
    )

    workspace_id: str = Field(primary_key=True)
    run_id: str = Field(primary_key=True)
    example_id: str = Field(primary_key=True)
    expected: str
    verdict: str
    reason: str | None = None


async def add_run(
    session: AsyncSession, run: EvaluationRun, outcomes: Sequence[EvaluationOutcome]
) -> None:
    """Record a run with its outcomes."""
    session.add(run)
    await session.flush()
    session.add_all(outcomes)
    await session.flush()


async def list_runs(
    session: AsyncSession, workspace_id: str, journey_id: str
) -> Sequence[EvaluationRun]:
    """All runs of a journey, newest first."""
    query = select(EvaluationRun).where(
        col(EvaluationRun.workspace_id) == workspace_id,
        col(EvaluationRun.journey_id) == journey_id,
    )
    newest = query.order_by(col(EvaluationRun.finished_at).desc(), col(EvaluationRun.id))
    return (await session.exec(newest)).all()


async def list_outcomes(
    session: AsyncSession, workspace_id: str, run_id: str
) -> Sequence[EvaluationOutcome]:
    """The outcomes of a run, by the examples' ids."""
    query = select(EvaluationOutcome).where(
        col(EvaluationOutcome.workspace_id) == workspace_id,
        col(EvaluationOutcome.run_id) == run_id,
    )
    return (await session.exec(query.order_by(col(EvaluationOutcome.example_id)))).all()


async def forget_runs(session: AsyncSession, workspace_id: str, run_ids: Sequence[str]) -> None:
    """Delete some runs with their outcomes."""
    own = (col(EvaluationRun.workspace_id) == workspace_id, col(EvaluationRun.id).in_(run_ids))
    await session.exec(delete(EvaluationRun).where(*own))
