"""`coherence eval` on files, on a published narrative, and with a local model."""

import asyncio
import json
from pathlib import Path

import pytest

from coherence.stack.example import example_bytes
from tests.bot.cli import EXAMPLE, ROOT, CommandLine, register_workspace_in
from tests.support import model_scripts as scripts
from tests.support.model_server import ModelServer

SET = ROOT.parent / "shared" / "data" / "check-sets" / "northwind-notes"
LABEL = {
    "narrative_id": "X1",
    "relation": "overpromises",
    "quote": "guaranteed",
    "severity": "high",
}
CONFLICT = {"id": "m1", "text": "You are guaranteed to get paid.", "findings": [LABEL]}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    return CommandLine(capsys, monkeypatch)


@pytest.fixture
def workspace(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    register_workspace_in(sqlite_url)
    monkeypatch.setenv("DATABASE_URL", sqlite_url)


def publish(run: CommandLine, text: str | None = None) -> str:
    said = run("stack", "import", "--publish", "--note", "n", "-", stdin=text or example_bytes())
    assert said.code == 0, said.err
    return said.out


def test_what_was_not_judged_is_not_as_expected_unless_asked_for(run: CommandLine) -> None:
    said = run("eval", "--stack", EXAMPLE, "--no-llm")
    assert said.code == 1
    assert said.out.splitlines()[:2] == [
        "2 of 3 came out as expected; 1 was not judged.",
        "Meaning was not checked: only the rules were asked for.",
    ]
    assert said.err == ""
    assert run("eval", "--stack", EXAMPLE, "--no-llm", "--ignore-not-judged").code == 0


def test_a_labelled_set_is_measured_with_intervals(run: CommandLine, tmp_path: Path) -> None:
    messages = [{**CONFLICT, "id": f"m{n}"} for n in range(11)]
    messages.append({**CONFLICT, "id": "missed", "text": "You are sure to get paid."})
    path = tmp_path / "set.jsonl"
    path.write_text("\n".join(map(json.dumps, messages)))
    said = run("eval", "--stack", EXAMPLE, "--set", path, "--format", "json")
    assert said.code == 1
    recall = said.json["relations"]["overpromises"]["recall"]
    assert (recall["count"], recall["of"]) == (11, 12)
    assert (recall["low"], recall["high"]) == pytest.approx((0.6461, 0.9851), abs=0.0001)
    [missed] = [o for o in said.json["outcomes"] if o["missed"]]
    assert (missed["id"], missed["verdict"]) == ("missed", "not_judged")
    assert "11 of 12  0.65–0.99" in run("eval", "--stack", EXAMPLE, "--set", path).out


def test_a_set_with_a_mistake_is_refused_with_its_line(run: CommandLine) -> None:
    text = f"{json.dumps(CONFLICT)}\nnonsense\n"
    said = run("eval", "--stack", EXAMPLE, "--set", "-", stdin=text)
    assert said.refused() == "-, line 2: this is not a JSON object on one line."


def test_a_narrative_without_examples_says_what_to_do(run: CommandLine) -> None:
    said = run("eval", "--stack", "-", stdin="format: 1\njourney: J\nlanguage: en\n")
    assert "no examples yet" in said.refused()


def test_standard_input_is_read_once(run: CommandLine) -> None:
    assert "once only" in run("eval", "--stack", "-", "--set", "-").refused()


def test_without_a_narrative_it_says_where_one_could_be(
    run: CommandLine, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    assert "name a stack file with --stack" in run("eval").refused()


@pytest.mark.usefixtures("workspace")
def test_a_published_narrative_is_told_what_flipped_since_the_last_version(
    run: CommandLine,
) -> None:
    publish(run)
    assert "Nothing to compare with yet" in run("eval", "--no-llm").out
    changed = example_bytes().decode().replace("guarantee*", "assure*")
    printed = publish(run, changed)
    assert "E2: conflict → not judged, should be a conflict" in printed
    said = run("eval", "--no-llm")
    assert said.code == 1
    assert "Flipped since version 1:\nE2: conflict → not judged" in said.out
    [flip] = run("eval", "--no-llm", "--format", "json").json["flips"]
    assert flip == {"id": "E2", "expected": "conflict", "before": "conflict", "after": "not_judged"}


def test_a_difference_of_stacks_tells_the_flips(run: CommandLine, tmp_path: Path) -> None:
    changed = tmp_path / "changed.yml"
    changed.write_bytes(example_bytes().replace(b"guarantee*", b"assure*"))
    said = run("stack", "diff", EXAMPLE, changed)
    assert said.code == 1
    assert "1 example changes its verdict with this draft:" in said.out
    assert "“coherence eval” has the model judge them too." in said.out


@pytest.mark.skipif(not SET.is_dir(), reason="the labelled set is not on this machine")
def test_the_labelled_set_is_read_whole_and_the_rules_raise_no_false_alarm(
    run: CommandLine,
) -> None:
    said = run(
        "eval", "--stack", SET / "stack.yml", "--set", SET / "messages.jsonl", "--format", "json"
    )
    assert said.json["cases"] == 50
    precision = said.json["lines"]["precision"]
    assert precision["count"] == precision["of"] > 0


def set_environment(monkeypatch: pytest.MonkeyPatch, model: ModelServer) -> None:
    for name, value in model.environment.items():
        monkeypatch.setenv(name, value)


async def test_with_a_model_all_come_out_as_expected(
    run: CommandLine, model: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_environment(monkeypatch, model)
    said = await asyncio.to_thread(run, "eval", "--stack", EXAMPLE)
    assert (said.code, said.out.splitlines()[0]) == (0, "3 of 3 came out as expected.")
    assert len(model.requests) == 3
    assert (await asyncio.to_thread(run, "eval", "--stack", EXAMPLE, "--no-llm")).code == 1
    assert len(model.requests) == 3


async def test_a_failing_model_is_told_apart_and_logs_beside_the_answer(
    run: CommandLine, model: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_environment(monkeypatch, model)
    model.always(scripts.status(401))
    said = await asyncio.to_thread(run, "eval", "--stack", EXAMPLE, "--format", "json")
    assert (said.code, said.json["not_judged"]) == (1, 1)
    assert said.json["reasons"] == {"misconfigured": 3}


async def test_a_run_with_a_model_counts_into_the_days_budget(
    run: CommandLine,
    model: ModelServer,
    sqlite_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await asyncio.to_thread(register_workspace_in, sqlite_url)
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    set_environment(monkeypatch, model)
    await asyncio.to_thread(publish, run)
    said = await asyncio.to_thread(run, "eval", "--format", "json")
    assert (said.code, said.json["model"]) == (0, model.model)
    monkeypatch.setenv("COHERENCE_DAILY_TOKENS", "1")
    said = await asyncio.to_thread(run, "eval", "--format", "json")
    assert said.json["reasons"] == {"budget_spent": 3}
