"""What comes of a review: who wants to explain, and what is to be done by whom until when."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint, Index, and_, func, or_
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.rituals import Ritual, RitualRound
from storage.types import UTCDateTime


class RitualExplanation(SQLModel, table=True):
    """Somebody offers to explain how they see a question on which people disagree."""

    __tablename__ = "ritual_explanation"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "round_id"],
            ["ritual_round.workspace_id", "ritual_round.id"],
            name="fk_ritual_explanation_round",
            ondelete="CASCADE",
        ),
    )

    workspace_id: str = Field(primary_key=True)
    round_id: str = Field(primary_key=True)
    question_id: str = Field(primary_key=True)
    user_id: str = Field(primary_key=True)


class RitualAction(SQLModel, table=True):
    """What was decided in a round: somebody does something until a day. `state` is open, done or dropped."""

    __tablename__ = "ritual_action"
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "round_id"],
            ["ritual_round.workspace_id", "ritual_round.id"],
            name="fk_ritual_action_round",
            ondelete="CASCADE",
        ),
        Index("ix_ritual_action_ritual", "workspace_id", "ritual_id", "state"),
    )

    workspace_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    ritual_id: str
    round_id: str
    layer: str | None = None
    text: str
    owner: str
    due_on: date
    state: str = "open"
    made_by: str | None = None
    made_at: datetime = Field(sa_type=UTCDateTime)
    settled_by: str | None = None
    settled_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


async def list_explanations(
    session: AsyncSession, workspace_id: str, round_id: str
) -> Sequence[RitualExplanation]:
    """Who offers to explain which question of a round."""
    query = select(RitualExplanation).where(
        col(RitualExplanation.workspace_id) == workspace_id,
        col(RitualExplanation.round_id) == round_id,
    )
    in_order = query.order_by(col(RitualExplanation.question_id), col(RitualExplanation.user_id))
    return (await session.exec(in_order)).all()


async def find_explanation(
    session: AsyncSession, workspace_id: str, round_id: str, question_id: str, user_id: str
) -> RitualExplanation | None:
    """Somebody's offer to explain a question, or None."""
    return await session.get(RitualExplanation, (workspace_id, round_id, question_id, user_id))


async def find_action(
    session: AsyncSession, workspace_id: str, action_id: str
) -> RitualAction | None:
    """An action as it is now, or None."""
    return await session.get(RitualAction, (workspace_id, action_id), populate_existing=True)


async def list_actions(
    session: AsyncSession, workspace_id: str, round_id: str
) -> Sequence[RitualAction]:
    """What was decided in a round, in the order of the form."""
    query = select(RitualAction).where(
        col(RitualAction.workspace_id) == workspace_id, col(RitualAction.round_id) == round_id
    )
    return (await session.exec(query.order_by(col(RitualAction.id)))).all()


async def list_actions_before(
    session: AsyncSession, last: RitualRound, *, limit: int
) -> tuple[int, Sequence[RitualAction]]:
    """What the round after this one returns to: what it decided, and what was still open at its end.

    How many there are, and those that are due first. What was settled before a review was concluded has
    been told there; one that was never concluded ended when it closed.
    """
    earlier = select(RitualRound.id).where(
        col(RitualRound.workspace_id) == last.workspace_id,
        col(RitualRound.ritual_id) == last.ritual_id,
        col(RitualRound.number) <= last.number,
    )
    end = last.concluded_at or last.closed_at
    here = (
        col(RitualAction.workspace_id) == last.workspace_id,
        col(RitualAction.ritual_id) == last.ritual_id,
        col(RitualAction.round_id).in_(earlier),
        or_(
            col(RitualAction.round_id) == last.id,
            col(RitualAction.state) == "open",
            col(RitualAction.settled_at) > end,
        ),
    )
    count = (await session.exec(select(func.count()).select_from(RitualAction).where(*here))).one()
    first = select(RitualAction).where(*here)
    first = first.order_by(col(RitualAction.due_on), col(RitualAction.id)).limit(limit)
    return count, (await session.exec(first)).all()


async def list_open_actions_of(
    session: AsyncSession, workspace_id: str, owner: str, *, limit: int
) -> tuple[int, Sequence[tuple[RitualAction, Ritual]]]:
    """What somebody has to do, with the ritual that decided it: how much there is, and what is due first."""
    same_ritual = and_(
        col(Ritual.workspace_id) == col(RitualAction.workspace_id),
        col(Ritual.id) == col(RitualAction.ritual_id),
    )
    query = (
        select(RitualAction, Ritual, func.count().over())
        .join(Ritual, same_ritual)
        .where(
            col(RitualAction.workspace_id) == workspace_id,
            col(RitualAction.owner) == owner,
            col(RitualAction.state) == "open",
        )
    )
    first = query.order_by(col(RitualAction.due_on), col(RitualAction.id)).limit(limit)
    found = (await session.exec(first)).all()
    return (found[0][2] if found else 0), [(action, ritual) for action, ritual, _ in found]


async def list_closed_rounds(
    session: AsyncSession,
    workspace_id: str,
    ritual_id: str,
    *,
    limit: int,
    up_to: int | None = None,
) -> Sequence[RitualRound]:
    """The rounds of a ritual that have closed, newest first; with `up_to`, from that number back."""
    query = select(RitualRound).where(
        col(RitualRound.workspace_id) == workspace_id,
        col(RitualRound.ritual_id) == ritual_id,
        col(RitualRound.closed_at).is_not(None),
    )
    if up_to is not None:
        query = query.where(col(RitualRound.number) <= up_to)
    return (await session.exec(query.order_by(col(RitualRound.number).desc()).limit(limit))).all()
