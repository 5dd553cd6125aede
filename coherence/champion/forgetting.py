"""What the champion's duty remembers of somebody beyond their own rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.champion.leaving import forget_arranged
from storage import champion as table
from storage.champion import (
    ChampionFeed,
    ChampionLeave,
    ChampionMember,
    ChampionRequest,
    ChampionService,
    ChampionSurface,
)


@dataclass(frozen=True)
class KeptDuty:
    """How many rows of a person's own the duty has: where they take turns, and what they told of it."""

    rotas: int = 0
    leave: int = 0
    services: int = 0
    requests: int = 0
    calendars: int = 0

    @classmethod
    def of(cls, rows: Mapping[str, int]) -> "KeptDuty":
        """From how many rows each table has."""
        counted = (ChampionMember, ChampionLeave, ChampionService, ChampionRequest, ChampionFeed)
        return cls(*(rows.get(str(each.__tablename__), 0) for each in counted))


async def forget_duty(
    session: AsyncSession, workspace_id: str, user_id: str, *, now: datetime
) -> None:
    """Undo what was arranged with somebody from now on, and have handles and topics written without them.

    Their own rows go by themselves, and their name in terms that are over is rewritten.
    """
    ids = [rota.journey_id for rota, _ in await table.list_rotas(session, workspace_id)]
    members = await table.list_members(session, workspace_id, ids)
    arranged = await table.list_arrangements(session, workspace_id, ids)
    surfaces = await table.list_surfaces(session, workspace_id)
    shown = {each.journey_id for each in surfaces if _names(each, user_id)}
    for journey_id in sorted(ids):
        takes_turns = any(each.user_id == user_id for each in members[journey_id])
        is_arranged = any(user_id in each.users for each in arranged[journey_id])
        if not (takes_turns or is_arranged or journey_id in shown):
            continue
        rota = await table.lock_rota(session, workspace_id, journey_id)
        if rota is not None:
            rota.look_at = now
        await forget_arranged(session, workspace_id, journey_id, user_id, now=now)
    for surface in surfaces:
        _forget_shown(surface, user_id)
    await session.flush()


def _names(surface: ChampionSurface, user_id: str) -> bool:
    return user_id in surface.fallback or user_id in (surface.shown or ())


def _forget_shown(surface: ChampionSurface, user_id: str) -> None:
    if user_id in surface.fallback:
        surface.fallback = [one for one in surface.fallback if one != user_id]
    if surface.shown and user_id in surface.shown:
        # In Slack they still stand there: what is shown is not known to be right any more.
        surface.shown = None
