"""What a model judges: on record with the check, dismissed by people, counted, and kept for how long."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.types import UTCDateTime

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def _added() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("fingerprint", sa.String(), nullable=False, server_default=""),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("prompt_version", sa.String(), nullable=True),
        sa.Column("judged_at", UTCDateTime(), nullable=True),
        sa.Column("rewrite", sa.String(), nullable=True),
        sa.Column("left_out", sa.Integer(), nullable=False, server_default="0"),
    )


def upgrade() -> None:
    with op.batch_alter_table("narrative_check") as check:
        check.alter_column("text", existing_type=sa.String(), nullable=True)
        for column in _added():
            check.add_column(column)
    with op.batch_alter_table("narrative_check") as check:
        for name in ("fingerprint", "left_out"):
            check.alter_column(name, server_default=None)
    op.create_index(
        "ix_narrative_check_same_text", "narrative_check", ["workspace_id", "fingerprint"]
    )
    op.create_table(
        "dismissal",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("journey_id", sa.String(), nullable=False),
        sa.Column("line_id", sa.String(), nullable=False),
        sa.Column("sentence", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("dismissed_by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("dismissed_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "journey_id"],
            ["journey.workspace_id", "journey.id"],
            name=op.f("fk_dismissal_workspace_id_journey_id"),
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id",
            "journey_id",
            "line_id",
            "sentence",
            "user_id",
            name=op.f("pk_dismissal"),
        ),
    )
    op.create_table(
        "finding_feedback",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("check_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("helpful", sa.Boolean(), nullable=False),
        sa.Column("given_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "check_id", "position"],
            ["check_finding.workspace_id", "check_finding.check_id", "check_finding.position"],
            name="fk_finding_feedback_check_finding",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "check_id", "position", "user_id", name=op.f("pk_finding_feedback")
        ),
    )
    op.create_table(
        "model_usage",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("prompt_tokens", sa.Integer(), nullable=False),
        sa.Column("cached_tokens", sa.Integer(), nullable=False),
        sa.Column("completion_tokens", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_model_usage_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "day", "model", name=op.f("pk_model_usage")),
    )
    op.create_table(
        "check_policy",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("keep", sa.String(), nullable=False),
        sa.Column("keep_days", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_check_policy_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_check_policy")),
    )


def downgrade() -> None:
    for table in ("check_policy", "model_usage", "finding_feedback", "dismissal"):
        op.drop_table(table)
    op.drop_index("ix_narrative_check_same_text", "narrative_check")
    op.execute("UPDATE narrative_check SET text = '' WHERE text IS NULL")
    with op.batch_alter_table("narrative_check") as check:
        for column in _added():
            check.drop_column(column.name)
        check.alter_column("text", existing_type=sa.String(), nullable=False)
