"""Column types that both databases treat alike."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import SQLModel

Json = JSON().with_variant(JSONB(), "postgresql")
"""A JSON document; a change is saved only when a new value is assigned."""


class UTCDateTime(TypeDecorator[datetime]):
    """An aware time, stored and returned in UTC.

    Raises ValueError for a naive one: whose clock it was would be a guess.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times; normalise the others to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return UTC: SQLite forgets the zone, PostgreSQL answers in the session's."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def insert_new(
    connection: AsyncConnection, model: type[SQLModel]
) -> postgresql.Insert | sqlite.Insert:
    """An insert of a model's rows that leaves those alone whose key is there already."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return insert(model.metadata.tables[str(model.__tablename__)]).on_conflict_do_nothing()


def plain_type(declared: TypeEngine[Any]) -> TypeEngine[Any]:
    """The type that a database knows under one of ours or of SQLModel's."""
    return declared.impl_instance if isinstance(declared, TypeDecorator) else declared
