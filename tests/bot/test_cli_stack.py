"""`coherence stack` on files and on a database that knows its workspace."""

import asyncio
from pathlib import Path

import pytest

from bot.clock import system_clock
from coherence.rereading import Rereadings
from coherence.stack.example import example_bytes, example_stack
from coherence.stack.file import read_stack, stack_content
from storage.database import Database
from tests.bot.cli import EXAMPLE, CommandLine, Said, register_workspace_in

NAME = "New customer onboarding"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    return CommandLine(capsys, monkeypatch)


@pytest.fixture
def workspace(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    register_workspace_in(sqlite_url)
    monkeypatch.setenv("DATABASE_URL", sqlite_url)


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """The example with one principle said otherwise."""
    path = tmp_path / "changed.yml"
    text = example_bytes().decode().replace("Phone first: if it", "Phones first: what")
    path.write_text(text, encoding="utf-8")
    return path


def publish(run: CommandLine, *arguments: str | Path) -> Said:
    return run("stack", "import", "--publish", "--note", "we agreed", *arguments)


def test_a_valid_file_is_called_by_its_journey(run: CommandLine) -> None:
    said = run("stack", "validate", EXAMPLE)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"“{NAME}” is a valid stack.\n")


def test_a_file_comes_from_standard_input_too(run: CommandLine) -> None:
    said = run("stack", "validate", "-", "--format", "json", stdin=example_bytes())
    items = len(list(example_stack().items()))
    rules = example_stack().rules
    examples = sum(len(rule.flag) + len(rule.passes) for rule in rules)
    counted = {"rules": len(rules), "rule_examples": examples}
    assert said.json == {"journey": NAME, "items": items, **counted}


RULES = """format: 1
journey: J
language: en
rules:
  - {id: R1, kind: existence, tokens: [very], flag: [A very good day.]}
  - id: R2
    kind: repetition
    pass: [Well done., Go go go.]
"""


def test_house_rules_are_counted_and_their_examples_run(run: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "rules.yml"
    path.write_text(RULES.replace("Go go go", "Go now"))
    said = run("stack", "validate", path).out
    assert said.endswith("\n2 house rules: all 3 examples came out as expected.\n")


@pytest.mark.parametrize("command", ["validate", "import"])
def test_a_rule_that_fails_its_own_example_is_refused_with_its_line(
    run: CommandLine, tmp_path: Path, command: str
) -> None:
    path = tmp_path / "rules.yml"
    path.write_text(RULES)
    sentence = run("stack", command, path).refused()
    assert sentence == f"{path}: line 8: rule R2 should let “Go go go.” pass, and flags “Go go”."


@pytest.mark.parametrize("command", ["validate", "show", "diff", "import"])
def test_a_bad_file_is_refused_by_every_command_that_reads_one(
    run: CommandLine, tmp_path: Path, command: str
) -> None:
    path = tmp_path / "bad.yml"
    path.write_text("format: 1\njourney: J\nlanguage: en\nvisoin: []\n")
    arguments = (EXAMPLE, path) if command == "diff" else (path,)
    sentence = run("stack", command, *arguments).refused()
    assert sentence == f"{path}: line 4: “visoin” is not a key that belongs here."


def test_the_playbook_is_shown_for_people_and_the_file_for_programs(run: CommandLine) -> None:
    assert run("stack", "show", "--example").out.startswith(f"# {NAME}\n")
    said = run("stack", "show", EXAMPLE, "--format", "json")
    assert said.json == stack_content(example_stack())


def test_a_file_compared_with_itself_has_no_changes(run: CommandLine) -> None:
    said = run("stack", "diff", EXAMPLE, EXAMPLE)
    assert (said.code, said.out) == (0, "Nothing changed.\n")
    assert run("stack", "diff", EXAMPLE, EXAMPLE, "--format", "json").json == []


def test_a_change_is_shown_before_and_after_and_answers_with_one(
    run: CommandLine, changed: Path
) -> None:
    said = run("stack", "diff", EXAMPLE, changed)
    heading, before, after = said.out.splitlines()
    assert (said.code, heading) == (1, "changed in principles: D2")
    assert before.startswith("  - text: Phone first: if it")
    assert after.startswith("  + text: Phones first: what")


def test_changes_for_programs_name_kind_section_id_and_both_sides(
    run: CommandLine, changed: Path
) -> None:
    said = run("stack", "diff", EXAMPLE, changed, "--format", "json")
    [change] = said.json
    assert list(change) == ["kind", "section", "id", "before", "after"]
    assert (change["kind"], change["section"], change["id"]) == ("changed", "principles", "D2")
    assert list(change["before"]) == list(change["after"]) == ["text"]


def test_the_example_is_exported_with_its_comments_and_imports_again(
    run: CommandLine, tmp_path: Path
) -> None:
    path = tmp_path / "mine.yml"
    assert run("stack", "export", "--example", path).code == 0
    assert path.read_bytes() == example_bytes()
    assert run("stack", "validate", path).code == 0


def test_a_file_that_cannot_be_written_is_named(run: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "none" / "mine.yml"
    sentence = run("stack", "export", "--example", path).refused()
    assert sentence == f"{path}: no such file or directory."


USAGE = {
    "no such command": (("nope",), "No such command 'nope'."),
    "no such stack command": (("stack", "nope"), "No such command 'nope'."),
    "no file to validate": (("stack", "validate"), "Missing argument 'file'."),
    "nothing to import": (("stack", "import"), "name one stack file, or use --example."),
    "two to import": (
        ("stack", "import", EXAMPLE, "--example"),
        "name one stack file, or use --example.",
    ),
    "two to show": (("stack", "show", EXAMPLE, "--draft"), "--example, --draft or --version."),
    "no note": (("stack", "import", EXAMPLE, "--publish"), "needs --note with a few words on why."),
    "a blank note": (("stack", "publish", "--note", " "), "needs a few words on why."),
    "a note for a draft": (("stack", "import", EXAMPLE, "--note", "x"), "a draft has none."),
    "version zero": (
        ("stack", "show", "--version", "0"),
        "Input should be greater than or equal to 1.",
    ),
    "version one, in words": (
        ("stack", "show", "--version", "one"),
        "Input should be a valid integer",
    ),
}


@pytest.mark.parametrize(("arguments", "sentence"), USAGE.values(), ids=USAGE)
def test_wrong_usage_is_one_sentence(
    run: CommandLine, arguments: tuple[str, ...], sentence: str
) -> None:
    assert sentence in run(*arguments).refused()


@pytest.mark.parametrize("arguments", [(), ("stack",), ("db",)], ids=" ".join)
def test_without_a_command_the_help_is_shown(run: CommandLine, arguments: tuple[str, ...]) -> None:
    said = run(*arguments)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("Usage: coherence")


@pytest.mark.usefixtures("workspace")
def test_an_imported_draft_is_published_on_its_own(run: CommandLine) -> None:
    said = run("stack", "import", EXAMPLE, "--author", "hanna")
    assert said.out == f"“{NAME}” has a new draft; “coherence stack diff” shows what it changes.\n"
    assert run("stack", "show").refused().startswith(f"“{NAME}” has no published narrative yet")
    assert run("stack", "show", "--draft").out.startswith(f"# {NAME}")
    said = run("stack", "publish", "--note", "we agreed", "--format", "json")
    assert said.json == {"journey": NAME, "version": 1, "published": True}
    assert run("stack", "show").code == 0
    assert run("stack", "publish", "--note", "again").refused().startswith(f"“{NAME}” has no draft")


@pytest.mark.usefixtures("workspace")
def test_an_import_for_programs_says_what_became_of_it(run: CommandLine) -> None:
    said = run("stack", "import", EXAMPLE, "--format", "json")
    assert said.json == {"journey": NAME, "version": None, "published": False}
    said = publish(run, EXAMPLE, "--format", "json")
    assert said.json == {"journey": NAME, "version": 1, "published": True}
    said = publish(run, EXAMPLE, "--format", "json")
    assert said.json == {"journey": NAME, "version": 1, "published": False}


@pytest.mark.usefixtures("workspace")
def test_versions_the_draft_and_files_compare_with_each_other(
    run: CommandLine, changed: Path
) -> None:
    publish(run, EXAMPLE)
    run("stack", "import", changed)
    assert "changed in principles: D2" in run("stack", "diff").out
    assert "changed in principles: D2" in run("stack", "diff", changed).out
    assert run("stack", "diff", EXAMPLE).out == "Nothing changed.\n"
    run("stack", "publish", "--note", "plural")
    assert "changed in principles: D2" in run("stack", "diff", "1", "2").out
    assert run("stack", "diff", "2", changed).code == 0
    assert run("stack", "diff", "1", "7").refused().endswith("has no version 7; the newest is 2.")


@pytest.mark.usefixtures("workspace")
def test_an_export_imports_again_unchanged(run: CommandLine, tmp_path: Path) -> None:
    publish(run, EXAMPLE)
    run("stack", "export", tmp_path / "mine.yml")
    assert read_stack((tmp_path / "mine.yml").read_bytes()) == example_stack()
    assert publish(run, tmp_path / "mine.yml").out.startswith("Nothing changed: version 1 of")


@pytest.mark.usefixtures("workspace")
def test_with_several_journeys_the_option_says_which(run: CommandLine, changed: Path) -> None:
    publish(run, EXAMPLE)
    publish(run, changed, "--journey", "Renewal")
    assert "please say which one" in run("stack", "show").refused()
    assert run("stack", "show", "--journey", "Renewal").out.startswith("# Renewal\n")
    assert run("stack", "show", "--journey", "Leaving").refused().startswith("There is no journey")
    assert "1 to 75 characters" in publish(run, EXAMPLE, "--journey", "x" * 80).refused()


@pytest.mark.usefixtures("workspace")
def test_a_check_is_held_against_the_published_version_and_names_it(run: CommandLine) -> None:
    publish(run, EXAMPLE)
    said = run("check", "--format", "json", stdin="You are guaranteed to get paid.")
    assert (said.code, said.json[0]["stack_version"]) == (1, 1)


@pytest.mark.usefixtures("workspace")
def test_the_database_says_which_revision_it_is_at(run: CommandLine) -> None:
    said = run("db", "upgrade")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("The database is at revision ")


def test_without_a_workspace_a_stack_cannot_be_kept(
    run: CommandLine, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    sentence = run("stack", "import", EXAMPLE).refused()
    assert sentence.startswith("No Slack workspace is known yet: set SLACK_BOT_TOKEN")


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("sqlite:///{folder}", "DATABASE_URL: unable to open database file."),
        (
            "sqlite:///{folder}/file/x.db",
            "DATABASE_URL: its folder cannot be made (file exists).",
        ),
    ],
)
def test_a_database_file_that_cannot_be_opened_is_a_wrong_setting(
    run: CommandLine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    address: str,
    sentence: str,
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("DATABASE_URL", address.format(folder=tmp_path))
    assert run("stack", "show").refused() == sentence


def test_an_export_replaces_a_file_only_when_told_to(run: CommandLine, tmp_path: Path) -> None:
    mine = tmp_path / "mine.yml"
    mine.write_text("years of work")
    kept = run("stack", "export", "--example", mine)
    assert kept.refused() == f"{mine}: this file is there already; --force replaces it."
    assert mine.read_text() == "years of work"
    assert run("stack", "export", "--example", mine, "--force").code == 0
    assert "Larkfield" in mine.read_text()


def test_a_channel_is_named_by_its_id(run: CommandLine) -> None:
    refused = run("stack", "import", "--example", "--channel", "#sales").refused()
    assert "#sales is not a channel's id" in refused


@pytest.mark.usefixtures("workspace")
def test_a_new_version_says_what_the_bot_does_next(
    run: CommandLine, changed: Path, sqlite_url: str
) -> None:
    assert len(publish(run, EXAMPLE).out.splitlines()) == 1
    asyncio.run(_read_again(sqlite_url))
    said = publish(run, changed).out.splitlines()
    assert said[1] == (
        "The running bot holds 0 recent checks and 2 touchpoints against it, and tells the first "
        "steward in Slack what changes for them."
    )


async def _read_again(database_url: str) -> None:
    """As the running bot does."""
    database = Database(database_url)
    reader = Rereadings(database, system_clock)
    while await reader.read_next("T0TEAM"):
        pass
    await reader.end_read("T0TEAM")
    await database.close()


@pytest.mark.parametrize(("statements", "told"), [(200, False), (201, True)])
def test_a_narrative_that_no_model_can_judge_by_is_valid_and_says_so(
    run: CommandLine, tmp_path: Path, *, statements: int, told: bool
) -> None:
    path = tmp_path / "long.yml"
    principles = "".join(f"  - {{id: D{n}, text: We are kind}}\n" for n in range(statements))
    path.write_text(f"format: 1\njourney: Long\nlanguage: en\nprinciples:\n{principles}")
    said = run("stack", "validate", path)
    assert said.code == 0
    assert ("Drafts would be checked by the rules alone." in said.out) is told


def test_ten_thousand_statements_are_refused_in_one_sentence(
    run: CommandLine, tmp_path: Path
) -> None:
    path = tmp_path / "endless.yml"
    principles = "".join(f"  - {{id: D{n}, text: We are kind}}\n" for n in range(10_000))
    path.write_text(f"format: 1\njourney: Long\nlanguage: en\nprinciples:\n{principles}")
    assert "more than 500 items; a few dozen are easier" in run("stack", "validate", path).refused()
