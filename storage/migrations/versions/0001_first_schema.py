"""First schema."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from storage.types import Json, UTCDateTime

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "workspace",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspace")),
    )
    op.create_table(
        "journey",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_journey_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_journey")),
        sa.UniqueConstraint("workspace_id", "name", name=op.f("uq_journey_workspace_id_name")),
    )
    op.create_table(
        "processed_id",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("processed_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_processed_id_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_processed_id")),
    )
    op.create_index("ix_processed_id_processed_at", "processed_id", ["processed_at"])

    op.create_table(
        "journey_channel",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=False),
        sa.Column("journey_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "journey_id"],
            ["journey.workspace_id", "journey.id"],
            name=op.f("fk_journey_channel_workspace_id_journey_id"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "channel_id", name=op.f("pk_journey_channel")),
    )
    op.create_table(
        "stack_draft",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("journey_id", sa.String(), nullable=False),
        sa.Column("document", Json, nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=True),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("edited_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "journey_id"],
            ["journey.workspace_id", "journey.id"],
            name=op.f("fk_stack_draft_workspace_id_journey_id"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "journey_id", name=op.f("pk_stack_draft")),
    )
    op.create_table(
        "stack_version",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("journey_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", Json, nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("published_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "journey_id"],
            ["journey.workspace_id", "journey.id"],
            name=op.f("fk_stack_version_workspace_id_journey_id"),
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "journey_id", "number", name=op.f("pk_stack_version")
        ),
    )
    op.create_table(
        "narrative_check",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("journey_id", sa.String(), nullable=False),
        sa.Column("stack_version", sa.Integer(), nullable=False),
        sa.Column("touchpoint_id", sa.String(), nullable=True),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("channel_id", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("judged_by", Json, nullable=False),
        sa.Column("checked_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "journey_id", "stack_version"],
            ["stack_version.workspace_id", "stack_version.journey_id", "stack_version.number"],
            name="fk_narrative_check_stack_version",
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_narrative_check")),
    )
    op.create_index("ix_narrative_check_recent", "narrative_check", ["workspace_id", "checked_at"])

    op.create_table(
        "check_finding",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("check_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.String(), nullable=True),
        sa.Column("rule_id", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("quote", sa.String(), nullable=False),
        sa.Column("statement", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("suggestion", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "check_id"],
            ["narrative_check.workspace_id", "narrative_check.id"],
            name=op.f("fk_check_finding_workspace_id_check_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "check_id", "position", name=op.f("pk_check_finding")
        ),
    )


def downgrade() -> None:
    op.drop_table("check_finding")

    op.drop_table("narrative_check")
    op.drop_table("stack_version")
    op.drop_table("stack_draft")
    op.drop_table("journey_channel")

    op.drop_table("processed_id")
    op.drop_table("journey")
    op.drop_table("workspace")
