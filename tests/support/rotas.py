"""A rota in the local Slack's workspace, as if a steward had set it up and everybody had joined."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from coherence.champion.settings import RotaSettings
from coherence.stack.example import example_stack
from coherence.stack.versions import PublishedStack, Stacks
from storage.champion import ChampionArrangement, ChampionMember, ChampionRota
from storage.database import Database
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


async def add_rota(
    database: Database,
    journey_id: str,
    people: Sequence[str] = (HANNA, MAYA, TOM),
    settings: RotaSettings | None = None,
    workspace_id: str = TEAM,
    channel_id: str = "C0ONBOARD",
) -> None:
    """Give a journey a rota of these people, who serve in this order."""
    chosen = (settings or weekly()).model_dump(mode="json")
    async with database.transaction() as session:
        session.add(
            ChampionRota(
                workspace_id=workspace_id,
                journey_id=journey_id,
                settings=chosen,
                channel_id=channel_id,
                created_at=NOON,
            )
        )
        await session.flush()
        for place, user_id in enumerate(people):
            session.add(
                ChampionMember(
                    workspace_id=workspace_id,
                    journey_id=journey_id,
                    user_id=user_id,
                    place=place,
                    state="serving",
                    joined=FIRST_DAY,
                    asked_at=NOON,
                )
            )


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
    async with database.transaction() as session:
        session.add(
            ChampionArrangement(
                workspace_id=TEAM,
                journey_id=journey_id,
                id=f"arranged {start:%Y-%m-%d}",
                start=start,
                end=start + timedelta(days=days),
                users=list(users),
                source=source,
                made_at=NOON,
            )
        )
