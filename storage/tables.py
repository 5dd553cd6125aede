"""All tables in one place, for migrations: importing this module registers every one."""

from sqlalchemy import MetaData
from sqlmodel import SQLModel

from storage import check, journeys, processed, stack, stack_revisions, stewards, workspaces

MODULES = (check, journeys, processed, stack, stack_revisions, stewards, workspaces)


def metadata() -> MetaData:
    """Return the schema that the models describe."""
    return SQLModel.metadata
