"""What comes of a review: who wants to explain, and what is to be done by whom until when."""

from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint, Index
from sqlmodel import Field, SQLModel

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
