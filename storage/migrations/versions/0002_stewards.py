"""Stewards, a journey's zone and working hours, revisions of drafts."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from storage.types import UTCDateTime

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "steward",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("named_by", sa.String(), nullable=False),
        sa.Column("named_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_steward_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "user_id", name=op.f("pk_steward")),
    )
    op.add_column("journey", sa.Column("zone", sa.String(), nullable=False, server_default="UTC"))
    for name, default in (("work_start", "09:00"), ("work_end", "17:00")):
        op.add_column(
            "journey", sa.Column(name, sa.String(), nullable=False, server_default=default)
        )
    op.add_column(
        "stack_draft", sa.Column("revision", sa.Integer(), nullable=False, server_default="1")
    )


def downgrade() -> None:
    op.drop_column("stack_draft", "revision")
    for name in ("zone", "work_start", "work_end"):
        op.drop_column("journey", name)
    op.drop_table("steward")
