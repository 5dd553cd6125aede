"""`coherence rota calendar`: a journey's duty as a file."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
import vobject

from bot.clock import system_clock
from storage.database import Database
from storage.workspaces import register_workspace
from tests.bot.cli import CommandLine
from tests.support.rotas import HANNA, MAYA, TEAM, add_rota, publish_journey, weekly
from tests.support.times import NOON


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, sqlite_url: str
) -> CommandLine:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    return CommandLine(capsys, monkeypatch)


async def keep_rotas(database_url: str, *journeys: str) -> None:
    yesterday = (system_clock() - timedelta(days=1)).date()
    database = Database(database_url)
    async with database.transaction() as session:
        await register_workspace(session, TEAM, "Larkfield", now=NOON)
    for name in journeys:
        journey_id = await publish_journey(database, name=name)
        rota = weekly(start=yesterday.isoformat())
        await add_rota(database, journey_id, [HANNA, MAYA], rota)
    await database.close()


def summaries(content: str) -> set[str]:
    return {event.summary.value for event in vobject.readOne(content).vevent_list}


def test_a_rota_is_written_to_standard_output_or_a_file(
    run: CommandLine, sqlite_url: str, tmp_path: Path
) -> None:
    asyncio.run(keep_rotas(sqlite_url, "Onboarding"))
    said = run("rota", "calendar")
    assert said.code == 0
    assert summaries(said.out) == {f"Coherence champion: {each}" for each in (HANNA, MAYA)}
    path = tmp_path / "duty.ics"
    mine = ("rota", "calendar", "--journey", "Onboarding", "--user", MAYA, "-o", path)
    assert run(*mine).code == 0
    assert summaries(path.read_bytes().decode()) == {f"Coherence champion: {MAYA}"}
    assert "is there already" in run(*mine).refused()
    assert run(*mine, "--force").code == 0


def test_a_person_has_all_their_rotas_in_one_file(run: CommandLine, sqlite_url: str) -> None:
    asyncio.run(keep_rotas(sqlite_url, "Onboarding", "Renewal"))
    assert "Name it with --journey" in run("rota", "calendar").refused()
    said = run("rota", "calendar", "--user", MAYA)
    assert "DESCRIPTION:Onboarding." in said.out
    assert "DESCRIPTION:Renewal." in said.out


def test_a_journey_without_a_rota_says_so(run: CommandLine, sqlite_url: str) -> None:
    asyncio.run(keep_rotas(sqlite_url, "Onboarding"))
    assert "no journey called “Buying”" in run("rota", "calendar", "--journey", "Buying").refused()
