"""`coherence check` with a model at hand: it is asked, within a budget, and may fail."""

import asyncio
import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from coherence.stack.example import example_stack
from coherence.stack.versions import Stacks
from storage.database import Database
from storage.usage import list_usage
from tests.bot.cli import EXAMPLE, CommandLine, Said, register_workspace_in
from tests.support import model_scripts as scripts
from tests.support.model_scripts import Behaviour
from tests.support.model_server import KEY, ModelServer
from tests.support.times import NOON

FITS = "Send one invoice to one customer."
CLASHES = "Ring us at weekends, we will pick up."
EVERYBODY = "You are guaranteed to get paid, and you can ring us at weekends."


class Served:
    """A local model in a thread of its own: commands run an event loop themselves."""

    def __init__(self) -> None:
        self.model = ModelServer()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def start(self) -> None:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self.model.start(), self._loop).result(10)

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self.model.stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelServer]:
    """A local model that the settings name."""
    served = Served()
    served.start()
    for name, value in served.model.environment.items():
        monkeypatch.setenv(name, value)
    yield served.model
    served.stop()


@pytest.fixture(autouse=True)
def restored_logs() -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before
    structlog.reset_defaults()


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    return CommandLine(capsys, monkeypatch)


def check(run: CommandLine, *arguments: str | Path, stdin: str = "") -> Said:
    return run("check", "--stack", EXAMPLE, "--format", "json", *arguments, stdin=stdin)


def one(said: Said) -> dict[str, Any]:
    [answer] = said.json
    return dict(answer)


def test_a_model_may_say_that_a_text_fits(run: CommandLine, model: ModelServer) -> None:
    said = check(run, stdin=FITS)
    answer = one(said)
    assert (said.code, answer["verdict"], answer["reason"]) == (0, "fits", None)
    assert answer["judged_by"] == ["rules", "model"]
    assert len(model.requests) == 1


def test_what_the_model_finds_is_a_finding_and_decides_the_exit_code(
    run: CommandLine, model: ModelServer
) -> None:
    said = check(run, stdin=CLASHES)
    [finding] = one(said)["findings"]
    assert said.code == 1
    assert (finding["source"], finding["relation"]) == ("model", "contradicts")
    assert CLASHES[finding["start"] : finding["end"]] == finding["quote"] == "Ring us"


@pytest.mark.usefixtures("model")
def test_people_read_no_note_that_the_meaning_was_not_checked(run: CommandLine) -> None:
    said = run("check", "--stack", EXAMPLE, stdin=FITS)
    assert said.out.splitlines()[0] == "This fits our story."
    assert "Rules only" not in said.out


def test_no_llm_asks_nobody(run: CommandLine, model: ModelServer) -> None:
    answer = one(check(run, "--no-llm", stdin=CLASHES))
    assert (answer["verdict"], answer["reason"]) == ("not_judged", "rules_only")
    assert model.requests == []


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        (scripts.status(401, error="invalid_api_key", message=f"Wrong: {KEY}"), "misconfigured"),
        (scripts.status(429, error="insufficient_quota"), "quota_spent"),
        (scripts.refuses(), "refused"),
        (scripts.cannot_judge(), "cannot_judge"),
        (scripts.html(), "bad_reply"),
        (scripts.truncates(5, FITS), "truncated"),
        (scripts.drops(), "unreachable"),
        (scripts.hangs(), "timeout"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_a_model_that_fails_leaves_the_rules_answer_with_the_reason_and_exits_with_0(
    run: CommandLine,
    model: ModelServer,
    monkeypatch: pytest.MonkeyPatch,
    behaviour: Behaviour,
    reason: str,
) -> None:
    monkeypatch.setenv("COHERENCE_MODEL_SECONDS", "0.5" if reason == "timeout" else "5")
    model.always(behaviour)
    said = check(run, stdin=FITS)
    answer = one(said)
    assert (said.code, answer["verdict"], answer["reason"]) == (0, "not_judged", reason)
    assert answer["judged_by"] == ["rules"]
    assert KEY not in said.out + said.err
    assert FITS not in said.err


def test_a_model_that_fails_takes_no_finding_of_the_rules_away(
    run: CommandLine, model: ModelServer
) -> None:
    model.always(scripts.status(500))
    said = check(run, stdin=EVERYBODY)
    assert said.code == 1
    assert [finding["source"] for finding in one(said)["findings"]] == ["rule"]


def test_many_files_are_asked_about_side_by_side_and_answered_in_order(
    run: CommandLine, model: ModelServer, tmp_path: Path
) -> None:
    files = [tmp_path / f"{n}.txt" for n in range(12)]
    for n, file in enumerate(files):
        file.write_text(CLASHES if n % 2 else FITS)
    model.always(scripts.when_at_once(8, model.default))
    said = check(run, *files)
    assert [answer["verdict"] for answer in said.json] == ["fits", "conflict"] * 6
    assert model.most_at_once == 8


def test_nothing_is_asked_where_one_of_the_files_cannot_be_checked(
    run: CommandLine, model: ModelServer, tmp_path: Path
) -> None:
    (tmp_path / "empty.txt").touch()
    (tmp_path / "good.txt").write_text(FITS)
    check(run, tmp_path / "good.txt", tmp_path / "empty.txt").refused()
    assert model.requests == []


@pytest.mark.usefixtures("model")
def test_a_stack_file_needs_no_database(
    run: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")
    assert one(check(run, stdin=FITS))["verdict"] == "fits"
    assert not (tmp_path / "none.db").exists()


def test_a_check_against_the_published_narrative_is_counted_and_held_to_the_budget(
    run: CommandLine, model: ModelServer, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    register_workspace_in(database_url)
    asyncio.run(publish(database_url))
    assert one(run("check", "--format", "json", stdin=FITS))["verdict"] == "fits"
    assert asyncio.run(calls(database_url)) == 1
    monkeypatch.setenv("COHERENCE_DAILY_TOKENS", "100")
    answer = one(run("check", "--format", "json", stdin=CLASHES))
    assert (answer["verdict"], answer["reason"]) == ("not_judged", "budget_spent")
    assert len(model.requests) == 1
    used = run("usage", "--format", "json").json
    assert (used["days"][0]["asked"], used["today"]["budget"]) == (1, 100)


async def publish(database_url: str) -> None:
    database = Database(database_url)
    stacks = Stacks(database, lambda: NOON)
    await stacks.import_draft("T0TEAM", example_stack(), author="hanna", publish_note="First")
    await database.close()


async def calls(database_url: str) -> int:
    database = Database(database_url)
    async with database.reading() as session:
        used = await list_usage(session, "T0TEAM", NOON.date().replace(year=2020))
    await database.close()
    return sum(day.calls for day in used)
