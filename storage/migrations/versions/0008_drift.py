"""The drift log, with what it is searched by."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from storage.types import Json, UTCDateTime

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column(
        "journey",
        sa.Column("anonymous_drift", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    _create_reports()
    _create_parts()
    _create_index()


def _create_reports() -> None:
    op.create_table(
        "drift_counter",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspace.id"], name=op.f("fk_drift_counter_workspace_id")
        ),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_drift_counter")),
        sa.UniqueConstraint("slot", name=op.f("uq_drift_counter_slot")),
    )
    op.create_table(
        "drift_report",
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("journey_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("resolution", sa.String(), nullable=True),
        sa.Column("layer_guess", sa.String(), nullable=True),
        sa.Column("layer", sa.String(), nullable=True),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("touchpoint_id", sa.String(), nullable=True),
        sa.Column("statement_ids", Json, nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("reporter", sa.String(), nullable=True),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column("snoozed_until", sa.Date(), nullable=True),
        sa.Column("came_from_check", sa.String(), nullable=True),
        sa.Column("came_from_finding", sa.String(), nullable=True),
        sa.Column("version_number", sa.Integer(), nullable=True),
        sa.Column("me_too", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("reported_at", UTCDateTime(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.Column("resolved_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workspace_id", "journey_id"],
            ["journey.workspace_id", "journey.id"],
            name=op.f("fk_drift_report_workspace_id_journey_id"),
        ),
        sa.PrimaryKeyConstraint("workspace_id", "number", name=op.f("pk_drift_report")),
    )
    for column in (
        "journey_id",
        "state",
        "layer",
        "touchpoint_id",
        "severity",
        "owner",
        "reporter",
    ):
        op.create_index(
            f"ix_drift_report_{column}", "drift_report", ["workspace_id", column, "number"]
        )
    op.create_index("ix_drift_report_reported_at", "drift_report", ["workspace_id", "reported_at"])
    op.create_index("ix_drift_report_resolved_at", "drift_report", ["workspace_id", "resolved_at"])
    op.create_index(
        "ix_drift_report_version_number",
        "drift_report",
        ["workspace_id", "journey_id", "version_number"],
    )


def _create_part(name: str, *columns: sa.Column[object] | sa.Constraint, key: str | None) -> None:
    keys = ["workspace_id", "number", *([key] if key else [])]
    op.create_table(
        name,
        sa.Column("workspace_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(
            ["workspace_id", "number"],
            ["drift_report.workspace_id", "drift_report.number"],
            name=op.f(f"fk_{name}_report"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(*keys, name=op.f(f"pk_{name}")),
    )


def _create_parts() -> None:
    _create_part(
        "drift_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("author", sa.String(), nullable=True),
        sa.Column("channel_id", sa.String(), nullable=True),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.Column("permalink", sa.String(), nullable=True),
        sa.Column("message_ts", sa.String(), nullable=True),
        sa.Column("added_by", sa.String(), nullable=True),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.Column("removed_at", UTCDateTime(), nullable=True),
        sa.UniqueConstraint(
            "workspace_id",
            "number",
            "channel_id",
            "message_ts",
            name=op.f("uq_drift_evidence_message"),
        ),
        key="id",
    )
    op.create_index(
        "ix_drift_evidence_message", "drift_evidence", ["workspace_id", "channel_id", "message_ts"]
    )
    op.create_index("ix_drift_evidence_author", "drift_evidence", ["workspace_id", "author"])
    _create_part(
        "drift_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("after", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("actor", sa.String(), nullable=True),
        sa.Column("happened_at", UTCDateTime(), nullable=False),
        key="id",
    )
    _create_part(
        "drift_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", UTCDateTime(), nullable=False),
        sa.UniqueConstraint(
            "workspace_id", "number", "kind", "target", name=op.f("uq_drift_link_target")
        ),
        key="id",
    )
    _create_part(
        "drift_me_too",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("noticed_at", UTCDateTime(), nullable=False),
        key="user_id",
    )
    _create_part(
        "drift_words",
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.UniqueConstraint("place", name=op.f("uq_drift_words_place")),
        key=None,
    )


def _create_index() -> None:
    """Have the database keep the index in step, whoever changes the words and in whatever way."""
    if op.get_bind().dialect.name == "postgresql":
        lexemes = "array_to_tsvector(string_to_array(words, ' '))"
        op.execute(f"CREATE INDEX drift_index ON drift_words USING gin (({lexemes}))")
        return
    # The words come folded and split at spaces: `ascii` takes everything beyond ASCII for a letter.
    op.execute(
        "CREATE VIRTUAL TABLE drift_index USING fts5(words, content='drift_words', "
        "content_rowid='place', tokenize='ascii', detail='none', columnsize=0, prefix='3')"
    )
    put = "INSERT INTO drift_index (rowid, words) VALUES (new.place, new.words);"
    take = (
        "INSERT INTO drift_index (drift_index, rowid, words) "
        "VALUES ('delete', old.place, old.words);"
    )
    for change, work in (("INSERT", put), ("DELETE", take), ("UPDATE", take + put)):
        op.execute(
            f"CREATE TRIGGER drift_index_{change.lower()} AFTER {change} ON drift_words "
            f"BEGIN {work} END"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        op.execute("DROP TABLE drift_index")
    parts = ("words", "me_too", "link", "event", "evidence")
    for table in (*(f"drift_{part}" for part in parts), "drift_report", "drift_counter"):
        op.drop_table(table)
    op.drop_column("journey", "anonymous_drift")
