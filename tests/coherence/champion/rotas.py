"""A small rota in a database: Ana, Bo and Cy take weekly turns in #onboarding."""

from collections.abc import Sequence
from datetime import date

from coherence.champion.settings import RotaSettings
from storage.champion import ChampionMember, ChampionRota
from storage.database import Database
from storage.journeys import Journey
from storage.workspaces import Workspace
from tests.support.times import NOON

TEAM, JOURNEY, CHANNEL = "T0LARK", "onboarding", "C0ONBOARD"
ANA, BO, CY = "U0ANA", "U0BO", "U0CY"
WEEKLY = RotaSettings.model_validate(
    {
        "zone": "Europe/London",
        "start": "2026-03-02",
        "handover": "09:00",
        "cadence": {"every": 1, "unit": "week"},
    }
)


async def keep_rota(
    database: Database,
    people: Sequence[str] = (ANA, BO, CY),
    *,
    settings: RotaSettings = WEEKLY,
    journey_id: str = JOURNEY,
) -> None:
    """Keep a rota whose people have all joined; the workspace is made where it is not there yet."""
    async with database.transaction() as session:
        if await session.get(Workspace, TEAM) is None:
            session.add(Workspace(id=TEAM, name="Larkfield", created_at=NOON))
            await session.flush()
        session.add(
            Journey(workspace_id=TEAM, id=journey_id, name=journey_id.title(), created_at=NOON)
        )
        await session.flush()
        session.add(
            ChampionRota(
                workspace_id=TEAM,
                journey_id=journey_id,
                settings=settings.model_dump(mode="json"),
                channel_id=CHANNEL,
                look_at=NOON,
                created_at=NOON,
            )
        )
        await session.flush()
        session.add_all(
            ChampionMember(
                workspace_id=TEAM,
                journey_id=journey_id,
                user_id=person,
                place=place,
                state="serving",
                joined=date(2026, 3, 1),
                asked_at=NOON,
            )
            for place, person in enumerate(people)
        )
