"""One client for many checks, nothing on the way that should not be, and no word in a log."""

import asyncio
import io
import logging
import os
import socket
import subprocess
import sys

import pytest
from pydantic import SecretStr

from bot.openai_endpoint import is_on_this_machine
from bot.openai_judge import OpenAIJudge, make_judge, open_judge
from bot.settings import Settings
from coherence.assessment import NotJudged
from tests.support import model_scripts as scripts
from tests.support.judges import SECRET_WORDS, STATEMENT, failure, judging, prompt_of, reason
from tests.support.model_server import KEY, ModelServer
from tests.support.network import NetworkReached
from tests.support.people import eventually

CALLS_AT_ONCE = 64
MANY = 128
"""More than an HTTP client's pool commonly holds."""


async def test_sixty_four_checks_are_asked_at_once(model: ModelServer) -> None:
    model.always(scripts.when_at_once(CALLS_AT_ONCE, scripts.cannot_judge()))
    async with judging(model) as judge:
        answers = await asyncio.gather(*(judge.ask(prompt_of()) for _ in range(CALLS_AT_ONCE)))
    assert len(answers) == model.most_at_once == CALLS_AT_ONCE


async def test_a_check_is_answered_while_many_hang(model: ModelServer) -> None:
    model.always(scripts.hangs())
    async with judging(model, seconds=60) as judge:
        hanging = [asyncio.create_task(judge.ask(prompt_of())) for _ in range(MANY)]
        await eventually(lambda: model.at_once == len(hanging))
        model.script(scripts.cannot_judge())
        assert (await judge.ask(prompt_of())).content
        for task in hanging:
            task.cancel()
        ended = await asyncio.gather(*hanging, return_exceptions=True)
    assert all(isinstance(each, asyncio.CancelledError) for each in ended)


async def test_first_calls_at_once_share_one_client(model: ModelServer) -> None:
    judge = OpenAIJudge(key=SecretStr(KEY), address=model.url, model="gpt-5-mini", seconds=5)
    given_up = asyncio.create_task(judge.ask(prompt_of()))
    await asyncio.sleep(0)
    given_up.cancel()
    answers = await asyncio.gather(*(judge.ask(prompt_of()) for _ in range(5)))
    await judge.close()
    assert len(answers) == 5


async def test_a_judge_that_was_never_asked_closes() -> None:
    await OpenAIJudge(key=SecretStr(KEY), address="http://x.example", model="m", seconds=1).close()


def test_openai_is_imported_when_the_client_is_built_and_off_the_event_loop() -> None:
    program = """
import asyncio, sys, threading
from pydantic import SecretStr
from bot.openai_judge import OpenAIJudge

class Watch:
    def find_spec(self, name, path=None, target=None):
        if name == "openai":
            print(threading.current_thread() is threading.main_thread())

async def main():
    judge = OpenAIJudge(key=SecretStr("sk-1"), address="http://127.0.0.1:1/v1", model="m", seconds=1)
    print("openai" in sys.modules)
    sys.meta_path.insert(0, Watch())
    judge.prepare()
    await judge.close()

asyncio.run(main())
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "False"]


async def test_no_key_and_no_text_is_logged_even_at_debug(
    model: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    names = ("", "openai", "openai._base_client", "httpx2", "httpcore2", "asyncio")
    before = {name: logging.getLogger(name).level for name in names}
    logging.getLogger().addHandler(handler)
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    model.script(scripts.status(500, message=SECRET_WORDS, headers={"Retry-After": "0"}))
    try:
        async with judging(model) as judge:
            await judge.ask(prompt_of())
            model.script(scripts.garbage(SECRET_WORDS.encode()), scripts.status(400, message=KEY))
            await failure(judge)
            await judge.ask(prompt_of())
    finally:
        logging.getLogger().removeHandler(handler)
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)
    assert "httpcore2" in heard.getvalue() or "HTTP" in heard.getvalue()
    for secret in (KEY, SECRET_WORDS, STATEMENT):
        assert secret not in heard.getvalue()


async def test_in_the_bots_own_log_the_libraries_say_nothing(
    model: ModelServer, logged: io.StringIO
) -> None:
    async with judging(model) as judge:
        await judge.ask(prompt_of())
    assert logged.getvalue() == ""


async def test_a_failure_carries_no_text_and_no_key(model: ModelServer) -> None:
    model.script(scripts.status(401, message=f"Incorrect API key provided: {KEY} {SECRET_WORDS}"))
    async with judging(model) as judge:
        failed = await failure(judge)
    assert failed.__suppress_context__
    assert (str(failed), KEY in repr(judge)) == ("misconfigured", False)


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
async def test_an_endpoint_on_this_machine_is_asked_past_any_proxy(
    model: ModelServer, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with judging(model) as judge:
        assert (await judge.ask(prompt_of())).content


async def test_an_endpoint_elsewhere_is_asked_through_the_proxy_of_the_environment(
    model: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.lower() == "no_proxy"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HTTP_PROXY", model.url.removesuffix("/v1"))
    monkeypatch.setattr(model, "url", "http://model.example/v1")
    async with judging(model) as judge:
        assert (await judge.ask(prompt_of())).content
    assert model.requests[0].headers["host"] == "model.example"


async def test_a_proxy_of_an_unknown_kind_is_a_matter_of_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ALL_PROXY", "gopher://127.0.0.1:9")
    judge = OpenAIJudge(
        key=SecretStr(KEY), address="https://model.example/v1", model="m", seconds=1
    )
    judge.prepare()
    assert await reason(judge) is NotJudged.MISCONFIGURED
    await judge.close()


@pytest.mark.parametrize("host", ["api.openai.com", "192.0.2.1"])
async def test_no_test_reaches_a_model_elsewhere(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    judge = OpenAIJudge(key=SecretStr(KEY), address=f"http://{host}/v1", model="m", seconds=2)
    # Connecting by address goes through a task group, which wraps what it raises.
    with pytest.raises((NetworkReached, ExceptionGroup)) as refused:
        await judge.ask(prompt_of())
    await judge.close()
    assert host in str(getattr(refused.value, "exceptions", refused.value))


def test_no_test_resolves_a_name_elsewhere() -> None:
    with pytest.raises(NetworkReached):
        socket.getaddrinfo("api.openai.com", 443)
    with pytest.raises(NetworkReached):
        socket.create_connection(("192.0.2.1", 443), timeout=1)


async def test_a_redirect_is_not_followed_with_the_key(model: ModelServer) -> None:
    async with ModelServer() as other:
        model.script(scripts.redirects(f"{other.url}/chat/completions"))
        async with judging(model) as judge:
            assert await reason(judge) is NotJudged.MISCONFIGURED
        assert other.requests == []


@pytest.mark.parametrize(
    ("address", "here"),
    [
        ("http://127.0.0.1:4010/v1", True),
        ("http://127.8.8.8/v1", True),
        ("http://localhost:8000/v1", True),
        ("http://[::1]:8000/v1", True),
        ("https://api.openai.com/v1", False),
        ("http://192.168.1.4/v1", False),
        ("http://127.0.0.1.example/v1", False),
    ],
)
def test_this_machine_is_known_by_its_address(address: str, here: bool) -> None:
    assert is_on_this_machine(address) is here


async def test_without_a_key_there_is_no_judge_and_with_one_it_is_closed_in_the_end(
    model: ModelServer,
) -> None:
    assert make_judge(Settings.model_validate({})) is None
    async with open_judge(Settings.model_validate({})) as none:
        assert none is None
    async with open_judge(Settings.model_validate(model.environment)) as judge:
        assert judge is not None
        assert judge.model == "gpt-5-mini"
        await judge.ask(prompt_of())
    with pytest.raises(RuntimeError, match="closed"):
        await judge.ask(prompt_of())
