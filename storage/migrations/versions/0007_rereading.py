"""What is read again after a narrative was published."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from storage.types import Json, UTCDateTime

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "rereading",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("journey_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("from_version", sa.Integer(), nullable=True),
        sa.Column("told_to", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.Column("settled_at", UTCDateTime(), nullable=True),
        sa.Column("tell_at", UTCDateTime(), nullable=False),
        sa.Column("told_done", sa.Integer(), nullable=True),
        sa.Column("channel_id", sa.String(), nullable=True),
        sa.Column("ts", sa.String(), nullable=True),
        sa.Column("posting_since", UTCDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("lease_until", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "journey_id", "version"],
            ["stack_version.workspace_id", "stack_version.journey_id", "stack_version.number"],
            name="fk_rereading_stack_version",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "journey_id", "version", name=op.f("pk_rereading")),
    )
    op.create_table(
        "reread_item",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("journey_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("check_id", sa.String(), nullable=True),
        sa.Column("touchpoint_id", sa.String(), nullable=True),
        sa.Column("read_at", UTCDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("lease_until", UTCDateTime(), nullable=True),
        sa.Column("found", Json, nullable=False),
        sa.Column("worse", Json, nullable=False),
        sa.Column("better", Json, nullable=False),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("prompt_version", sa.String(), nullable=True),
        sa.Column("unjudged", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "journey_id", "version"],
            ["rereading.workspace_id", "rereading.journey_id", "rereading.version"],
            name="fk_reread_item_rereading",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "check_id"],
            ["narrative_check.workspace_id", "narrative_check.id"],
            name="fk_reread_item_narrative_check",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "journey_id", "version", "position", name=op.f("pk_reread_item")
        ),
    )
    op.create_index("ix_reread_item_check", "reread_item", ["workspace_id", "check_id"])


def downgrade() -> None:
    op.drop_index("ix_reread_item_check", "reread_item")
    for table in ("reread_item", "rereading"):
        op.drop_table(table)
