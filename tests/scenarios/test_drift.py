"""Reading the drift log and the life of a report, as people in Slack go through them."""

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bot.bootstrap import Application, start
from bot.settings import Settings
from bot.worker import Timetable
from coherence.drift.report import EvidenceKind, NewEvidence, NewReport, Severity, State
from coherence.stack.versions import PublishedStack
from coherence.stewards import Person as Who
from sandbox.server import RunningSandbox
from sandbox.views import View
from tests.support.people import ONBOARDING, RANDOM, eventually, text_of
from tests.support.rehearsal import QUICK
from tests.support.steward import Steward, shown

PRICES = "The pricing page says “free for ever”"


@pytest.fixture
async def bot(
    slack: RunningSandbox, settings: Settings, logged: io.StringIO
) -> AsyncIterator[Application]:
    """The bot with an outbox that hurries."""
    async with start(settings, timetable=Timetable(pace=QUICK, tick_seconds=0.05)) as application:
        await slack.until_connected()
        yield application


class Reader(Steward):
    """Reads the drift log and works on reports."""

    async def open_list(self, channel: str = ONBOARDING) -> View:
        await self.command("drift", channel)
        return await self.modal_showing("Find by words")

    async def pick(self, view: View, name: str, value: str) -> None:
        """Choose in a filter of the list."""
        before = view.hash
        await self.use(view, f"drift_filter_{name}", value)
        await eventually(lambda: view.hash != before)

    async def find(self, view: View, words: str) -> None:
        block = next(b for b in view.blocks if b["block_id"].startswith("words_"))
        await self.submit(view, **{block["block_id"]: words})

    async def report(self, number: int = 1) -> View:
        """Open a report by its number."""
        await self.command(f"drift {number}")
        return await self.modal_showing("What happened")

    async def form(self, view: View, name: str, *_: Any) -> View:  # type: ignore[override]
        await self.press(view, f"drift_form_{name}")
        return await self.filled_form()

    async def do(self, view: View, action_id: str) -> None:
        before = view.hash
        await self.press(view, action_id)
        await eventually(lambda: view.hash != before)

    async def letters(self) -> list[str]:
        return [text_of(message.blocks) for message in self.direct_answers()]

    async def letter_saying(self, words: str) -> str:
        found = await eventually(
            lambda: [t for m in self.direct_answers() if words in (t := text_of(m.blocks))]
        )
        return found[-1]


@pytest.fixture
def maya(slack: RunningSandbox, onboarding: PublishedStack) -> Reader:
    """A steward."""
    return Reader(slack, "U0MAYA")


@pytest.fixture
def hanna(slack: RunningSandbox) -> Reader:
    """A steward too."""
    return Reader(slack, "U0TOM")


@pytest.fixture
def ines(slack: RunningSandbox) -> Reader:
    """Somebody who only reads and reports."""
    return Reader(slack, member_without_rights(slack))


def member_without_rights(slack: RunningSandbox) -> str:
    return next(
        member.id
        for member in slack.world.members.values()
        if not (member.is_admin or member.is_owner or member.is_bot)
        and member.id not in {"U0MAYA", "U0TOM"}
    )


async def reported(
    bot: Application, who: Reader, summary: str = PRICES, **more: Any
) -> int:
    new = NewReport(who.slack.world.team.id, who.id, summary, channel_id=ONBOARDING)
    report = await bot.use_cases.drift_reports.report(replace(new, **more))
    assert report is not None
    return report.number


async def test_an_empty_log_says_how_something_gets_into_it(bot: Application, maya: Reader) -> None:
    view = await maya.open_list()
    assert "Nothing open." in shown(view)


async def test_the_list_shows_what_is_open_newest_first(
    bot: Application, maya: Reader, ines: Reader
) -> None:
    await reported(bot, ines, severity=Severity.SERIOUS, touchpoint_id="C1")
    await reported(bot, ines, "Support promises a call <!channel>")
    said = shown(await maya.open_list())
    assert said.index("*Drift 2*") < said.index("*Drift 1*")
    assert "serious, " in said
    assert "nobody has it yet" in said
    assert "<!channel>" not in said
    assert ines.id not in said
