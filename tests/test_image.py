"""The Dockerfile, as far as it can be tested without an engine."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HADOLINT = shutil.which("hadolint", path=str(Path(sys.executable).parent)) or shutil.which(
    "hadolint"
)


def instructions() -> list[tuple[str, str]]:
    """Each instruction with its arguments, continued lines joined."""
    text = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text())
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines)]


def last(name: str) -> str:
    return [rest for each, rest in instructions() if each == name][-1]


def copied() -> list[str]:
    """What is copied from the build's context."""
    arguments = [rest.split() for name, rest in instructions() if name == "COPY"]
    return [path for words in arguments if not words[0].startswith("--") for path in words[:-1]]


@pytest.mark.skipif(HADOLINT is None, reason="hadolint is not installed")
def test_hadolint_finds_nothing() -> None:
    assert HADOLINT is not None
    done = subprocess.run(
        [HADOLINT, "--no-color", "Dockerfile"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_everything_that_is_copied_exists_and_may_enter_the_context() -> None:
    allowed = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"
    }
    assert all((ROOT / path).exists() for path in copied())
    assert set(copied()) == allowed


def test_the_image_holds_every_package_that_the_project_installs() -> None:
    wheel = re.search(r"packages = (\[.*\])", (ROOT / "pyproject.toml").read_text())
    assert wheel is not None
    assert set(json.loads(wheel[1])) <= set(copied())


def test_the_last_stage_brings_no_build_tools_and_runs_as_nobody_special() -> None:
    stages = [rest for name, rest in instructions() if name == "FROM"]
    assert len(stages) == 2
    assert all("-slim" in stage for stage in stages)
    user = last("USER")
    assert user.isdecimal()
    assert int(user) > 0


def test_the_locked_packages_are_installed_by_their_hashes_from_no_named_index() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert "--require-hashes -r requirements.lock" in text
    assert not re.search(r"index-url|find-links|https?://(?!127\.0\.0\.1)", text)


@pytest.mark.parametrize("name", ["ENTRYPOINT", "CMD"])
def test_signals_reach_the_bot_since_no_shell_stands_between(name: str) -> None:
    assert json.loads(last(name)) in (["coherence"], ["run"])


def test_the_healthcheck_asks_the_bot_itself_in_valid_python() -> None:
    command = json.loads(last("HEALTHCHECK").partition(" CMD ")[2])
    assert command[:2] == ["python", "-c"]
    assert "/health" in command[2]
    compile(command[2], "healthcheck", "exec")


def test_what_is_kept_lies_on_a_volume_that_the_bot_may_write() -> None:
    text = (ROOT / "Dockerfile").read_text()
    folder = last("VOLUME")
    assert f"DATABASE_URL=sqlite:///{folder}/" in text
    assert f"--owner coherence --mode 0700 {folder}" in text
