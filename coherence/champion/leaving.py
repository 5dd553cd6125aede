"""Leaving a rota, and what was arranged with somebody who isn't there any more."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import uuid4

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.champion.member import MemberState
from storage import champion as table
from storage.champion import ChampionArrangement, ChampionMember


async def leave_rota(
    session: AsyncSession, member: ChampionMember, day: date, *, now: datetime
) -> None:
    """Have somebody serve no term from a day on; what was arranged with them for later is undone.

    A term that has begun stays theirs.
    """
    member.state, member.left, member.paused_from = MemberState.LEFT, day, None
    place = (member.workspace_id, member.journey_id)
    arranged = await table.list_arrangements(session, member.workspace_id, [member.journey_id])
    later = [each for each in arranged[member.journey_id] if each.start > now]
    await _without(session, place, later, member.user_id)


async def forget_arranged(
    session: AsyncSession, workspace_id: str, journey_id: str, user_id: str, *, now: datetime
) -> None:
    """Undo what was arranged with somebody from now on: what is under way ends now."""
    place = (workspace_id, journey_id)
    arranged = (await table.list_arrangements(session, workspace_id, [journey_id]))[journey_id]
    rest = [_rest_of(each, now) for each in arranged if each.start <= now < each.end]
    begun = [each for each in arranged if each.start <= now < each.end and user_id in each.users]
    for each in begun:
        each.end = now
    added = [each for each in rest if user_id in each.users]
    session.add_all(added)
    await session.flush()
    later = [each for each in arranged if each.start > now]
    await _without(session, place, [*later, *added], user_id)


async def _without(
    session: AsyncSession,
    place: tuple[str, str],
    arranged: Iterable[ChampionArrangement],
    user_id: str,
) -> None:
    """Take somebody out of arrangements; one that has nobody else is removed."""
    with_them = [each for each in arranged if user_id in each.users]
    for each in with_them:
        each.users = [one for one in each.users if one != user_id]
    empty = [each.id for each in with_them if not each.users]
    await session.flush()
    await table.remove_arrangements(session, *place, empty)


def _rest_of(arranged: ChampionArrangement, now: datetime) -> ChampionArrangement:
    """What is left of an arrangement that is under way, as one of its own."""
    values = arranged.model_dump()
    return ChampionArrangement(**{**values, "id": uuid4().hex, "start": now})
