"""A rota in the local Slack's workspace, as if a steward had set it up and everybody had joined."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from coherence.champion.settings import RotaSettings
from coherence.stack.example import example_stack
from coherence.stack.versions import PublishedStack, Stacks
from storage.champion import ChampionArrangement, ChampionMember, ChampionRota
from storage.database import Database
from tests.support.keeping import keep
from tests.support.times import NOON

TEAM = "T0LARKFIELD"
HANNA, MAYA, TOM = "U0HANNA", "U0MAYA", "U0TOM"
FIRST_DAY = date(2026, 3, 2)


def weekly(zone: str = "Europe/London", **changes: object) -> RotaSettings:
    """A rota that hands over on Mondays at nine."""
    usual = {
        "zone": zone,
        "start": FIRST_DAY.isoformat(),
        "handover": "09:00",
        "cadence": {"every": 1, "unit": "week"},
    }
    return RotaSettings.model_validate({**usual, **changes})


async def publish_journey(
    database: Database, *channels: str, name: str = "New customer onboarding"
) -> str:
    """Publish the example narrative as a journey; return its id."""
    published = await Stacks(database, lambda: NOON).import_draft(
        TEAM,
        example_stack(),
        author="hanna",
        journey=name,
        channels=channels,
        publish_note="First",
    )
    assert isinstance(published, PublishedStack)
    return published.journey_id


def rota_rows(
    journey_id: str,
    people: Sequence[str],
    settings: RotaSettings | None = None,
    *,
    workspace_id: str = TEAM,
    joined: date = FIRST_DAY,
    now: datetime = NOON,
    **columns: Any,
) -> tuple[ChampionRota, list[ChampionMember]]:
    """A journey's rota with these columns, and its people, who serve in this order."""
    own: dict[str, Any] = {"workspace_id": workspace_id, "journey_id": journey_id}
    chosen = (settings or weekly()).model_dump(mode="json")
    rota = ChampionRota(**own, settings=chosen, created_at=now, **columns)
    joining: dict[str, Any] = {"state": "serving", "joined": joined, "asked_at": now}
    members = [
        ChampionMember(**own, user_id=person, place=place, **joining)
        for place, person in enumerate(people)
    ]
    return rota, members


async def add_rota(
    database: Database,
    journey_id: str,
    people: Sequence[str] = (HANNA, MAYA, TOM),
    settings: RotaSettings | None = None,
    workspace_id: str = TEAM,
    channel_id: str | None = "C0ONBOARD",
) -> None:
    """Give a journey a rota of these people, who serve in this order."""
    whose: dict[str, Any] = {"workspace_id": workspace_id, "channel_id": channel_id}
    rota, members = rota_rows(journey_id, people, settings, **whose)
    await keep(database, [rota, *members])


async def arrange(
    database: Database,
    journey_id: str,
    start: datetime,
    users: Sequence[str],
    *,
    days: int = 2,
    source: str = "cover",
) -> None:
    """Lay an arrangement over a rota."""
    arrangement = ChampionArrangement(
        workspace_id=TEAM,
        journey_id=journey_id,
        id=f"arranged {start:%Y-%m-%d}",
        start=start,
        end=start + timedelta(days=days),
        users=list(users),
        source=source,
        made_at=NOON,
    )
    await keep(database, [arrangement])
