"""Runs of a narrative's examples: what each should get, and what it got."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from storage.types import UTCDateTime

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "evaluation_run",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("journey_id", sa.String(), nullable=False),
        sa.Column("stack_version", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("prompt_version", sa.String(), nullable=True),
        sa.Column("finished_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "journey_id", "stack_version"],
            ["stack_version.workspace_id", "stack_version.journey_id", "stack_version.number"],
            name="fk_evaluation_run_stack_version",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_evaluation_run")),
    )
    op.create_index(
        "ix_evaluation_run_newest", "evaluation_run", ["workspace_id", "journey_id", "finished_at"]
    )
    op.create_table(
        "evaluation_outcome",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("example_id", sa.String(), nullable=False),
        sa.Column("expected", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "run_id"],
            ["evaluation_run.workspace_id", "evaluation_run.id"],
            name="fk_evaluation_outcome_run",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "run_id", "example_id", name=op.f("pk_evaluation_outcome")
        ),
    )


def downgrade() -> None:
    op.drop_table("evaluation_outcome")
    op.drop_index("ix_evaluation_run_newest", "evaluation_run")
    op.drop_table("evaluation_run")
