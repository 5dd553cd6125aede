"""The weekly and the monthly digest of drift, as they arrive."""

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.bootstrap import Application, start
from bot.settings import Settings
from coherence.drift.access import DriftAccess
from coherence.drift.digest import MOST_LISTED
from coherence.drift.digest_times import MONTHLY, WEEKLY, stretch_before
from coherence.drift.links import DriftLinks
from coherence.drift.report import (
    EvidenceKind,
    NewEvidence,
    NewReport,
    Report,
    Resolution,
    Severity,
)
from coherence.drift.reporting import DriftReports
from coherence.drift.triage import DriftTriage
from coherence.journey_settings import JourneySettings
from coherence.stack.document import Layer
from coherence.stack.example import example_stack
from coherence.stewards import Person as Colleague
from sandbox.messages import Message
from sandbox.server import RunningSandbox
from storage.journeys import list_journeys
from storage.outbox import State, list_deliveries
from storage.schedules import list_schedules
from tests.support.people import Person, text_of
from tests.support.times import NOON, SettableClock

TEAM, SALES = "T0LARKFIELD", "C0SALES"
HANNA, TOM = Colleague(TEAM, "U0HANNA"), Colleague(TEAM, "U0TOM")
NEXT_MONDAY = datetime(2026, 3, 9, 9, 0, 1, tzinfo=UTC)
APRIL = datetime(2026, 4, 1, 9, 0, 1, tzinfo=UTC)
PROMISE = NewReport(TEAM, "U0MAYA", "The page says 30 days, the contract says 14")


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
async def bot(
    slack: RunningSandbox, settings: Settings, clock: SettableClock, logged: io.StringIO
) -> AsyncIterator[Application]:
    named = settings.model_copy(update={"stewards": (HANNA.user_id,)})
    async with start(named, clock) as application:
        await slack.until_connected()
        await application.use_cases.stacks.import_draft(
            TEAM, example_stack(), author="hanna", channels=[SALES], publish_note="First"
        )
        yield application


class Drift:
    """Reports, made and resolved by colleagues."""

    def __init__(self, bot: Application, clock: SettableClock) -> None:
        access = DriftAccess(bot.use_cases.stewards, _in_no_channel)
        self.reports = DriftReports(bot.database, clock, access)
        self.triage = DriftTriage(bot.database, clock, access)
        self.links = DriftLinks(bot.database, clock, access)

    async def reported(self, **changes: Any) -> Report:
        report = await self.reports.report(replace(PROMISE, **changes))
        assert report is not None
        return report

    async def resolved(self, report: Report) -> None:
        await self.triage.resolve(HANNA, report.number, Resolution.FIXED, seen=report.revision)


async def _in_no_channel(_channel_id: str, _user_id: str) -> bool:
    return False


@pytest.fixture
def drift(bot: Application, clock: SettableClock) -> Drift:
    return Drift(bot, clock)


async def at(bot: Application, clock: SettableClock, now: datetime) -> None:
    """Let it be that late, and wait until nothing more is to be sent."""
    clock.now = now
    await bot.worker.tick()

    async def still_to_send() -> int:
        async with bot.database.reading() as session:
            return sum(
                [len(await list_deliveries(session, TEAM, s)) for s in (State.DUE, State.SENDING)]
            )

    while await still_to_send():
        await bot.worker.tick()
        await bot.worker._sender.drain()


async def test_a_steward_hears_on_monday_what_came_what_ended_and_what_waits(
    bot: Application, slack: RunningSandbox, clock: SettableClock, drift: Drift
) -> None:
    clock.now = NOON - timedelta(days=3)
    old = await drift.reported(summary="The oldest of all", layer=Layer.NARRATIVE)
    clock.now = NOON + timedelta(days=2)
    await drift.reported(summary="Small thing", severity=Severity.SMALL)
    await drift.reported(summary="<!channel> & <@U0TOM> says it", severity=Severity.SERIOUS)
    await drift.resolved(await drift.reported())
    await at(bot, clock, NEXT_MONDAY)
    [letter] = Person(slack, HANNA.user_id).direct_answers()
    heading = "Drift in New customer onboarding, last week: 3 new, 1 resolved, 3 open"
    assert letter.text == heading
    shown = text_of(letter.blocks)
    assert shown.index("Drift 3, serious: @… &amp; @… says it") < shown.index("Drift 2, small")
    assert "*Resolved*\n• Drift 4, fixed: The page says 30 days" in shown
    assert f"• Drift {old.number}, reported 9 days ago: The oldest of all" in shown
    assert "*Open, by layer*: narrative 1, no layer named yet 2" in shown
    assert "You get this on Mondays as a steward" in shown


async def test_what_was_quoted_and_who_said_or_noticed_it_is_in_no_digest(
    bot: Application, slack: RunningSandbox, clock: SettableClock, drift: Drift
) -> None:
    quoted = NewEvidence(EvidenceKind.MESSAGE, "A secret", TOM.user_id, SALES, is_private=True)
    await drift.reported(summary="<@U0TOM> promised too much", evidence=(quoted,))
    await at(bot, clock, NEXT_MONDAY)
    await at(bot, clock, APRIL)
    letters = [*Person(slack, HANNA.user_id).direct_answers(), *_posts(slack)]
    assert len(letters) == 2
    for letter in letters:
        said = letter.text + text_of(letter.blocks)
        assert "somebody promised too much" in said
        assert not any(each in said for each in ("U0TOM", "U0MAYA", "A secret"))


async def test_where_nothing_happens_nothing_is_said(
    bot: Application, slack: RunningSandbox, clock: SettableClock, drift: Drift
) -> None:
    await at(bot, clock, NEXT_MONDAY)
    report = await drift.reported()
    await at(bot, clock, APRIL + timedelta(days=43))
    assert not _posts(slack)
    assert not Person(slack, HANNA.user_id).direct_answers()
    # It waits still, which stewards hear of and a channel does not.
    await at(bot, clock, datetime(2026, 6, 1, 9, 0, 1, tzinfo=UTC))
    [letter] = Person(slack, HANNA.user_id).direct_answers()
    assert f"• Drift {report.number}, reported 84 days ago: " in text_of(letter.blocks)
    assert not _posts(slack)


async def test_the_channel_hears_of_a_month_in_which_something_happened(
    bot: Application, slack: RunningSandbox, clock: SettableClock, drift: Drift
) -> None:
    for number in range(MOST_LISTED + 2):
        await drift.reported(summary=f"Clash {number}")
    await at(bot, clock, APRIL)
    [post] = _posts(slack)
    assert post.text.endswith("in March: 7 new, 7 open")
    shown = text_of(post.blocks)
    assert "… and 2 more" in shown
    assert "Resolved" not in shown
    assert "steward" not in shown


async def test_digests_follow_the_zone_and_the_working_hours_of_the_journey(
    bot: Application, clock: SettableClock
) -> None:
    async with bot.database.reading() as session:
        [journey] = await list_journeys(session, TEAM)
    before = JourneySettings(journey.id, journey.name, (SALES,))
    changed = replace(before, zone="Asia/Tokyo", work_start="10:30", work_end="18:00")
    await bot.use_cases.setup.save_journey(HANNA, changed, seen=before.fingerprint)
    async with bot.database.reading() as session:
        due = {each.kind: each.next_run_at for each in await list_schedules(session, TEAM)}
    assert due == {
        WEEKLY: datetime(2026, 3, 9, 1, 30, tzinfo=UTC),
        MONTHLY: datetime(2026, 4, 1, 1, 30, tzinfo=UTC),
    }


async def test_two_digests_in_a_row_leave_out_no_moment_when_clocks_change() -> None:
    zone = ZoneInfo("Europe/Berlin")
    for kind, days in ((WEEKLY, 7), (MONTHLY, 31)):
        first = (
            datetime(2026, 3, 30, 9, tzinfo=zone)
            if kind == WEEKLY
            else datetime(2026, 4, 1, 9, tzinfo=zone)
        )
        second = first + timedelta(days=days if kind == WEEKLY else 30)
        _, end = stretch_before(kind, first, str(zone))
        begin, _ = stretch_before(kind, second, str(zone))
        assert begin == end


def _posts(slack: RunningSandbox) -> list[Message]:
    return [each for each in slack.world.messages.public(SALES) if each.metadata]
