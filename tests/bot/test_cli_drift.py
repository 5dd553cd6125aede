"""`coherence export drift` and `coherence import drift`."""

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
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import delete

from bot.cli import drift as cli
from bot.clock import system_clock
from coherence.drift.exchange import BATCH
from coherence.drift.record import ReportRecord
from coherence.drift.report import EvidenceKind, LinkKind, NewEvidence, State
from coherence.record_files import defused, restored
from coherence.stack.example import example_stack
from coherence.stack.versions import Stacks
from storage.database import Database
from storage.tables import metadata
from tests.bot.cli import ROOT, CommandLine
from tests.coherence.drift.drifts import HANNA, LI, TEAM, TOM, drift_in, message, secret
from tests.storage.holdings import tables_of
from tests.support.times import NOON

FORMULA = '=HYPERLINK("http://x"), \'-1 and\tmore'


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    database_url: str,
) -> CommandLine:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database_url)
    asked(database_url, drift_in)
    return CommandLine(capsys, monkeypatch)


def asked(url: str, ask: Callable[[Database], Awaitable[Any]]) -> Any:
    async def ask_and_close() -> Any:
        database = Database(url)
        try:
            return await ask(database)
        finally:
            await database.close()

    return asyncio.run(ask_and_close())


async def _quarter(database: Database) -> None:
    """Put reports on record with everything that a report may have."""
    drift = await drift_in(database)
    one = await drift.reported(evidence=(message(FORMULA), secret("Only for the board")))
    await drift.reports.me_too(
        LI, one.number, [NewEvidence(EvidenceKind.NOTE, "Seen: “naïve” 日本")]
    )
    drift.clock.now += timedelta(days=3, microseconds=5)
    two = await drift.reported(summary=FORMULA, statement_ids=("P1", "P2"), touchpoint_id="C1")
    await drift.links.link(HANNA, two.number, {LinkKind.REPORT: str(one.number)})
    await drift.links.link(HANNA, two.number, {LinkKind.TICKET: "https://tickets.example/7?a=1,2"})
    moved = await drift.moved(two, State.TRIAGED)
    await drift.triage.snooze(HANNA, two.number, NOON.date() + timedelta(9), seen=moved.revision)
    await drift.resolved(one, note="Page and policy agree now; see “Refunds”.")
    await drift.reports.remove_copy(TOM, one.number, 1)


async def _wipe(database: Database) -> None:
    async with database.transaction() as session:
        for table in reversed(metadata().sorted_tables):
            if table.name.startswith("drift_"):
                await session.exec(delete(table))


def _log(url: str) -> dict[str, Any]:
    kept = asked(url, tables_of)
    return {name: rows for name, rows in kept.items() if name.startswith("drift_")}


@pytest.mark.parametrize("name", ["log.json", "log.csv"])
def test_a_round_trip_loses_nothing(run: CommandLine, database_url: str, name: str) -> None:
    asked(database_url, _wipe_journeys)
    asked(database_url, _quarter)
    before = _log(database_url)
    said = run("export", "drift", name)
    assert (said.code, said.out) == (0, "")
    assert said.err.startswith("2 reports written. They contain private evidence")
    asked(database_url, _wipe)
    assert run("import", "drift", name).out == "2 reports loaded.\n"
    assert _log(database_url) == before


async def _wipe_journeys(database: Database) -> None:
    async with database.transaction() as session:
        for table in reversed(metadata().sorted_tables):
            await session.exec(delete(table))


def test_an_export_is_readable_for_its_owner_only_and_replaces_no_file(run: CommandLine) -> None:
    assert run("export", "drift", "log.json").code == 0
    assert stat.S_IMODE(Path("log.json").stat().st_mode) == 0o600
    assert "is there already" in run("export", "drift", "log.json").refused()
    assert run("export", "drift", "log.json", "--force").code == 0
    assert json.loads(Path("log.json").read_text()) == []
    assert run("import", "drift", "log.json").out == "0 reports loaded.\n"


def test_a_spreadsheet_calculates_nothing_of_it(run: CommandLine, database_url: str) -> None:
    asked(database_url, _wipe_journeys)
    asked(database_url, _quarter)
    rows = list(csv.DictReader(io.StringIO(run("export", "drift", "--format", "csv").out)))
    assert rows[1]["summary"] == "'" + " ".join(FORMULA.split())
    assert not any(cell.startswith(tuple("=+-@\t\r")) for row in rows for cell in row.values())


def test_what_is_on_record_already_stays_as_it_is(run: CommandLine) -> None:
    Path("own.csv").write_text(
        "number,summary,reported_at\n7,Two prices,2026-01-05T09:00:00+00:00\n"
    )
    assert run("import", "drift", "own.csv").out == "1 report loaded.\n"
    again = run("import", "drift", "own.csv")
    assert (again.code, again.out.splitlines()[1]) == (
        0,
        "1 report on record already, left as they are.",
    )
    Path("own.csv").write_text("number,summary\n7,Another one\n")
    other = run("import", "drift", "own.csv")
    assert other.code == cli.LINE_NOT_READ
    assert "line 2: Drift 7 is another report here" in other.err


def test_a_list_from_a_spreadsheet_needs_no_more_than_a_summary(run: CommandLine) -> None:
    own = '\ufeffseverity;summary\r\nserious;\'=Two prices\r\n;"On two\r\nlines"\r\n'
    Path("own.csv").write_bytes(own.encode())
    assert run("import", "drift", "own.csv").out == "2 reports loaded.\n"
    one, two = run("export", "drift").json
    assert [(each["number"], each["summary"]) for each in (one, two)] == [
        (1, "=Two prices"),
        (2, "On two lines"),
    ]
    assert (one["severity"], two["severity"]) == ("serious", "noticeable")
    assert (one["state"], one["events"][0]["after"]) == ("reported", "reported")
    assert one["journey"] == "New customer onboarding"


def test_broken_lines_are_named_and_the_rest_loads(run: CommandLine) -> None:
    lines = [
        b"summary,state,evidence,statement_ids",
        b"Fine,,,P1 P2",
        b"Wrong state,gone,,",
        b"Caf\xe9,,,",
        b"Too,many,,cells,here",
        b'Never "closed,,,',
        b'Cut,,"[{""kind"": ""note",',
        b"Ended,resolved,,",
        b"Fine too,,,",
    ]
    Path("own.csv").write_bytes(b"\n".join(lines))
    said = run("import", "drift", "own.csv")
    assert (said.code, said.out) == (
        cli.LINE_NOT_READ,
        "2 reports loaded.\n6 lines left out.\n",
    )
    faults = said.err.splitlines()
    assert [each.split(": ")[0] for each in faults] == [f"own.csv, line {n}" for n in range(3, 9)]
    assert "state: input should be 'reported'" in faults[0]
    assert "not UTF-8" in faults[1]
    assert "5 cells and 4 columns" in faults[2]
    assert "spreadsheet may have cut it" in faults[4]
    assert "a resolved report says how" in faults[5]


def test_broken_json_is_named_by_its_line(run: CommandLine) -> None:
    Path("log.json").write_text(
        '[\n{"summary": "Fine"},\n{"summary": },\n{"sumary": "x"},\n[1]\n]\n'
    )
    said = run("import", "drift", "log.json")
    assert (said.code, said.out) == (1, "1 report loaded.\n3 lines left out.\n")
    assert [each.split(": ")[0] for each in said.err.splitlines()] == [
        f"log.json, line {n}" for n in (3, 4, 5)
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("summary\nx".encode("utf-16"), "not UTF-8"),
        (b"title,summary\na,b", "has to name the columns"),
        (b"", "no text"),
    ],
)
def test_a_file_that_is_none_of_ours_is_refused(
    run: CommandLine, content: bytes, sentence: str
) -> None:
    Path("own.csv").write_bytes(content)
    assert sentence in run("import", "drift", "own.csv").refused()
    assert "no such file" in run("import", "drift", "gone.csv").refused()


def test_a_journey_that_is_not_there_is_named(run: CommandLine, database_url: str) -> None:
    Path("own.csv").write_text("summary,journey\nA,Nowhere\nB,\n")
    assert "line 2: there is no journey called “Nowhere”." in run("import", "drift", "own.csv").err
    assert "“Nowhere”" in run("export", "drift", "--journey", "Nowhere").refused()
    assert "“Nowhere”" in run("import", "drift", "own.csv", "--journey", "Nowhere").refused()

    async def add_another(database: Database) -> None:
        other = example_stack().model_copy(update={"journey": "Renewal"})
        await Stacks(database, lambda: NOON).import_draft(TEAM, other, author="hanna")

    asked(database_url, add_another)
    assert "please say which one" in run("import", "drift", "own.csv").err
    assert run("import", "drift", "own.csv", "--journey", "Renewal").out.startswith("1 report")
    assert [each["summary"] for each in run("export", "drift", "--journey", "Renewal").json] == [
        "B"
    ]


def test_a_long_file_is_loaded_in_batches(run: CommandLine) -> None:
    rows = BATCH + 3
    Path("own.csv").write_text("summary\n" + "".join(f"Report {n}\n" for n in range(rows)))
    assert run("import", "drift", "own.csv").out == f"{rows} reports loaded.\n"
    numbers = [each["number"] for each in run("export", "drift").json]
    assert numbers == list(range(1, rows + 1))


def test_the_chart_is_a_png_that_says_in_words_what_it_shows(
    run: CommandLine, database_url: str
) -> None:
    now = system_clock().replace(day=2).isoformat()
    Path("own.csv").write_text(
        "summary,layer,touchpoint_id,reported_at\n"
        f"A,narrative,C1,{now}\nB,narrative,,{now}\nC,,C99,{now}\nOld,,,2001-01-01T00:00:00Z\n"
    )
    assert run("import", "drift", "own.csv").code == 0
    said = run("chart", "drift", "drift.png", "--months", "3")
    assert said.code == 0
    assert "3 reports, most of them in" in said.out
    assert "By layer: Narrative 2, No layer named yet 1." in said.out
    assert "By touchpoint: C99 1, Welcome email 1, No touchpoint named 1." in said.out
    assert Path("drift.png").read_bytes().startswith(b"\x89PNG")
    assert "is there already" in run("chart", "drift", "drift.png").refused()


def test_a_chart_of_nothing_says_so(run: CommandLine) -> None:
    said = run("chart", "drift", "drift.png", "--months", "1")
    assert said.out.endswith(": no reports.\n")
    assert Path("drift.png").stat().st_size > 1_000


def test_every_column_is_explained() -> None:
    whole = (ROOT / "docs/drift.md").read_text(encoding="utf-8")
    page = whole.partition("## Export and import")[2]
    explained = {name for row in page.splitlines() if row.startswith("| `") for name in _codes(row)}
    assert explained == set(ReportRecord.model_fields)


def _codes(row: str) -> list[str]:
    return row.split("|")[1].replace("`", "").replace(",", " ").split()


@given(st.text(alphabet="'=+-@\t\r\n\uff1d\uff20 a1", max_size=8))
def test_whatever_is_defused_is_restored(cell: str) -> None:
    written = defused(cell)
    assert restored(written) == cell
    assert not written.lstrip(" ").startswith(tuple("=+-@\t\r\n"))
