"""`coherence erase` and `coherence db backup|restore`: what they say, ask and refuse."""

import asyncio
import stat
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from storage.database import Database
from tests.bot.cli import CommandLine
from tests.storage.holdings import everything_written, fill, tables_of

TEAM = "T0LARK"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    return CommandLine(capsys, monkeypatch)


@pytest.fixture
def filled_url(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with the words of two people, as DATABASE_URL."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    asked(database_url, lambda database: fill(database, TEAM, "U0MAYA", "U0TOM"))
    return database_url


def asked(url: str, ask: Callable[[Database], Awaitable[Any]]) -> Any:
    async def ask_and_close() -> Any:
        database = Database(url)
        try:
            return await ask(database)
        finally:
            await database.close()

    return asyncio.run(ask_and_close())


def test_a_workspace_is_erased_when_told_to(run: CommandLine, filled_url: str) -> None:
    said = run("erase", "--workspace", TEAM, "--yes")
    assert said.code == 0
    assert said.out.startswith("Erased everything of the workspace “Larkfield” (T0LARK): ")
    assert not any(asked(filled_url, tables_of).values())


def test_one_person_is_erased_when_told_to(run: CommandLine, filled_url: str) -> None:
    said = run("erase", "--workspace", TEAM, "--user", "U0MAYA", "--name", "Maya Okafor", "--yes")
    assert said.out.startswith("Erased the words and names of U0MAYA in T0LARK: ")
    written = asked(filled_url, everything_written)
    assert "U0MAYA" not in written
    assert "U0TOM" in written


def test_without_a_yes_nothing_is_erased_in_a_script(run: CommandLine, filled_url: str) -> None:
    assert "add --yes" in run("erase", "--workspace", TEAM).refused()
    assert any(asked(filled_url, tables_of).values())


@pytest.mark.usefixtures("filled_url")
def test_an_unknown_workspace_is_named(run: CommandLine) -> None:
    sentence = run("erase", "--workspace", "T0NONE", "--yes").refused()
    assert sentence == "The database knows no workspace T0NONE."


def test_a_backup_can_be_restored_over_what_came_later(
    run: CommandLine, filled_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "copy.jsonl"
    before = asked(filled_url, tables_of)
    rows = sum(map(len, before.values()))
    assert run("db", "backup", file).out.startswith(f"{file} holds {rows} rows. ")
    asked(filled_url, lambda database: fill(database, "T0LATER", "U0SAM"))
    assert "--replace" in run("db", "restore", file).refused()
    assert run("db", "restore", file, "--replace").code == 0
    assert asked(filled_url, tables_of) == before


@pytest.mark.usefixtures("filled_url")
def test_a_backup_is_for_its_owner_only_and_leaves_no_half_behind(
    run: CommandLine, tmp_path: Path
) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    file = folder / "copy.jsonl"
    file.write_text("an older one")
    assert run("db", "backup", file).code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(folder.iterdir()) == [file]


@pytest.mark.usefixtures("filled_url")
def test_a_folder_that_is_not_there_is_named(run: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "none" / "copy.jsonl"
    assert run("db", "backup", file).refused() == f"{file}: no such file or directory."
    assert run("db", "restore", file).refused() == f"{file}: no such file or directory."


@pytest.mark.usefixtures("filled_url")
@pytest.mark.parametrize("content", [b"", b"format: 1\n", b"\xff\xfe", b"{}\n"])
def test_a_file_that_is_no_backup_is_refused(
    run: CommandLine, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "other"
    file.write_bytes(content)
    assert run("db", "restore", file, "--replace").refused().startswith(f"{file}: ")


def test_a_database_without_tables_is_not_backed_up(
    run: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    file = tmp_path / "copy.jsonl"
    assert "coherence db upgrade" in run("db", "backup", file).refused()
    assert not file.exists()
