"""What drafts said at each change."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from storage.types import Json, UTCDateTime

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "stack_revision",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("journey_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", Json, nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "journey_id"],
            ["journey.workspace_id", "journey.id"],
            name=op.f("fk_stack_revision_workspace_id_journey_id"),
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "journey_id", "number", name=op.f("pk_stack_revision")
        ),
    )


def downgrade() -> None:
    op.drop_table("stack_revision")
