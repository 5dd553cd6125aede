"""What a workspace keeps of the texts that were checked, and for how long."""

from dataclasses import dataclass
from enum import StrEnum

from sqlmodel.ext.asyncio.session import AsyncSession

from storage.policies import find_policy


class Keep(StrEnum):
    """How much of a check stays on record."""

    TEXTS = "texts"
    """The text with its findings."""
    FINGERPRINTS = "fingerprints"
    """What was found, and a fingerprint that tells equal texts; none of the writer's words."""
    NOTHING = "nothing"
    """No trace of the check."""


@dataclass(frozen=True)
class Policy:
    """A workspace's choice; `days` after which a check is deleted."""

    keep: Keep
    days: int


DEFAULT = Policy(Keep.TEXTS, 90)


async def policy_of(session: AsyncSession, workspace_id: str) -> Policy:
    """What the workspace has chosen, or DEFAULT."""
    row = await find_policy(session, workspace_id)
    return Policy(Keep(row.keep), row.keep_days) if row else DEFAULT
