"""What docs/rota.md shows works as it says."""

import json
import shlex
from pathlib import Path

import pytest

from coherence.rota.document import (
    MAX_ABSENCES,
    MAX_MEMBERS,
    MAX_OVERRIDES,
    Absence,
    Cadence,
    Member,
    Override,
    Rest,
    Rota,
)
from coherence.rota.fields import FIRST_YEAR, LAST_YEAR
from coherence.rota.file import MAX_BYTES
from coherence.rota.term import Source
from tests.bot.cli import ROOT, CommandLine
from tests.bot.test_cli_docs import blocks

PAGE = (ROOT / "docs/rota.md").read_text(encoding="utf-8")
RULES, _, EXAMPLES = PAGE.partition("## Three examples")
TITLES = [part.partition("\n")[0] for part in EXAMPLES.split("\n### ")[1:]]


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> CommandLine:
    monkeypatch.chdir(tmp_path)
    return CommandLine(capsys, monkeypatch)


@pytest.mark.parametrize("title", TITLES)
def test_an_example_shows_what_is_printed(run: CommandLine, title: str) -> None:
    example = EXAMPLES.partition(f"### {title}\n")[2].partition("\n###")[0].partition("\n## ")[0]
    Path("rota.yml").write_text(blocks(example, "yaml")[0], encoding="utf-8")
    said = run(*shlex.split(blocks(example, "console")[0])[1:])
    assert (said.code, said.err) == (0, "")
    for shown in blocks(example, "json"):
        assert said.json == json.loads(shown)
    for shown in blocks(example, "text"):
        assert said.out == shown


def test_there_are_three_examples() -> None:
    assert len(TITLES) == 3


def test_the_commands_shown_first_work(run: CommandLine) -> None:
    Path("rota.yml").write_text(blocks(EXAMPLES, "yaml")[0], encoding="utf-8")
    commands = [shlex.split(line)[1:] for line in blocks(RULES, "console")[0].splitlines()]
    assert [run(*command).code for command in commands] == [0, 0]


def test_the_refusal_shown_is_what_is_printed(run: CommandLine) -> None:
    misspelt = blocks(EXAMPLES, "yaml")[0].replace("user: bo", "user: anna")
    Path("rota.yml").write_text(misspelt, encoding="utf-8")
    said = run("rota", "preview", "rota.yml", "--at", "2026-03-11T14:00")
    assert said.refused() + "\n" == blocks(RULES, "text")[0]


def test_every_key_of_the_file_and_every_source_is_explained() -> None:
    models = (Rota, Cadence, Rest, Member, Absence, Override)
    keys = {f.alias or name for model in models for name, f in model.model_fields.items()}
    assert {key for key in keys if f"`{key}`" not in PAGE} == {"format"}
    assert all(f"`{source}`" in PAGE for source in Source)


def test_the_limits_are_the_real_ones() -> None:
    assert f"between {FIRST_YEAR} and {LAST_YEAR}" in PAGE
    people = f"{MAX_MEMBERS:,} members, {MAX_ABSENCES:,} absences, {MAX_OVERRIDES:,} overrides"
    assert f"{people} and {MAX_BYTES // 1_000_000} MB" in PAGE
