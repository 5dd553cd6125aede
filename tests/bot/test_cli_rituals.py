"""`coherence rituals export`."""

import asyncio
import csv
import io
import json
import stat
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from coherence.rituals.exchange import ACTION_COLUMNS, ANSWER_COLUMNS
from coherence.rituals.ritual import Visibility
from storage.database import Database
from storage.ritual_review import RitualAction
from tests.bot.cli import CommandLine, run_process
from tests.coherence.rituals.kept import (
    GAP,
    answer,
    close,
    found,
    keep_ritual,
    keep_round,
)
from tests.support.keeping import keep
from tests.support.rituals import TEAM
from tests.support.times import NOON

FORMULA = '=HYPERLINK("http://x")'


def asked(url: str, ask: Callable[[Database], Awaitable[Any]]) -> None:
    async def ask_and_close() -> None:
        database = Database(url)
        try:
            await ask(database)
        finally:
            await database.close()

    asyncio.run(ask_and_close())


async def _two_weeks(database: Database) -> None:
    await found(database, "signup", "billing")
    await keep_ritual(database, "friday")
    for number, visibility in enumerate((Visibility.NAMED, Visibility.CHAMPION), start=1):
        due = NOON + timedelta(weeks=number - 1)
        round_id = await keep_round(database, "friday", visibility, number=number, due_at=due)
        assert round_id == f"friday {number}"
        await keep(database, [answer(round_id, "U0TOM", rating=number, words="It's “naïve” 日本")])
        await keep(database, [answer(round_id, "U0ANA", GAP, words=FORMULA)])
        await close(database, round_id)
    action = RitualAction(
        workspace_id=TEAM,
        id="a",
        ritual_id="friday",
        round_id="friday 2",
        layer="narrative",
        text=FORMULA,
        owner="U0TOM",
        due_on=NOON.date() + timedelta(7),
        made_at=NOON,
    )
    await keep(database, [action])


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    database_url: str,
) -> CommandLine:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database_url)
    asked(database_url, _two_weeks)
    return CommandLine(capsys, monkeypatch)


def test_json_has_an_object_an_answer_and_standard_error_says_how_many(run: CommandLine) -> None:
    said = run("rituals", "export")
    assert said.code == 0
    assert [(row["round"], row["user_id"]) for row in said.json] == [
        (1, "U0TOM"),
        (1, "U0ANA"),
        (2, None),
        (2, None),
    ]
    assert all(tuple(row) == ANSWER_COLUMNS for row in said.json)
    assert said.err.startswith("4 answers written. They contain what people wrote, and user ids")
    assert len(said.err.splitlines()) == 1


def test_csv_says_the_same_and_a_spreadsheet_calculates_nothing_of_it(run: CommandLine) -> None:
    rows = list(csv.DictReader(io.StringIO(run("rituals", "export", "--format", "csv").out)))
    assert tuple(rows[0]) == ANSWER_COLUMNS
    assert [row["words"] for row in rows[:2]] == ["It's “naïve” 日本", f"'{FORMULA}"]
    assert (rows[0]["rating"], rows[0]["asked_at"]) == ("1", "2026-03-02T12:00:00+00:00")
    assert (rows[1]["rating"], rows[2]["user_id"]) == ("", "")


def test_actions_come_with_owner_day_state_and_layer(run: CommandLine) -> None:
    said = run("rituals", "export", "--what", "actions", "--format", "csv")
    assert said.err.startswith("1 action written. They contain what people wrote, and user ids")
    [row] = csv.DictReader(io.StringIO(said.out))
    assert tuple(row) == ACTION_COLUMNS
    assert (row["owner"], row["due_on"], row["state"]) == ("U0TOM", "2026-03-09", "open")
    assert (row["layer"], row["text"]) == ("narrative", f"'{FORMULA}")


def test_journey_ritual_and_days_narrow_it_down(run: CommandLine) -> None:
    def rounds(*options: str) -> set[int]:
        return {row["round"] for row in run("rituals", "export", *options).json}

    assert rounds("--journey", "Signup", "--ritual", "Friday") == {1, 2}
    assert rounds("--journey", "Billing") == set()
    # Noon in UTC is already the next day in Auckland.
    assert rounds("--from", "2026-03-04") == {2}
    assert rounds("--to", "2026-03-10") == {1}


def test_a_file_is_its_owner_s_only_and_is_not_replaced_unasked(run: CommandLine) -> None:
    assert run("rituals", "export", "-o", "answers.csv").out == ""
    assert Path("answers.csv").read_text(encoding="utf-8").startswith('"journey",')
    assert stat.S_IMODE(Path("answers.csv").stat().st_mode) == 0o600
    assert "is there already" in run("rituals", "export", "-o", "answers.csv").refused()
    assert run("rituals", "export", "-o", "answers.csv", "--force").code == 0
    assert [each.name for each in Path().glob("answers*")] == ["answers.csv"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--ritual", "Monday"), "There is no ritual called “Monday”."),
        (("--journey", "Nowhere"), "There is no journey called “Nowhere”."),
        (("--from", "yesterday"), "--from must be a date such as 2026-03-02"),
        (("--to", "2026-02-30"), "--to must be a date that the calendar has"),
        (("--from", "2026-03-09", "--to", "2026-03-02"), "is before --from"),
        (("--what", "everything"), "everything"),
        (("-o", "no/folder/answers.csv"), "no such file or directory"),
    ],
)
def test_what_cannot_be_used_is_refused_with_one_sentence_and_leaves_no_file(
    run: CommandLine, options: tuple[str, ...], sentence: str
) -> None:
    before = {*Path().iterdir()}
    assert sentence in run("rituals", "export", *options).refused()
    if "-o" not in options:
        assert sentence in run("rituals", "export", "-o", "answers.json", *options).refused()
    assert {*Path().iterdir()} == before


def test_nothing_asked_yet_is_an_empty_file(run: CommandLine) -> None:
    assert json.loads(run("rituals", "export", "--journey", "Billing").out) == []
    said = run("rituals", "export", "--journey", "Billing", "--format", "csv")
    assert list(csv.reader(io.StringIO(said.out))) == [[*ANSWER_COLUMNS]]


def test_a_database_that_cannot_be_reached_is_our_failure_with_a_reference() -> None:
    url = "postgresql://nobody:none@127.0.0.1:9/none"
    said = run_process("rituals", "export", DATABASE_URL=url)
    assert said.returncode == 3
    assert b"The log has it under" in said.stderr
    assert said.stdout == b""
