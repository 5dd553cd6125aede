"""All tables in one place, for migrations: importing this module registers every one."""

from sqlalchemy import MetaData
from sqlmodel import SQLModel

from storage import (
    check,
    evaluation,
    feedback,
    journeys,
    outbox,
    policies,
    processed,
    rereading,
    schedules,
    stack,
    stack_revisions,
    stewards,
    usage,
    workspaces,
)

MODULES = (
    check,
    evaluation,
    feedback,
    journeys,
    outbox,
    policies,
    processed,
    rereading,
    schedules,
    stack,
    stack_revisions,
    stewards,
    usage,
    workspaces,
)


def metadata() -> MetaData:
    """Return the schema that the models describe."""
    return SQLModel.metadata
