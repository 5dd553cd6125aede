"""People who read the drift log and work on reports, as a test plays them."""

from dataclasses import replace
from typing import Any

from bot.bootstrap import Application
from coherence.drift.report import EvidenceKind, NewEvidence, NewReport
from sandbox.messages import Message
from sandbox.views import View
from tests.support.people import ONBOARDING, eventually, text_of
from tests.support.steward import Steward

PRICES = "The pricing page says “free for ever”"


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

    async def form_of(self, view: View, name: str) -> View:
        await self.press(view, f"drift_form_{name}")
        return await self.filled_form()

    async def do(self, view: View, action_id: str, value: str | None = None) -> None:
        """Press a button, if need be the one of several with this value, and wait for what follows."""
        before = view.hash
        if value is None:
            await self.press(view, action_id)
        else:
            await self.use(view, action_id, value)
        await eventually(lambda: view.hash != before)

    async def open_from(self, listed: View, number: int = 1) -> View:
        """Open a report from the list."""
        await self.use(listed, "drift_open", str(number))
        return await self.modal_showing("What happened")

    async def letter_saying(self, words: str) -> Message:
        """The only direct message from the bot, once it says this."""

        def look() -> list[Message]:
            return [m for m in self.direct_answers() if words in text_of(m.blocks)]

        [letter] = await eventually(look)
        assert len(self.direct_answers()) == 1
        return letter


async def reported(bot: Application, who: Reader, summary: str = PRICES, **more: Any) -> int:
    """Have somebody report something; return its number."""
    new = NewReport(who.slack.world.team.id, who.id, summary, channel_id=ONBOARDING)
    report = await bot.use_cases.drift_reports.report(replace(new, **more))
    assert report is not None
    return report.number


def message(author: str, text: str) -> NewEvidence:
    """A message as evidence."""
    return NewEvidence(
        EvidenceKind.MESSAGE,
        text,
        author=author,
        channel_id="C0SALES",
        permalink="https://larkfield.slack.com/archives/C0SALES/p1",
        message_ts="1.000001",
    )
