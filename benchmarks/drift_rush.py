"""A rush of drift reports: everybody uses the shortcut and sends the form, through the local Slack."""

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from random import Random

from benchmarks import Measure
from benchmarks.local_bot import local_bot, local_slack
from bot.bootstrap import Application
from coherence.drift.exchange import DriftExchange
from sandbox.server import RunningSandbox
from sandbox.views import View
from sandbox.world import Member

PEOPLE = 200
MINUTE = 60.0
ACK_SECONDS = 3.0
"""How long Slack waits for an ack."""

_LOOK_AGAIN = 0.01


async def rush() -> list[Measure]:
    """Have people report within a minute."""
    opened, sent = await _rush()
    return [_measure("shortcut", opened), _measure("form, as it is on record then", sent)]


def _measure(what: str, seconds: list[float]) -> Measure:
    p99 = statistics.quantiles(seconds, n=100)[98]
    return Measure(
        f"drift, {PEOPLE} people report within a minute: p99 ack of the {what}",
        p99 * 1e3,
        "ms",
        f"all recorded; {sum(each > ACK_SECONDS for each in seconds)} acks later than {ACK_SECONDS:,.0f} s",
    )


async def _rush() -> tuple[list[float], list[float]]:
    """How long each shortcut and each form waited for its ack, in seconds."""
    async with local_slack() as slack, local_bot(slack) as bot:
        random = Random(7)  # noqa: S311 - the same people in every run
        people = [_join(slack, number) for number in range(PEOPLE)]
        starts = [random.uniform(0, MINUTE) for _ in people]
        took = await asyncio.gather(
            *(_report(slack, person, after) for person, after in zip(people, starts, strict=True))
        )
        assert await _recorded(bot, slack) == PEOPLE
    opened, sent = zip(*took, strict=True)
    return list(opened), list(sent)


def _join(slack: RunningSandbox, number: int) -> str:
    member = Member(f"U0RUSH{number}", f"person{number}", f"Person {number}")
    slack.world.members[member.id] = member
    return member.id


async def _report(slack: RunningSandbox, person: str, after: float) -> tuple[float, float]:
    await asyncio.sleep(after)
    opened = await _acked(lambda: slack.people.shortcut(person, "report_drift_anywhere"))
    form = await _form(slack, person)
    # Words of their own: whoever reports the same is asked first whether it is the same.
    said = {"summary": {"value": f"clash{person} page{person} deck{person}"}}
    return opened, await _acked(lambda: slack.surfaces.submit(form, said))


async def _acked(act: Callable[[], Awaitable[dict[str, object]]]) -> float:
    """How long it took, with every further try where the ack came too late."""
    began = time.perf_counter()
    while not (await act())["ok"]:
        pass
    return time.perf_counter() - began


async def _form(slack: RunningSandbox, person: str) -> View:
    """The person's form, once it is filled in."""
    while True:
        stack = slack.slack.views.stack(person)
        if stack and stack[-1].content.get("submit"):
            return stack[-1]
        await asyncio.sleep(_LOOK_AGAIN)


async def _recorded(bot: Application, slack: RunningSandbox) -> int:
    exchange = DriftExchange(bot.database, bot.use_cases.now)
    return sum([1 async for _ in exchange.records(slack.world.team.id)])
