"""All tables in one place, for migrations: importing this module registers every one."""

from sqlalchemy import MetaData
from sqlmodel import SQLModel

from storage import (
    champion,
    champion_calendar,
    check,
    drift,
    drift_digest,
    drift_exchange,
    drift_lists,
    drift_trail,
    evaluation,
    feedback,
    home,
    journeys,
    outbox,
    policies,
    processed,
    rereading,
    ritual_answers,
    ritual_exchange,
    ritual_review,
    rituals,
    schedules,
    stack,
    stack_revisions,
    stewards,
    usage,
    workspaces,
)

MODULES = (
    champion,
    champion_calendar,
    check,
    evaluation,
    drift,
    drift_digest,
    drift_exchange,
    drift_lists,
    drift_trail,
    feedback,
    home,
    journeys,
    outbox,
    policies,
    processed,
    rereading,
    ritual_answers,
    ritual_exchange,
    ritual_review,
    rituals,
    schedules,
    stack,
    stack_revisions,
    stewards,
    usage,
    workspaces,
)


def is_described(name: str | None, _kind: str, _parents: object) -> bool:
    """Whether the models say of something in a database how it has to be."""
    return name is None or not name.startswith(drift.SEARCH_INDEX)


def metadata() -> MetaData:
    """Return the schema that the models describe."""
    return SQLModel.metadata
