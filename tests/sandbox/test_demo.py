import asyncio
import signal
import sys
from pathlib import Path

import pytest

from sandbox.bot_process import BotError, BotProcess, bot_environment
from sandbox.demo import Options, main, parsed, start_on_free_port, until_connected
from sandbox.kept_folder import kept_folder
from sandbox.local_slack import Settings
from sandbox.server import RunningSandbox, start


async def test_a_taken_port_is_told_and_the_next_free_one_used(
    sandbox: RunningSandbox, sandbox_settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = int(sandbox.url.rpartition(":")[2])
    other = await start_on_free_port(sandbox_settings, taken)
    try:
        port = int(other.url.rpartition(":")[2])
        assert taken < port < taken + 50
        said = capsys.readouterr().out
        assert said == f"Port {taken} is taken, so this uses {port}.\n"
    finally:
        await other.stop()


def test_the_command_line_has_sensible_defaults(tmp_path: Path) -> None:
    assert parsed(["--empty"]) == Options(empty=True)
    assert parsed([]) == Options(port=4000, keep=None, model=False, bot=True)
    asked = parsed(["--port", "4100", "--keep", str(tmp_path), "--model", "--no-bot"])
    assert asked == Options(port=4100, keep=tmp_path, model=True, bot=False)
    over_http = parsed(["--transport", "http", "--no-rate-limits"])
    assert over_http == Options(transport="http", rate_limits=False)


@pytest.mark.parametrize("with_model", [False, True])
def test_the_bot_gets_nothing_of_the_machines_own(tmp_path: Path, *, with_model: bool) -> None:
    inherited = {
        "PATH": "/bin",
        "SLACK_BOT_TOKEN": "xoxb-real",
        "SLACK_WEBHOOK": "real",
        "DATABASE_URL": "postgresql://real",
        "COHERENCE_STEWARDS": "U1",
        "COHERENCE_MODEL": "a-model",
        "OPENAI_API_KEY": "sk-real",
        "HTTPS_PROXY": "http://proxy.example",
        "no_proxy": "localhost",
    }
    given = {"SLACK_BOT_TOKEN": "xoxb-sandbox"}
    made = bot_environment(given, tmp_path, with_model=with_model, inherited=inherited)
    model = {"COHERENCE_MODEL": "a-model", "OPENAI_API_KEY": "sk-real"} if with_model else {}
    port = made.pop("COHERENCE_PORT")
    assert made == {
        "PATH": "/bin",
        "SLACK_BOT_TOKEN": "xoxb-sandbox",
        "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/coherence.db",
        "COHERENCE_CLOCK_FILE": f"{tmp_path}/clock",
        "COHERENCE_ENV_FILE": "",
        "COHERENCE_TRANSPORT": "socket",
        **model,
    }
    assert 1024 < int(port) < 65_536


async def test_a_failing_command_of_the_bot_is_told_with_its_log(tmp_path: Path) -> None:
    bot = BotProcess({}, tmp_path / "bot.log", python("import sys; sys.exit('no database')"))
    with pytest.raises(BotError, match=r"(?s)`bot stack import` failed.*no database"):
        await bot.run_command("stack", "import")


async def test_a_bot_that_ignores_the_signal_to_stop_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.bot_process.STOP_SECONDS", 0.05)
    deaf = "signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True); signal.pause()"
    log = tmp_path / "bot.log"
    bot = BotProcess({}, log, python(f"import signal; {deaf}"))
    await bot.start("run")
    async with asyncio.timeout(40):
        while not await asyncio.to_thread(log.read_text):
            continue
    await bot.stop()
    assert await bot.ended() == -signal.SIGKILL


async def test_a_bot_that_ends_instead_of_answering_is_told(tmp_path: Path) -> None:
    environment = {"COHERENCE_PORT": "9"}
    bot = BotProcess(environment, tmp_path / "bot.log", python("import sys; sys.exit('no token')"))
    await bot.start()
    sandbox = await start(Settings(transport="http"))
    try:
        with pytest.raises(BotError, match=r"(?s)ended before it was connected.*no token"):
            await until_connected(sandbox, bot, asyncio.Event())
    finally:
        await sandbox.stop()


def python(statement: str) -> list[str]:
    return [sys.executable, "-c", statement]


def test_an_unusable_manifest_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--no-bot", "--manifest", str(tmp_path / "none.yml")]) == 1
    assert capsys.readouterr().err == f"There is no manifest at {tmp_path}/none.yml.\n"


@pytest.mark.parametrize("transport", ["socket", "http"])
async def test_the_demo_shows_a_first_check_and_stops_cleanly(transport: str) -> None:
    demo = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", "--port", "0", "--transport", transport,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    assert demo.stdout is not None
    lines: list[str] = []
    async with asyncio.timeout(60):
        while not (lines and lines[-1].startswith("Open http")):
            line = await demo.stdout.readline()
            assert line, "\n".join(lines)
            lines.append(line.decode())
        demo.send_signal(signal.SIGTERM)
        assert await demo.wait() == 0
    transcript = "".join(lines)
    assert "Maya Okafor in #marketing-drafts: /coherence check" in transcript
    assert "24/7" in transcript.split("only visible to", 1)[1]


def test_a_folder_that_another_demo_keeps_is_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with kept_folder(tmp_path / "kept") as folder:
        assert main(["--no-bot", "--keep", str(folder)]) == 1
        said = capsys.readouterr()
        assert said.err == (
            f"Another demo uses {folder}: end that one, or give --keep another folder.\n"
        )
        assert not said.out
    with kept_folder(folder) as again:
        assert again == folder


@pytest.mark.parametrize("wrong", [("--port", "80000"), ("--port", "home"), ("--keep", __file__)])
def test_a_port_or_a_folder_that_cannot_be_is_named_in_one_sentence(
    wrong: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        parsed(wrong)
    assert left.value.code == 2
    assert f"argument {wrong[0]}: {wrong[1]} is " in capsys.readouterr().err
