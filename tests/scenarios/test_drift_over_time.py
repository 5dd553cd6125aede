"""Drift over time, as it is seen in Slack: the chart, the numbers, and what is there without a chart."""

import io
import struct
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from slack_sdk.http_retry.builtin_interval_calculators import FixedValueRetryIntervalCalculator

from bot import slack as bot_slack
from bot.bootstrap import Application, start
from bot.chart import DOTS_PER_INCH, PANEL_HEIGHT, WIDTH, draw
from bot.settings import Settings
from coherence.drift.report import NewReport, Severity
from coherence.stack.document import Layer
from coherence.stack.example import example_stack
from handlers import pictures
from handlers.charts import Chart, Panel, Row
from sandbox.faults import Fault
from sandbox.messages import Message
from sandbox.server import RunningSandbox
from sandbox.views import View
from storage.outbox import State, list_deliveries
from tests.support.people import ONBOARDING, text_of
from tests.support.steward import Steward
from tests.support.times import SettableClock

TEAM, SALES = "T0LARKFIELD", "C0SALES"
APRIL = datetime(2026, 4, 1, 9, 0, 1, tzinfo=UTC)
LONG = 120.0
"""Seconds in which even a busy machine draws a chart."""


@pytest.fixture(autouse=True, scope="module")
def _drawn_before() -> None:
    """What draws is slow to load, which is no test's business."""
    draw(Chart("Once", ("Now",), (Panel("Only", (Row("One", (1,)),)),)))


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is counted is tested on both elsewhere; this is about what is shown."""
    return sqlite_url


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bot that waits only a moment, for an answer and before it tries again."""
    monkeypatch.setattr(bot_slack, "REQUEST_TIMEOUT", aiohttp.ClientTimeout(total=1.5))
    monkeypatch.setattr(bot_slack, "PAUSES", FixedValueRetryIntervalCalculator(fixed_internal=0))


@pytest.fixture
async def bot(
    slack: RunningSandbox,
    settings: Settings,
    clock: SettableClock,
    logged: io.StringIO,
    impatient: None,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Application]:
    monkeypatch.setattr(pictures, "PAUSES", (0.0, 0.0, 0.0))
    async with start(settings, clock) as application:
        await slack.until_connected()
        await application.use_cases.stacks.import_draft(
            TEAM, example_stack(), author="hanna", channels=[SALES, ONBOARDING], publish_note="1"
        )
        yield application


class Watcher(Steward):
    """Looks at drift over time."""

    def __init__(self, slack: RunningSandbox, bot: Application) -> None:
        super().__init__(slack, "U0MAYA")
        self._bot = bot

    async def reports(self, **changes: Any) -> None:
        new = NewReport(TEAM, self.id, "Prices clash", channel_id=ONBOARDING)
        await self._bot.use_cases.drift_reports.report(replace(new, **changes))

    async def list(self) -> View:
        await self.command("drift")
        return await self.modal_showing("Find by words")

    async def over_time(self) -> View:
        """Open it from the list, and wait until nothing more is on its way."""
        await self.use(await self.list(), "drift_over_time", "open")
        return await self.settled()

    async def by(self, view: View, value: str) -> View:
        await self.use(view, "drift_over_time_by", value)
        return await self.settled()

    async def settled(self) -> View:
        assert not await self._bot.in_flight.drain(LONG)
        assert self.modal is not None
        return self.modal


@pytest.fixture
def maya(slack: RunningSandbox, bot: Application) -> Watcher:
    return Watcher(slack, bot)


async def test_the_chart_by_layer_is_shown_with_the_same_in_words_and_numbers(
    maya: Watcher, slack: RunningSandbox, clock: SettableClock
) -> None:
    await maya.reports(layer=Layer.NARRATIVE)
    await maya.reports(layer=Layer.NARRATIVE)
    await maya.reports(layer=Layer.SYSTEM)
    view = await maya.over_time()
    [picture] = pictures_in(view.blocks)
    assert picture["alt_text"] == (
        "Drift reported in New customer onboarding, from October 2025 to March 2026: 3 reports, "
        "most of them in March 2026 (3). By layer: Narrative 2, System 1."
    )
    content = slack.slack.files.find(picture["slack_file"]["id"]).content
    assert size_of(content) == (
        WIDTH * DOTS_PER_INCH,
        (PANEL_HEIGHT + 0.5) * DOTS_PER_INCH,
    )
    said = text_of(view.blocks)
    assert "All, 3 (Mar 2026: 3)\n1. Narrative, 2 (Mar 2026: 2)\n2. System, 1 (Mar 2026: 1)" in said
    assert "Counted are all reports, open and resolved." in said


async def test_another_choice_tells_apart_by_touchpoint_with_a_picture_of_its_own(
    maya: Watcher,
) -> None:
    await maya.reports(touchpoint_id="C1")
    await maya.reports()
    view = await maya.over_time()
    [first] = pictures_in(view.blocks)
    [second] = pictures_in((await maya.by(view, "touchpoint")).blocks)
    assert second["slack_file"] != first["slack_file"]
    assert second["block_id"] != first["block_id"]
    assert "By touchpoint: Welcome email 1, No touchpoint named 1." in second["alt_text"]
    assert "1. Welcome email, 1 (Mar 2026: 1)" in text_of(view.blocks)


async def test_the_filters_of_the_list_are_kept_and_named(maya: Watcher) -> None:
    await maya.reports(severity=Severity.SERIOUS, layer=Layer.SYSTEM, touchpoint_id="C1")
    await maya.reports(severity=Severity.SERIOUS)
    await maya.reports(layer=Layer.SYSTEM)
    listed = await maya.list()
    for name, value in (("severity", "serious"), ("layer", "system"), ("show", "all")):
        await maya.use(listed, f"drift_filter_{name}", value)
        await maya.settled()
    await maya.use(listed, "drift_over_time", "open")
    said = text_of((await maya.settled()).blocks)
    assert "All, 1 (Mar 2026: 1)" in said
    assert "only serious, system layer." in said
    assert "makes no difference" not in said


async def test_where_nothing_was_reported_one_sentence_says_so_and_nothing_is_uploaded(
    maya: Watcher, slack: RunningSandbox
) -> None:
    view = await maya.over_time()
    assert len(view.blocks) == 1
    assert "the last 6 months: nothing was reported." in text_of(view.blocks)
    assert not uploads(slack)


async def test_without_the_scope_the_numbers_are_there_and_a_way_to_the_chart(
    maya: Watcher, slack: RunningSandbox, logged: io.StringIO
) -> None:
    manifest = slack.slack.manifest
    slack.slack.manifest = replace(manifest, scopes=manifest.scopes - {"files:write"})
    await maya.reports()
    view = await maya.over_time()
    assert not pictures_in(view.blocks)
    said = text_of(view.blocks)
    assert "`files:write`" in said
    assert "All, 1 (Mar 2026: 1)" in said
    assert "Traceback" not in logged.getvalue()


@pytest.mark.parametrize(
    "method", ["files.getUploadURLExternal", "upload_url", "files.completeUploadExternal"]
)
@pytest.mark.parametrize(
    "fault",
    [
        Fault("", "ratelimited", times=9, retry_after=600),
        Fault("", "http_500", times=9),
        Fault("", "hang", times=9),
    ],
    ids=lambda fault: fault.kind,
)
async def test_where_the_upload_fails_the_numbers_remain(
    maya: Watcher, slack: RunningSandbox, logged: io.StringIO, method: str, fault: Fault
) -> None:
    await maya.reports()
    slack.slack.faults.add(replace(fault, method=method))
    view = await maya.over_time()
    said = text_of(view.blocks)
    assert "All, 1 (Mar 2026: 1)" in said
    assert "could not be shown this time" in said
    assert "picture_not_uploaded" in logged.getvalue()
    slack.slack.faults.clear()
    assert pictures_in((await maya.by(view, "layer")).blocks)


async def test_a_picture_that_slack_still_works_on_is_shown_a_moment_later(
    maya: Watcher, slack: RunningSandbox
) -> None:
    await maya.reports()
    slack.slack.uploads.refused_at_first = 2
    assert pictures_in((await maya.over_time()).blocks)
    assert len(uploads(slack)) == 1


async def test_a_picture_that_slack_never_shows_is_left_out_and_uploaded_anew_next_time(
    maya: Watcher, slack: RunningSandbox
) -> None:
    await maya.reports()
    slack.slack.uploads.refused_at_first = 99
    view = await maya.over_time()
    assert not pictures_in(view.blocks)
    assert "could not be shown this time" in text_of(view.blocks)
    slack.slack.uploads.refused_at_first = 0
    assert pictures_in((await maya.by(view, "layer")).blocks)
    assert len(uploads(slack)) == 2


async def test_the_same_chart_is_uploaded_once(maya: Watcher, slack: RunningSandbox) -> None:
    await maya.reports()
    view = await maya.over_time()
    await maya.by(view, "touchpoint")
    await maya.by(view, "layer")
    assert len(uploads(slack)) == 2


async def test_the_monthly_digest_carries_the_chart_once_for_both_channels(
    bot: Application, slack: RunningSandbox, clock: SettableClock, maya: Watcher
) -> None:
    await maya.reports(layer=Layer.SYSTEM)
    for post in await monthly_posts(bot, slack, clock):
        [picture] = pictures_in(post.blocks)
        assert "from October 2025 to March 2026: 1 report" in picture["alt_text"]
        assert "By layer: System 1. By touchpoint: No touchpoint named 1." in picture["alt_text"]
    assert len(uploads(slack)) == 1


async def test_a_digest_that_has_to_be_sent_again_uploads_nothing_again(
    bot: Application, slack: RunningSandbox, clock: SettableClock, maya: Watcher
) -> None:
    await maya.reports()
    slack.slack.faults.add(Fault("chat.postMessage", "ratelimited", times=2, retry_after=0))
    posts = await monthly_posts(bot, slack, clock)
    assert all(pictures_in(post.blocks) for post in posts)
    assert len(uploads(slack)) == 1


@pytest.mark.parametrize("why", ["missing_scope", "http_500", "hang"])
async def test_a_digest_without_a_chart_is_still_sent(
    bot: Application, slack: RunningSandbox, clock: SettableClock, maya: Watcher, why: str
) -> None:
    await maya.reports()
    slack.slack.faults.add(Fault("files.getUploadURLExternal", why, times=None))
    for post in await monthly_posts(bot, slack, clock):
        assert not pictures_in(post.blocks)
        assert "1 new" in post.text


async def test_a_digest_whose_chart_slack_never_shows_is_sent_without_it(
    bot: Application, slack: RunningSandbox, clock: SettableClock, maya: Watcher
) -> None:
    await maya.reports()
    slack.slack.uploads.refused_at_first = 99
    for post in await monthly_posts(bot, slack, clock):
        assert not pictures_in(post.blocks)
        assert "1 new" in post.text


async def monthly_posts(
    bot: Application, slack: RunningSandbox, clock: SettableClock
) -> list[Message]:
    """What both channels hear, once it is the first of the next month."""
    clock.now = APRIL
    posts: list[Message] = []
    while len(posts) < 2:
        assert not await given_up(bot)
        await bot.worker.tick()
        await bot.worker._sender.drain()
        posts = [
            each
            for channel in (SALES, ONBOARDING)
            for each in slack.world.messages.public(channel)
            if each.metadata
        ]
    return posts


async def given_up(bot: Application) -> list[str | None]:
    async with bot.database.reading() as session:
        return [each.error for each in await list_deliveries(session, TEAM, State.DEAD)]


def pictures_in(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [block for block in blocks if block["type"] == "image"]


def uploads(slack: RunningSandbox) -> list[Any]:
    """The files that were completed."""
    entries = slack.slack.traffic.since(0)
    return [
        each
        for each in entries
        if each["name"] == "files.completeUploadExternal" and each["response"].get("ok")
    ]


def size_of(png: bytes) -> tuple[int, int]:
    """Width and height in dots, from a PNG's header."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height
