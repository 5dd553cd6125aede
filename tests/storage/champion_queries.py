"""The queries about the champion's duty, as the isolation test asks them: session, workspace, id."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from storage import champion, champion_calendar, champion_surfaces
from tests.support.times import NOON

Query = Callable[[AsyncSession, str, str], Awaitable[Any]]


def _own(each: str) -> str:
    return f"{each} {each}"


QUERIES: dict[Callable[..., Any], Query] = {
    champion.find_rota: champion.find_rota,
    champion.list_rotas: lambda s, w, _: champion.list_rotas(s, w),
    champion.any_rota_to_look_at: lambda s, w, _: champion.any_rota_to_look_at(
        s, w, now=NOON, machine_now=NOON
    ),
    champion.list_members: lambda s, w, i: champion.list_members(s, w, [i]),
    champion.list_arrangements: lambda s, w, i: champion.list_arrangements(s, w, [i]),
    champion.list_terms: lambda s, w, i: champion.list_terms(s, w, [i]),
    champion.find_member: lambda s, w, i: champion.find_member(s, w, i, i),
    champion.list_memberships: champion.list_memberships,
    champion.list_leave: lambda s, w, i: champion.list_leave(s, w, [i]),
    champion.find_leave: lambda s, w, i: champion.find_leave(s, w, _own(i)),
    champion.find_request: lambda s, w, i: champion.find_request(s, w, i, _own(i)),
    champion.list_requests: lambda s, w, i: champion.list_requests(s, w, [i], state="open"),
    champion.find_service: lambda s, w, i: champion.find_service(s, w, i, NOON, i),
    champion.list_services: lambda s, w, i: champion.list_services(s, w, i, NOON),
    champion.weigh_services: champion.weigh_services,
    champion.list_wishes: lambda s, w, i: champion.list_wishes(s, w, i, limit=9),
    champion.list_surfaces: lambda s, w, _: champion.list_surfaces(s, w),
    champion_surfaces.any_surface_due: lambda s, w, _: champion_surfaces.any_surface_due(
        s, _due(w)
    ),
    champion_surfaces.lock_surfaces_looked_at: lambda s, w, _: (
        champion_surfaces.lock_surfaces_looked_at(s, w, look_at=NOON)
    ),
    champion.find_feed: lambda s, w, i: champion.find_feed(s, w, f"{w} {_own(i)}"),
    champion.list_feeds: champion.list_feeds,
    champion_calendar.list_calendar_entries: lambda s, w, i: (
        champion_calendar.list_calendar_entries(s, w, [i])
    ),
    champion_calendar.find_own_feed: lambda s, w, i: champion_calendar.find_own_feed(
        s, w, i, _own(i)
    ),
}

WRITES: dict[Callable[..., Any], Query] = {
    champion.lock_rota: champion.lock_rota,
    champion.claim_rotas_to_look_at: lambda s, w, _: _looked_at(s, w),
    champion_calendar.forget_calendar_entries: lambda s, w, i: (
        champion_calendar.forget_calendar_entries(s, w, i, before=NOON + timedelta(days=1))
    ),
    champion.remove_arrangements: lambda s, w, i: champion.remove_arrangements(s, w, i, [f"{i} 0"]),
    champion_surfaces.claim_surfaces: lambda s, w, _: champion_surfaces.claim_surfaces(
        s, _due(w), look_at=NOON
    ),
    champion_surfaces.lock_surface: lambda s, w, i: champion_surfaces.lock_surface(
        s, w, i, "handle"
    ),
    champion_surfaces.look_at_surfaces: champion_surfaces.look_at_surfaces,
    champion_surfaces.remove_surface: lambda s, w, i: champion_surfaces.remove_surface(
        s, w, i, "handle"
    ),
    champion.remove_leave: lambda s, w, i: champion.remove_leave(s, w, _own(i)),
}


def _due(workspace_id: str) -> champion_surfaces.Due:
    return champion_surfaces.Due(workspace_id, NOON, NOON, timedelta(hours=1))


async def _looked_at(session: AsyncSession, workspace_id: str) -> None:
    claimed = await champion.claim_rotas_to_look_at(
        session, workspace_id, now=NOON, machine_now=NOON, limit=9
    )
    assert claimed
    for rota in claimed:
        rota.look_at = None
