"""Rate tiers, on a clock of the test's own and through the Web API."""

from collections.abc import Callable

import aiohttp
import pytest

from sandbox.rate_limits import PER_MINUTE, POST_BURST, RateLimitedError, RateLimits
from sandbox.server import RunningSandbox
from tests.sandbox.minimal_app import Controls, MinimalApp


class Time:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def now() -> Time:
    return Time()


@pytest.fixture
def limits(now: Time) -> RateLimits:
    return RateLimits(on=True, now=now)


def refused(call: Callable[[], None]) -> int:
    with pytest.raises(RateLimitedError) as error:
        call()
    return error.value.retry_after


@pytest.mark.parametrize(("tier", "most"), PER_MINUTE.items())
def test_a_tier_is_so_many_calls_a_minute(
    limits: RateLimits, now: Time, tier: str, most: int
) -> None:
    for _ in range(most):
        limits.count("a.method", tier, "token")  # type: ignore[arg-type]
    now.now += 20
    assert refused(lambda: limits.count("a.method", tier, "token")) == 40  # type: ignore[arg-type]
    now.now += 40
    limits.count("a.method", tier, "token")  # type: ignore[arg-type]


def test_each_method_and_token_is_counted_by_itself(limits: RateLimits) -> None:
    limits.count("one", "t1", "token")
    limits.count("two", "t1", "token")
    limits.count("one", "t1", "another")
    assert refused(lambda: limits.count("one", "t1", "token")) == 60


def test_a_channel_takes_a_burst_and_then_a_message_a_second(limits: RateLimits, now: Time) -> None:
    def post(channel: str = "C1") -> None:
        limits.count("chat.postMessage", "t5", "token", channel)

    for _ in range(POST_BURST):
        post()
    assert refused(post) == 1
    post("C2")
    now.now += 1
    post()
    assert refused(post) == 1


def test_nothing_is_counted_while_it_is_off(limits: RateLimits) -> None:
    limits.on = False
    for _ in range(3):
        limits.count("one", "t1", "token")


async def test_a_call_too_many_is_answered_429_with_the_wait(
    app: MinimalApp, sandbox: RunningSandbox, controls: Controls
) -> None:
    assert (await controls.post("rate_limits", on=True)) == {"on": True}
    for _ in range(20):
        assert (await app.call("users.list"))["ok"]
    token = sandbox.environment["SLACK_BOT_TOKEN"]
    headers = {"Authorization": f"Bearer {token}"}
    async with app.session.post(f"{sandbox.api_url}users.list", headers=headers) as response:
        assert response.status == 429
        assert 0 < int(response.headers["Retry-After"]) <= 60
        assert await response.json() == {"ok": False, "error": "ratelimited"}
    await controls.post("rate_limits", on=False)
    assert (await app.call("users.list"))["ok"]


async def test_a_wrong_token_costs_nothing(
    sandbox: RunningSandbox, session: aiohttp.ClientSession
) -> None:
    sandbox.slack.rate_limits.on = True
    for _ in range(25):
        headers = {"Authorization": "Bearer xoxb-wrong"}
        async with session.post(f"{sandbox.api_url}users.list", headers=headers) as response:
            assert (await response.json())["error"] == "invalid_auth"
    assert (await MinimalApp(sandbox, session).call("users.list"))["ok"]
