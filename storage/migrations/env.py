"""Run by alembic; it works on the connection that `storage.migrations.upgrade` hands over."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from storage.tables import is_described, metadata
from storage.types import UTCDateTime


def render_item(kind: str, item: object, autogen_context: AutogenContext) -> str | Literal[False]:
    """Write our column types into new migrations by the names they are imported under."""
    if kind == "type" and isinstance(item, UTCDateTime):
        autogen_context.imports.add("from storage.types import UTCDateTime")
        return "UTCDateTime()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata(),
    include_name=is_described,
    render_item=render_item,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
