"""The command line as a test calls it: in this process, or as a process of its own."""

import asyncio
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.cli import exit_code
from storage.database import Database
from storage.workspaces import register_workspace
from tests.support.times import NOON

EXAMPLE = "coherence/stack/example.yml"
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    def refused(self) -> str:
        """The one sentence of a refusal: nothing on standard output, exit code 2."""
        assert (self.code, self.out) == (2, "")
        [sentence] = self.err.splitlines()
        assert sentence.endswith((".", "?"))
        return sentence


class CommandLine:
    """Runs `coherence` in this process, with what a test pipes into it."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capsys = capsys
        self._monkeypatch = monkeypatch

    def __call__(self, *arguments: str | Path, stdin: bytes | str = b"") -> Said:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        self._capsys.readouterr()
        code = exit_code([str(argument) for argument in arguments])
        return Said(code, *self._capsys.readouterr())


def clean_environment(**variables: str) -> dict[str, str]:
    """An environment without settings but these."""
    return {"PATH": os.environ["PATH"], "COHERENCE_ENV_FILE": "", **variables}


def run_process(
    *arguments: str | Path, stdin: bytes = b"", python: tuple[str, ...] = (), **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Run the command as a process that has no settings but these."""
    return subprocess.run(
        [sys.executable, *python, "-m", "bot", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        cwd=ROOT,
        env=clean_environment(**environment),
        timeout=60,
        check=False,
    )


def register_workspace_in(database_url: str) -> None:
    """Let a database know the one workspace that the bot serves."""

    async def register() -> None:
        database = Database(database_url)
        async with database.transaction() as session:
            await register_workspace(session, "T0TEAM", "Larkfield", now=NOON)
        await database.close()

    asyncio.run(register())
