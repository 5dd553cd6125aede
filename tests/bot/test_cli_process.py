"""The command as a process: what only a real one shows. Each start costs half a second."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bot.cli import EXAMPLE, ROOT, clean_environment, run_process

SLOW_LIBRARIES = ("slack_bolt", "slack_sdk", "aiohttp", "uvicorn", "apscheduler", "openai")
PASSWORD = "opensesame"


def test_a_check_starts_without_the_libraries_that_only_the_bot_needs() -> None:
    done = run_process(
        "check", "--stack", EXAMPLE, stdin=b"Hello there.", python=("-X", "importtime")
    )
    imported = done.stderr.decode()
    assert done.returncode == 0
    assert "coherence.stack" in imported
    assert [name for name in SLOW_LIBRARIES if f" {name}\n" in imported] == []


@pytest.mark.parametrize("arguments", [("--no-llm",), ()], ids=["no model asked", "no key"])
def test_a_check_imports_what_speaks_to_models_only_to_ask_one(arguments: tuple[str, ...]) -> None:
    key = {"OPENAI_API_KEY": "sk-0123456789"} if arguments else {}
    done = run_process(
        "check", "--stack", EXAMPLE, *arguments, stdin=b"Hello.", python=("-X", "importtime"), **key
    )
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.decode().splitlines()}
    assert done.returncode == 0
    assert "bot.cli.check" in imported
    assert imported & {"openai", "httpx2", "bot.openai_endpoint", "slack_bolt"} == set()


def test_a_conflict_ends_the_process_with_one_and_clean_json_on_standard_output() -> None:
    text = "Guaranteed, 🎉!"
    done = run_process(
        "check", "--stack", EXAMPLE, "--format", "json", stdin=text.encode(), LANG="C", LC_ALL="C"
    )
    assert (done.returncode, done.stderr) == (1, b"")
    [answer] = json.loads(done.stdout.decode("utf-8"))
    assert answer["findings"][0]["quote"] == "Guaranteed"


def test_what_people_wrote_is_printed_as_utf_8_whatever_the_locale() -> None:
    done = run_process("stack", "validate", EXAMPLE, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.stdout.decode("utf-8").startswith("“New customer onboarding” is a valid stack.\n")
    assert (done.returncode, done.stderr) == (0, b"")


def test_bad_input_is_one_sentence_on_standard_error(tmp_path: Path) -> None:
    done = run_process("stack", "validate", tmp_path / "none.yml")
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode() == f"{tmp_path / 'none.yml'}: no such file or directory.\n"


def test_a_database_that_does_not_answer_is_our_failure_and_its_password_stays_hidden() -> None:
    url = f"postgresql://bo:{PASSWORD}@127.0.0.1:1/coherence"
    done = run_process("check", stdin=b"Hello there.", DATABASE_URL=url)
    said = done.stderr.decode()
    *log, sentence = said.splitlines()
    reference = sentence.removesuffix(".").rpartition(" ")[2]
    assert (done.returncode, done.stdout) == (3, b"")
    assert sentence.startswith("The database can't be used: see that it runs and that DATABASE_URL")
    assert reference in " ".join(log)
    assert PASSWORD not in said


def test_settings_that_cannot_be_used_are_bad_input() -> None:
    done = run_process("stack", "show", DATABASE_URL=f"mysql://bo:{PASSWORD}@host/x")
    assert done.returncode == 2
    assert done.stderr == b"DATABASE_URL must begin with sqlite:// or postgresql://.\n"


@pytest.mark.parametrize("long", [False, True], ids=["a short answer", "an answer of many pages"])
def test_a_reader_that_goes_away_ends_the_process_quietly(tmp_path: Path, *, long: bool) -> None:
    drafts = [tmp_path / f"{n}.txt" for n in range(40 if long else 1)]
    for draft in drafts:
        draft.write_text("guaranteed " * (200 if long else 1))
    command = [
        sys.executable,
        "-m",
        "bot",
        "check",
        "--format",
        "json",
        "--stack",
        EXAMPLE,
        *map(str, drafts),
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, env=clean_environment()
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141
