"""A small rota in a database: Ana, Bo and Cy take weekly turns in #onboarding."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from coherence.champion.settings import RotaSettings
from storage.database import Database
from storage.journeys import Journey
from storage.workspaces import Workspace
from tests.support.keeping import add_in_order
from tests.support.rotas import rota_rows, weekly
from tests.support.times import NOON

TEAM, JOURNEY, CHANNEL = "T0LARK", "onboarding", "C0ONBOARD"
ANA, BO, CY = "U0ANA", "U0BO", "U0CY"
WEEKLY = weekly()


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
        own: dict[str, Any] = {"workspace_id": TEAM, "joined": date(2026, 3, 1)}
        rota, members = rota_rows(
            journey_id, people, settings, **own, channel_id=CHANNEL, look_at=NOON
        )
        await add_in_order(session, [rota, *members])
