"""What the documentation shows works as it says."""

import json
import re
import shlex
from pathlib import Path

import pytest
import typer
from ruamel.yaml import YAML

from bot.cli import app
from coherence.assessment import NotJudged
from coherence.findings import Relation, Severity
from coherence.rules.house.examples import MAX_EXPRESSIONS
from coherence.rules.house.expressions import RULE_SECONDS, TEXT_SECONDS
from coherence.rules.house.running import MOST_FINDINGS
from coherence.stack.consistency import MAX_ITEMS, MAX_PHRASES
from coherence.stack.document import (
    ChecklistItem,
    Example,
    Milestone,
    Promise,
    Stack,
    SystemItem,
    Term,
    Touchpoint,
    Verdict,
)
from coherence.stack.file import read_stack, stack_content
from coherence.stack.house_rules import CASES, KINDS, MAX_EXAMPLES, MAX_PAIRS, HouseRule, Level
from tests.bot.cli import ROOT, CommandLine, register_workspace_in

STACK = (ROOT / "docs/stack.md").read_text(encoding="utf-8")
RULES = (ROOT / "docs/rules.md").read_text(encoding="utf-8")
CHECK = (ROOT / "docs/check.md").read_text(encoding="utf-8")
EXAMPLES = (ROOT / "docs/examples.md").read_text(encoding="utf-8")
DRAFT = "You are guaranteed to get paid."


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)


def commands(page: str) -> list[list[str]]:
    lines = "".join(blocks(page, "console")).splitlines()
    return [shlex.split(line)[1:] for line in lines]


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> CommandLine:
    """The command line in a folder with the files that the pages speak of."""
    monkeypatch.chdir(tmp_path)
    Path("stack.yml").write_text(blocks(STACK, "yaml")[0], encoding="utf-8")
    Path("welcome.txt").write_text(DRAFT, encoding="utf-8")
    return CommandLine(capsys, monkeypatch)


@pytest.fixture
def workspace(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    register_workspace_in(sqlite_url)
    monkeypatch.setenv("DATABASE_URL", sqlite_url)


def test_the_stack_in_the_docs_is_valid_and_shows_every_section(run: CommandLine) -> None:
    assert run("stack", "validate", "stack.yml").code == 0
    stack = read_stack(Path("stack.yml").read_bytes())
    assert set(stack_content(stack)) == set(Stack.model_fields)


def test_the_rules_in_the_docs_are_one_of_each_kind_and_keep_their_word(run: CommandLine) -> None:
    head = "format: 1\njourney: J\nlanguage: en\nrules:\n"
    Path("rules.yml").write_text(head + "".join(blocks(RULES, "yaml")), encoding="utf-8")
    assert run("stack", "validate", "rules.yml").out.startswith("“J” is a valid stack.")
    rules = read_stack(Path("rules.yml").read_bytes()).rules
    assert [type(rule) for rule in rules] == list(KINDS)
    assert all(rule.flag and rule.passes for rule in rules)


def test_every_key_of_every_kind_of_rule_is_explained() -> None:
    keys = {f.alias or name for kind in KINDS for name, f in kind.model_fields.items()}
    assert {key for key in keys if f"`{key}`" not in RULES} == set()
    assert all(f"`{word}`" in RULES for word in (*CASES, *Level))


def test_the_limits_of_house_rules_are_the_real_ones() -> None:
    assert f"{RULE_SECONDS * 1_000:.0f} ms" in RULES
    assert f"{TEXT_SECONDS:.0f} s for all of them" in RULES
    assert f"{MAX_EXPRESSIONS} regular expressions" in RULES
    assert f"{MAX_EXAMPLES} texts each" in RULES
    assert f"{MAX_PAIRS} pairs" in RULES
    assert f"first {MOST_FINDINGS}" in RULES


def test_every_key_of_the_file_is_explained() -> None:
    models = (
        Stack, Milestone, Promise, Term, SystemItem, Touchpoint, ChecklistItem, HouseRule, Example,
    )  # fmt: skip
    keys = {f.alias or name for model in models for name, f in model.model_fields.items()}
    assert {key for key in keys if f"`{key}`" not in STACK} == {"format"}
    assert "`format: 1`" in STACK


def test_the_limits_are_the_real_ones() -> None:
    assert f"Up to {MAX_ITEMS} items, {MAX_PHRASES:,} phrases and 1 MB." in STACK


@pytest.mark.usefixtures("workspace")
def test_the_stack_commands_work_in_the_order_shown(run: CommandLine) -> None:
    start, first, later = (
        [shlex.split(line)[1:] for line in block.splitlines()] for block in blocks(STACK, "console")
    )
    Path("stack.yml").unlink()
    assert [run(*command).code for command in start + first] == [0] * 4
    changed = Path("stack.yml").read_text(encoding="utf-8").replace("Plain words", "Plainer words")
    Path("stack.yml").write_text(changed, encoding="utf-8")
    assert [run(*command).code for command in later] == [0, 1, 0, 1, 0]
    assert run("stack", "validate", "first.yml").code == 0


def test_the_refusal_in_the_docs_is_what_is_printed(run: CommandLine) -> None:
    head = "format: 1\njourney: J\nlanguage: en\n\nvision:\n"
    item = "\n  - id: V1\n    text: a\n"
    Path("stack.yml").write_text(head + "\n" * 3 + item + "    colour: b\n")
    [shown] = blocks(STACK, "text")
    assert run("stack", "validate", "stack.yml").refused() + "\n" == shown


def test_the_json_in_the_docs_is_what_is_printed(run: CommandLine) -> None:
    [shown] = json.loads(blocks(CHECK, "json")[0])
    [printed] = run("check", "--format", "json", "--stack", "stack.yml", "welcome.txt").json
    for answer in (shown, printed):
        [finding] = answer["findings"]
        finding["why"] = finding["suggestion"] = "…"
    assert list(printed.items()) == list(shown.items())


def test_the_answer_in_the_docs_is_what_is_printed(run: CommandLine) -> None:
    shown = blocks(CHECK, "text")[0].splitlines()[:-1]
    command = commands(CHECK)[0]
    assert run(*command).out.splitlines()[: len(shown)] == shown


def test_every_word_that_a_program_may_meet_is_explained() -> None:
    for words in (Verdict, Relation, Severity, NotJudged):
        for word in words:
            assert f"`{word}`" in CHECK, word


def test_every_option_of_the_check_is_explained() -> None:
    command = typer.main.get_command(app).commands["check"]  # type: ignore[attr-defined]
    for parameter in command.params:
        for name in parameter.opts:
            if name.startswith("--") and name != "--help":
                assert f"`{name}" in CHECK, name


def test_every_option_of_the_evaluation_is_explained() -> None:
    command = typer.main.get_command(app).commands["eval"]  # type: ignore[attr-defined]
    names = {name for parameter in command.params for name in parameter.opts} - {"--help"}
    assert {name for name in names if f"`{name}" not in EXAMPLES} == set()


def test_the_evaluations_in_the_docs_work(run: CommandLine) -> None:
    labelled = json.loads(blocks(EXAMPLES, "json")[0])
    Path("set.jsonl").write_text(json.dumps(labelled), encoding="utf-8")
    assert [run(*command).code for command in commands(EXAMPLES)] == [0, 0]


def test_the_build_in_the_docs_calls_the_commands_right(run: CommandLine) -> None:
    workflow = YAML(typ="safe", pure=True).load(blocks(CHECK, "yaml")[0])
    steps = [step["run"] for step in workflow["jobs"]["check"]["steps"] if "run" in step]
    calls = [shlex.split(step)[1:] for step in steps if step.startswith("coherence")]
    assert [run(*call).code for call in calls] == [0, 1]
