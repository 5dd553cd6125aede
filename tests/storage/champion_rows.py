"""A rota with a row in every table of the champion's duty."""

from collections.abc import Iterator
from typing import Any

from sqlmodel import SQLModel

from storage.champion import (
    ChampionArrangement,
    ChampionFeed,
    ChampionLeave,
    ChampionMember,
    ChampionRequest,
    ChampionRota,
    ChampionService,
    ChampionSurface,
    ChampionTerm,
)
from storage.champion_calendar import ChampionCalendarEntry
from tests.support.times import NOON


def champion_rows(workspace_id: str, journey_id: str, *people: str) -> Iterator[list[SQLModel]]:
    """Yield the rows of a journey's rota in which these people take turns, parents first."""
    rota: dict[str, Any] = {"workspace_id": workspace_id, "journey_id": journey_id}
    yield [
        ChampionRota(
            **rota,
            settings={"zone": "UTC"},
            channel_id="C0ONBOARD",
            look_at=NOON,
            created_by=people[0],
            created_at=NOON,
        )
    ]
    yield [
        ChampionTerm(**rota, start=NOON, end=NOON, users=[*people], source="rota", why="Next."),
        ChampionCalendarEntry(**rota, start=NOON, fingerprint="f", changed_at=NOON),
        ChampionSurface(
            **rota, kind="handle", target_id="S0CHAMPION", fallback=[people[0]], shown=[*people]
        ),
    ]
    for place, person in enumerate(people):
        yield [*_of_person(rota, place, person)]


def _of_person(rota: dict[str, Any], place: int, person: str) -> Iterator[SQLModel]:
    workspace_id = rota["workspace_id"]
    name = f"{rota['journey_id']} {person}"
    yield ChampionMember(
        **rota,
        user_id=person,
        place=place,
        state="serving",
        joined=NOON.date(),
        asked_by=person,
        asked_at=NOON,
    )
    yield ChampionLeave(
        workspace_id=workspace_id,
        id=name,
        user_id=person,
        first=NOON.date(),
        last=NOON.date(),
        told_at=NOON,
    )
    yield ChampionArrangement(
        **rota,
        id=f"{rota['journey_id']} {place}",
        start=NOON,
        end=NOON,
        users=[person],
        source="cover",
        made_by=person,
        made_at=NOON,
    )
    yield ChampionRequest(
        **rota,
        id=name,
        kind="swap",
        user_id=person,
        asked_of=person,
        asked=[person],
        refused=[person],
        start=NOON,
        end=NOON,
        answered_by=person,
        asked_at=NOON,
    )
    yield ChampionService(**rota, start=NOON, user_id=person, notes=f"Ask <@{person}>")
    yield ChampionFeed(
        workspace_id=workspace_id,
        id=name,
        secret_hash=f"{workspace_id} {name}",
        user_id=person,
        made_at=NOON,
    )
