"""Who may change the narrative and the set-up: the stewards.

Workspace admins and owners are stewards, so are the people named in the settings, and so is whom
stewards name. What Slack knows of a person is asked for through `Standing`: the practice knows no
Slack.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.clock import Clock
from coherence.errors import NotASteward
from storage import stewards as table
from storage.database import Database

MAX_STEWARDS = 20
"""More names than anybody would ask."""

Standing: TypeAlias = Callable[[str], Awaitable[bool]]
"""Says of a user id whether this person is an admin or owner of the workspace."""


@dataclass(frozen=True)
class Person:
    """Somebody in a workspace who wants to do something."""

    workspace_id: str
    user_id: str


class Stewards:
    """The use cases around stewards. `appointed` are the user ids named in the settings."""

    def __init__(
        self, database: Database, now: Clock, standing: Standing, appointed: Collection[str] = ()
    ) -> None:
        self._database = database
        self._now = now
        self._standing = standing
        self._appointed = tuple(appointed)

    async def is_steward(self, person: Person) -> bool:
        """Whether a person may change the narrative and the set-up."""
        if person.user_id in self._appointed:
            return True
        async with self._database.reading() as session:
            named = await table.find_steward(session, person.workspace_id, person.user_id)
        return named is not None or await self._standing(person.user_id)

    async def require(self, person: Person) -> None:
        """Raise NotASteward, naming whom to ask, unless the person is a steward."""
        if not await self.is_steward(person):
            raise NotASteward(await self.to_ask(person.workspace_id))

    async def to_ask(self, workspace_id: str) -> Sequence[str]:
        """User ids of stewards to ask, the named ones first; may be empty where only admins are."""
        async with self._database.reading() as session:
            return await named_stewards(session, workspace_id, self._appointed)


async def named_stewards(
    session: AsyncSession, workspace_id: str, appointed: Collection[str]
) -> Sequence[str]:
    """User ids of the stewards who were named: here first, then in the settings (`appointed`)."""
    named = await table.list_stewards(session, workspace_id)
    return list(dict.fromkeys([*(steward.user_id for steward in named), *appointed]))
