"""Rituals: what is asked again and again, what was answered, and what came of it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from storage.types import Json, UTCDateTime

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    _create_rituals()
    _create_answers()
    _create_anonymous()
    _create_review()


def _create_rituals() -> None:
    op.create_table(
        "ritual",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("journey_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("recurrence", Json, nullable=False),
        sa.Column("visibility", sa.String(), nullable=False),
        sa.Column("questions", Json, nullable=False),
        sa.Column("open_minutes", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("paused_for", sa.String(), nullable=True),
        sa.Column("created_by", sa.String(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "journey_id"],
            ["journey.workspace_id", "journey.id"],
            name=op.f("fk_ritual_workspace_id"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_ritual")),
    )
    op.create_index("ix_ritual_journey", "ritual", ["workspace_id", "journey_id"])
    op.create_table(
        "ritual_round",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("ritual_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("closes_at", UTCDateTime(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("visibility", sa.String(), nullable=False),
        sa.Column("questions", Json, nullable=False),
        sa.Column("champions", Json, nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("shown_at", UTCDateTime(), nullable=True),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=True),
        sa.Column("taken_part", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("drifted", sa.String(), nullable=True),
        sa.Column("conclusion", sa.String(), nullable=True),
        sa.Column("concluded_by", sa.String(), nullable=True),
        sa.Column("concluded_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "ritual_id"],
            ["ritual.workspace_id", "ritual.id"],
            name="fk_ritual_round_ritual",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_ritual_round")),
        sa.UniqueConstraint("workspace_id", "ritual_id", "number", name="uq_ritual_round_number"),
    )
    op.create_index(
        "ix_ritual_round_open", "ritual_round", ["workspace_id", "closed_at", "closes_at"]
    )


def _create_answers() -> None:
    op.create_table(
        "ritual_answer",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("round_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=True),
        _of_round("fk_ritual_answer_round"),
        sa.PrimaryKeyConstraint(
            "workspace_id", "round_id", "user_id", "question_id", name=op.f("pk_ritual_answer")
        ),
    )
    op.create_index("ix_ritual_answer_user", "ritual_answer", ["workspace_id", "user_id"])
    op.create_table(
        "ritual_reminder",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("ritual_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("how_often", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "ritual_id"],
            ["ritual.workspace_id", "ritual.id"],
            name="fk_ritual_reminder_ritual",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "ritual_id", "user_id", name=op.f("pk_ritual_reminder")
        ),
    )
    op.create_index("ix_ritual_reminder_user", "ritual_reminder", ["workspace_id", "user_id"])


def _create_anonymous() -> None:
    op.create_table(
        "ritual_part",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("round_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        _of_round("fk_ritual_part_round"),
        sa.PrimaryKeyConstraint("workspace_id", "round_id", "user_id", name=op.f("pk_ritual_part")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ritual_ballot",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("round_id", sa.String(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(), nullable=True),
        _of_round("fk_ritual_ballot_round"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_ritual_ballot")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_ritual_ballot_round", "ritual_ballot", ["workspace_id", "round_id", "question_id"]
    )


def _create_review() -> None:
    op.create_table(
        "ritual_explanation",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("round_id", sa.String(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        _of_round("fk_ritual_explanation_round"),
        sa.PrimaryKeyConstraint(
            "workspace_id",
            "round_id",
            "question_id",
            "user_id",
            name=op.f("pk_ritual_explanation"),
        ),
    )
    op.create_table(
        "ritual_action",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("ritual_id", sa.String(), nullable=False),
        sa.Column("round_id", sa.String(), nullable=False),
        sa.Column("layer", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("settled_by", sa.String(), nullable=True),
        sa.Column("settled_at", UTCDateTime(), nullable=True),
        _of_round("fk_ritual_action_round"),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_ritual_action")),
    )
    op.create_index(
        "ix_ritual_action_ritual", "ritual_action", ["workspace_id", "ritual_id", "state"]
    )


def _of_round(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["workspace_id", "round_id"],
        ["ritual_round.workspace_id", "ritual_round.id"],
        name=name,
        ondelete="CASCADE",
    )


def downgrade() -> None:
    for table in (
        "ritual_action",
        "ritual_explanation",
        "ritual_ballot",
        "ritual_part",
        "ritual_reminder",
        "ritual_answer",
        "ritual_round",
        "ritual",
    ):
        op.drop_table(table)
