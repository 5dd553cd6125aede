"""`coherence rota preview` on files and standard input."""

from pathlib import Path
from typing import Any

import pytest

from tests.bot.cli import CommandLine, Said, run_process

KEYS = ["start", "end", "users", "source", "why"]
ROTA = """\
format: 1
zone: Europe/London
start: 2026-03-16
handover: "09:00"
cadence: {every: 1, unit: week}
members: [{user: ana}, {user: bo}]
absences: [{user: ana, from: 2026-04-01, to: 2026-04-03}, {user: bo, from: 2026-04-03, to: 2026-04-03}]
overrides: [{from: 2026-03-24T09:00, to: 2026-03-25T09:00, users: [zoe, cy]}]
"""


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    return CommandLine(capsys, monkeypatch)


class Preview:
    """`coherence rota preview` of one file."""

    def __init__(self, run: CommandLine, path: Path) -> None:
        self._run = run
        self._path = path

    def __call__(self, *arguments: str | Path) -> Said:
        return self._run("rota", "preview", self._path, *arguments)

    def between(self, start: str, end: str, *arguments: str) -> Said:
        return self("--from", start, "--to", end, *arguments)

    def terms(self, start: str, end: str) -> list[dict[str, Any]]:
        said = self.between(start, end, "--format", "json")
        assert (said.code, said.err) == (0, "")
        return list(said.json)


@pytest.fixture
def preview(run: CommandLine, tmp_path: Path) -> Preview:
    path = tmp_path / "rota.yml"
    path.write_text(ROTA)
    return Preview(run, path)


def test_the_json_has_the_keys_of_the_contract_in_order(preview: Preview) -> None:
    [term] = preview.terms("2026-03-17", "2026-03-18")
    assert list(term.items()) == [
        ("start", "2026-03-17T00:00:00+00:00"),
        ("end", "2026-03-18T00:00:00+00:00"),
        ("users", ["ana"]),
        ("source", "rota"),
        ("why", "Next in the order."),
    ]


def test_terms_are_cut_at_the_ends_of_the_range_and_have_the_zones_offset(preview: Preview) -> None:
    found = preview.terms("2026-03-01", "2026-04-07")
    assert [(t["start"], t["source"], *t["users"]) for t in found] == [
        ("2026-03-16T09:00:00+00:00", "rota", "ana"),
        ("2026-03-23T09:00:00+00:00", "rota", "bo"),
        ("2026-03-24T09:00:00+00:00", "override", "zoe", "cy"),
        ("2026-03-25T09:00:00+00:00", "rota", "bo"),
        ("2026-03-30T09:00:00+01:00", "vacant"),
        ("2026-04-06T09:00:00+01:00", "rota", "ana"),
    ]
    assert found[-1]["end"] == "2026-04-07T00:00:00+01:00"


def test_the_text_is_a_calendar_by_months(preview: Preview) -> None:
    assert (
        preview.between("2026-03-17", "2026-04-07").out
        == """\
Times are those of Europe/London.

March 2026
  Tue 17  00:00  ana      Next in the order.
  Mon 23  09:00  bo       Next in the order.
  Tue 24  09:00  zoe, cy  Arranged by hand; the order stays as it was.
  Wed 25  09:00  bo       Next in the order.
  Mon 30  09:00  nobody   Nobody on the rota is available for the whole term.

April 2026
  Mon  6  09:00  ana      Next in the order.

Until Tue 7 Apr 2026 00:00.
"""
    )


def test_long_names_keep_the_table_within_the_width_of_a_terminal(
    preview: Preview, tmp_path: Path
) -> None:
    (tmp_path / "rota.yml").write_text(ROTA.replace("[zoe, cy]", f"[{'z' * 70}]"))
    lines = preview.between("2026-03-17", "2026-04-07").out.splitlines()
    assert max(map(len, lines)) <= 100


@pytest.mark.parametrize(
    "at",
    [
        "2026-03-24T09:00",
        "2026-03-24 09:00",
        "2026-03-24T10:00+01:00",
        "2026-03-24T10:00:00+0100",
        "2026-03-24T09:00:00.000Z",
        "2026-03-24T09:00:00.123456",
    ],
)
def test_one_moment_has_one_whole_term(preview: Preview, at: str) -> None:
    [term] = preview("--at", at, "--format", "json").json
    assert list(term) == KEYS
    assert (term["start"], term["end"]) == (
        "2026-03-24T09:00:00+00:00",
        "2026-03-25T09:00:00+00:00",
    )
    assert preview("--at", at).out == (
        "zoe, cy: Tue 24 Mar 2026 09:00 until Wed 25 Mar 2026 09:00 (Europe/London)\n"
        "Arranged by hand; the order stays as it was.\n"
    )


def test_before_the_rota_begins_there_is_nobody(preview: Preview) -> None:
    nobody = "Nobody serves then: the rota begins on Mon 16 Mar 2026 09:00 (Europe/London).\n"
    assert preview.terms("2026-01-01", "2026-03-16") == []
    assert preview.between("2026-01-01", "2026-03-16").out == nobody
    assert preview("--at", "2026-03-16T08:59").out == nobody
    assert preview("--at", "2026-03-16T08:59", "--format", "json").json == []


def test_a_range_without_days_is_empty(preview: Preview) -> None:
    assert preview.terms("2026-03-20", "2026-03-20") == []
    said = preview.between("2026-03-20", "2026-03-20")
    assert (said.code, said.out) == (0, "No days lie between --from and --to.\n")


def test_a_rota_may_come_from_standard_input(run: CommandLine) -> None:
    said = run("rota", "preview", "-", "--at", "2026-03-16T09:00", stdin=ROTA)
    assert said.out.startswith("ana: ")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "say which days with --from and --to, or one moment with --at."),
        (["--from", "2026-03-02"], "say which days with --from and --to, or one moment with --at."),
        (["--at", "2026-03-02T09:00", "--to", "2026-03-02"], "--at stands alone, without --from and --to."),
        (["--from", "2026-03-03", "--to", "2026-03-02"], "--to, 2026-03-02, is before --from, 2026-03-03."),
        (["--from", "today", "--to", "2026-03-02"], "--from must be a date such as 2026-03-02."),
        (["--from", "2026-03-02", "--to", "9999-12-31"], "--to must lie between the years 1900 and 2200."),
        (["--at", "2026-03-02"], "--at must be a date and a time such as 2026-03-02T09:00."),
    ],
)  # fmt: skip
def test_a_question_that_makes_no_sense_is_refused(
    preview: Preview, arguments: list[str], sentence: str
) -> None:
    assert preview(*arguments).refused() == f"Invalid value: {sentence}"


def test_a_bad_file_is_refused_with_its_line(preview: Preview, tmp_path: Path) -> None:
    path = tmp_path / "rota.yml"
    path.write_text(ROTA.replace("user: bo,", "user: bob,"))
    refused = preview.between("2026-03-01", "2026-04-01").refused()
    assert refused == f"{path}: line 7: “bob” is not among the members."


def test_what_is_no_file_is_refused(run: CommandLine, tmp_path: Path) -> None:
    days = ("--from", "2026-03-01", "--to", "2026-04-01")
    (tmp_path / "large.yml").write_bytes(b"#" * 5_000_000)
    for name, sentence in [
        ("none.yml", "no such file or directory"),
        (".", "is a directory"),
        ("large.yml", "this is larger than 4 MB"),
    ]:
        path = tmp_path / name
        assert run("rota", "preview", path, *days).refused() == f"{path}: {sentence}."


def test_the_longest_rota_there_may_be_ends(preview: Preview, tmp_path: Path) -> None:
    fortnightly = ROTA.replace("start: 2026-03-16", "start: 1900-01-01").replace(
        "every: 1", "every: 2"
    )
    (tmp_path / "rota.yml").write_text(fortnightly)
    assert len(preview.terms("2200-12-01", "2200-12-31")) == 3
    assert preview("--at", "2200-12-31T23:00").code == 0


def test_a_preview_starts_without_the_libraries_that_only_the_bot_needs(tmp_path: Path) -> None:
    path = tmp_path / "rota.yml"
    path.write_text(ROTA)
    done = run_process(
        "rota",
        "preview",
        path,
        "--at",
        "2026-03-16T09:00",
        python=("-X", "importtime"),
        TZ="Asia/Tokyo",
    )
    imported = done.stderr.decode()
    assert done.stdout.startswith(b"ana: Mon 16 Mar 2026 09:00")
    needless = ("slack_bolt", "aiohttp", "apscheduler", "uvicorn", "openai", "holidays")
    assert [name for name in needless if f" {name}\n" in imported] == []
