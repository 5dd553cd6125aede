"""What the stewards of a journey choose of its digests of drift."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_DIGESTS = ("weekly_drift_digest", "monthly_drift_digest")


def upgrade() -> None:
    for name in _DIGESTS:
        op.add_column(
            "journey", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.true())
        )
    op.add_column("journey", sa.Column("drift_digest_channel", sa.String(), nullable=True))


def downgrade() -> None:
    for name in ("drift_digest_channel", *_DIGESTS):
        op.drop_column("journey", name)
