"""The Home: a person's own checks, newest first."""

from collections.abc import Sequence

from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_index(
        "ix_narrative_check_own", "narrative_check", ["workspace_id", "user_id", "checked_at"]
    )


def downgrade() -> None:
    op.drop_index("ix_narrative_check_own", "narrative_check")
