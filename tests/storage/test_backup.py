"""Backups hold a consistent moment, fit into both databases, and come back whole or not at all."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from storage.backup import DatabaseNotEmpty, OldDatabase, UnusableBackup, dump, load
from storage.check import CheckFinding, NarrativeCheck, add_check
from storage.database import Database
from tests.storage.holdings import fill, tables_of
from tests.support.times import NOON

TEAM = "T0LARK"


@pytest.fixture(params=["sqlite", "postgresql"])
async def other(
    request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path
) -> AsyncIterator[Database]:
    """Another database, migrated and empty, of each kind."""
    if request.param == "postgresql":
        address = str(request.getfixturevalue("second_postgresql_url"))
    else:
        shutil.copy(sqlite_template, tmp_path / "other.db")
        address = f"sqlite:///{tmp_path / 'other.db'}"
    database = Database(address)
    yield database
    await database.close()


async def lines_of(database: Database) -> list[str]:
    return [line async for line in dump(database, now=NOON)]


async def test_what_was_backed_up_comes_back_in_either_kind_of_database(
    database: Database, other: Database
) -> None:
    await fill(database, TEAM, "U0MAYA", "U0TOM", words="Grüße, 🎉\n“so”")
    lines = await lines_of(database)
    assert await load(other, lines) == len(lines) - 2
    assert await tables_of(other) == await tables_of(database)


async def test_a_backup_is_one_moment_while_others_write(database: Database) -> None:
    await fill(database, TEAM, "U0MAYA")
    stop = asyncio.Event()
    wrote = asyncio.Event()
    writing = asyncio.create_task(_write_checks(database, stop, wrote))
    await wrote.wait()
    lines = await lines_of(database)
    stop.set()
    written = await writing
    checks = [line for line in lines if '"table":"narrative_check"' in line]
    findings = [line for line in lines if '"table":"check_finding"' in line]
    assert len(checks) == len(findings)
    assert 1 < len(checks) <= written + 1
    for table in reversed(lines[1:-1]):
        assert table.endswith("}\n")


async def test_writers_do_not_wait_for_a_backup(database: Database) -> None:
    await fill(database, TEAM, "U0MAYA")
    lines = dump(database, now=NOON)
    seen = [await anext(lines), await anext(lines)]
    async with asyncio.timeout(4), database.transaction() as session:
        await add_check(session, _check(1), [_finding(1)])
    seen += [line async for line in lines]
    assert sum('"table":"narrative_check"' in line for line in seen) == 1


async def test_a_database_that_is_not_empty_is_left_alone(database: Database) -> None:
    await fill(database, TEAM, "U0MAYA")
    lines = await lines_of(database)
    before = await tables_of(database)
    with pytest.raises(DatabaseNotEmpty):
        await load(database, lines)
    assert await tables_of(database) == before


async def test_replacing_leaves_what_the_backup_holds_and_nothing_else(database: Database) -> None:
    await fill(database, TEAM, "U0MAYA")
    lines = await lines_of(database)
    before = await tables_of(database)
    await fill(database, "T0OTHER", "U0TOM")
    await load(database, lines, replace=True)
    assert await tables_of(database) == before


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda lines: lines[:-1], "damaged or cut short"),
        (lambda lines: [*lines[:4], *lines[5:]], "damaged or cut short"),
        (lambda lines: [*lines[:-2], "{\n", lines[-1]], "can't be read"),
        (lambda lines: [*lines[:-2], lines[-2][:-2], lines[-1]], "can't be read"),
        (lambda lines: [lines[0], lines[1].replace("workspace", "pg_class"), *lines[2:]], "no row of ours"),
        (lambda lines: [lines[0], lines[1].replace("created_at", "made"), *lines[2:]], "no row of ours"),
        (lambda lines: [lines[0], lines[1].replace("2026-", "x"), *lines[2:]], "time that can't"),
        (lambda lines: [lines[0], *lines[1:-1], lines[-2], lines[-1]], "don't fit"),
        (lambda lines: [lines[0].replace('"revision":"', '"revision":"9'), *lines[1:]], "revision 9"),
        (lambda lines: lines[1:], "not a backup"),
        (lambda _: [], "can't be read"),
        (lambda _: ["[1]\n"], "can't be read"),
    ],
)  # fmt: skip
async def test_a_damaged_backup_changes_nothing(database: Database, damage, said: str) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    await fill(database, TEAM, "U0MAYA")
    lines = await lines_of(database)
    await fill(database, "T0OTHER", "U0TOM")
    before = await tables_of(database)
    with pytest.raises(UnusableBackup, match=said):
        await load(database, damage(lines), replace=True)
    assert await tables_of(database) == before


async def test_a_database_without_tables_is_not_backed_up(tmp_path: Path) -> None:
    empty = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    with pytest.raises(OldDatabase):
        await lines_of(empty)
    await empty.close()


async def test_an_empty_file_database_is_given_its_tables_first(
    database: Database, tmp_path: Path
) -> None:
    await fill(database, TEAM, "U0MAYA")
    fresh = Database(f"sqlite:///{tmp_path / 'fresh.db'}")
    await load(fresh, await lines_of(database))
    assert await tables_of(fresh) == await tables_of(database)
    await fresh.close()


async def _write_checks(database: Database, stop: asyncio.Event, wrote: asyncio.Event) -> int:
    number = 0
    while not stop.is_set():
        number += 1
        async with database.transaction() as session:
            await add_check(session, _check(number), [_finding(number)])
        wrote.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(0.001):
                await stop.wait()
    return number


def _check(number: int) -> NarrativeCheck:
    return NarrativeCheck(
        workspace_id=TEAM,
        id=f"{number:06}",
        journey_id="j",
        stack_version=1,
        user_id="U0TOM",
        text="Hello.",
        verdict="fits",
        judged_by=["rules"],
        checked_at=NOON,
    )


def _finding(number: int) -> CheckFinding:
    return CheckFinding(
        workspace_id=TEAM,
        check_id=f"{number:06}",
        position=0,
        source="rule",
        relation="term",
        severity="low",
        start=0,
        end=1,
        quote="H",
        statement="s",
        why="w",
    )
