"""Schedules with their occurrences, and the outbox with its lanes."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from storage.types import Json, UTCDateTime

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    _create_schedules()
    _create_outbox()


def _create_schedules() -> None:
    op.create_table(
        "schedule",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.String(), nullable=True),
        sa.Column("recurrence", Json, nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("next_run_at", UTCDateTime(), nullable=True),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("held_until", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_schedule_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_schedule")),
    )
    op.create_index("ix_schedule_due", "schedule", ["workspace_id", "next_run_at"])
    op.create_table(
        "occurrence",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("schedule_id", sa.String(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("missed", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "schedule_id"],
            ["schedule.workspace_id", "schedule.id"],
            name=op.f("fk_occurrence_workspace_id_schedule_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "schedule_id", "due_at", name=op.f("pk_occurrence")
        ),
    )
    op.create_index("ix_occurrence_due_at", "occurrence", ["due_at"])


def _create_outbox() -> None:
    op.create_table(
        "delivery",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=True),
        sa.Column("thread_ts", sa.String(), nullable=True),
        sa.Column("facts", Json, nullable=False),
        sa.Column("schedule_id", sa.String(), nullable=True),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("next_attempt_at", UTCDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", UTCDateTime(), nullable=True),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("unsure_since", UTCDateTime(), nullable=True),
        sa.Column("ts", sa.String(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("settled_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_delivery_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "key", name=op.f("pk_delivery")),
    )
    op.create_index("ix_delivery_open", "delivery", ["workspace_id", "state", "next_attempt_at"])
    op.create_index("ix_delivery_lane", "delivery", ["workspace_id", "lane", "state"])
    op.create_index("ix_delivery_settled_at", "delivery", ["settled_at"])
    op.create_table(
        "delivery_lane",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=True),
        sa.Column("channel_id", sa.String(), nullable=True),
        sa.Column("free_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_delivery_lane_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "lane", name=op.f("pk_delivery_lane")),
    )


def downgrade() -> None:
    for table in ("delivery_lane", "delivery", "occurrence", "schedule"):
        op.drop_table(table)
