"""The champion's duty: rotas, their members, and what happened of them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from storage.types import Json, UTCDateTime

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    _create_rotas()
    _create_arranged()
    _create_told()
    _create_shown()


def _create_rotas() -> None:
    op.create_table(
        "champion_rota",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("journey_id", sa.String(), nullable=False),
        sa.Column("settings", Json, nullable=False),
        sa.Column("channel_id", sa.String(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("look_at", UTCDateTime(), nullable=True),
        sa.Column("held_until", UTCDateTime(), nullable=True),
        sa.Column("created_by", sa.String(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "journey_id"],
            ["journey.workspace_id", "journey.id"],
            name=op.f("fk_champion_rota_workspace_id"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "journey_id", name=op.f("pk_champion_rota")),
    )
    op.create_index("ix_champion_rota_look_at", "champion_rota", ["workspace_id", "look_at"])
    op.create_table(
        "champion_member",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("journey_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("joined", sa.Date(), nullable=True),
        sa.Column("left", sa.Date(), nullable=True),
        sa.Column("paused_from", sa.Date(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("zone", sa.String(), nullable=True),
        sa.Column("messages", sa.Boolean(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=True),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("gone_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "journey_id"],
            ["champion_rota.workspace_id", "champion_rota.journey_id"],
            name=op.f("fk_champion_member_rota"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "journey_id", "user_id", name=op.f("pk_champion_member")
        ),
    )
    op.create_index("ix_champion_member_user", "champion_member", ["workspace_id", "user_id"])
    op.create_table(
        "champion_leave",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("journey_id", sa.String(), nullable=True),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("told_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_champion_leave_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_champion_leave")),
    )
    op.create_index("ix_champion_leave_user", "champion_leave", ["workspace_id", "user_id"])


def _create_arranged() -> None:
    op.create_table(
        "champion_term",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("journey_id", sa.String(), nullable=False),
        sa.Column("start", UTCDateTime(), nullable=False),
        sa.Column("end", UTCDateTime(), nullable=False),
        sa.Column("users", Json, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("turn", Json, nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "journey_id"],
            ["champion_rota.workspace_id", "champion_rota.journey_id"],
            name=op.f("fk_champion_term_rota"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "journey_id", "start", name=op.f("pk_champion_term")
        ),
    )
    op.create_table(
        "champion_arrangement",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("journey_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("start", UTCDateTime(), nullable=False),
        sa.Column("end", UTCDateTime(), nullable=False),
        sa.Column("users", Json, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "journey_id"],
            ["champion_rota.workspace_id", "champion_rota.journey_id"],
            name=op.f("fk_champion_arrangement_rota"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "journey_id", "id", name=op.f("pk_champion_arrangement")
        ),
    )
    op.create_index(
        "ix_champion_arrangement_start",
        "champion_arrangement",
        ["workspace_id", "journey_id", "start"],
    )
    op.create_table(
        "champion_request",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("journey_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("asked_of", sa.String(), nullable=True),
        sa.Column("start", UTCDateTime(), nullable=False),
        sa.Column("end", UTCDateTime(), nullable=False),
        sa.Column("return_start", UTCDateTime(), nullable=True),
        sa.Column("asked", Json, nullable=False),
        sa.Column("refused", Json, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "journey_id"],
            ["champion_rota.workspace_id", "champion_rota.journey_id"],
            name=op.f("fk_champion_request_rota"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "journey_id", "id", name=op.f("pk_champion_request")
        ),
    )
    op.create_index(
        "ix_champion_request_state", "champion_request", ["workspace_id", "journey_id", "state"]
    )


def _create_told() -> None:
    op.create_table(
        "champion_service",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("journey_id", sa.String(), nullable=False),
        sa.Column("start", UTCDateTime(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("acknowledged_at", UTCDateTime(), nullable=True),
        sa.Column("notes", sa.String(), nullable=True),
        sa.Column("notes_at", UTCDateTime(), nullable=True),
        sa.Column("weight", sa.Integer(), nullable=True),
        sa.Column("change", sa.String(), nullable=True),
        sa.Column("looked_back_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "journey_id"],
            ["champion_rota.workspace_id", "champion_rota.journey_id"],
            name=op.f("fk_champion_service_rota"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "journey_id", "start", "user_id", name=op.f("pk_champion_service")
        ),
    )


def _create_shown() -> None:
    op.create_table(
        "champion_surface",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("journey_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("target_id", sa.String(), nullable=False),
        sa.Column("fallback", Json, nullable=False),
        sa.Column("shown", Json, nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("told_error", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("look_at", UTCDateTime(), nullable=True),
        sa.Column("try_after", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "journey_id"],
            ["champion_rota.workspace_id", "champion_rota.journey_id"],
            name=op.f("fk_champion_surface_rota"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "journey_id", "kind", name=op.f("pk_champion_surface")
        ),
    )
    op.create_table(
        "champion_feed",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("journey_id", sa.String(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_champion_feed_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_champion_feed")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_champion_feed_secret_hash")),
    )


def downgrade() -> None:
    for table in (
        "champion_feed",
        "champion_surface",
        "champion_service",
        "champion_request",
        "champion_arrangement",
        "champion_term",
        "champion_leave",
        "champion_member",
        "champion_rota",
    ):
        op.drop_table(table)
