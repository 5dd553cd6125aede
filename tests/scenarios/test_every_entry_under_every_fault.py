"""Each way into the bot crossed with each fault of Slack's.

Whatever happens: the person gets one answer or one sentence, or silence with a reference in the
log; the database is whole; nothing is answered twice; and the bot works again as soon as Slack does.
"""

import io
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import aiohttp
import pytest
from slack_sdk.http_retry.builtin_interval_calculators import FixedValueRetryIntervalCalculator
from sqlmodel import SQLModel, select

from bot import slack as bot_slack
from bot.bootstrap import Application
from bot.clock import system_clock
from bot.settings import Settings
from coherence.champion.announcing import NEXT
from coherence.champion.letters import Letter, mark, to_person
from coherence.champion.loading import load_rota
from coherence.champion.requests import RequestKind
from coherence.champion.swaps import Wish
from coherence.drift.report import EvidenceKind, LinkKind, NewEvidence, NewReport, Resolution
from coherence.outbox import NewDelivery
from coherence.rituals.conclusion import Conclusion, Draft
from coherence.rituals.letters import Letter as RitualLetter
from coherence.rituals.letters import prompt, summary_key
from coherence.rituals.ritual import Visibility
from coherence.stewards import Person as Who
from handlers import answers
from handlers.champion_place import ChampionPlace
from sandbox.faults import Fault
from sandbox.messages import Message
from sandbox.server import RunningSandbox
from sandbox.views import View
from storage.champion import ChampionMember, ChampionRota
from storage.check import CheckFinding, NarrativeCheck
from storage.journeys import Journey, journey_of_channel, list_journeys
from storage.outbox import State, add_deliveries
from tests.coherence.champion.rotas import WEEKLY
from tests.coherence.rituals.asked import RATED, RITUAL
from tests.coherence.rituals.asked import ask as asked_in_ritual
from tests.coherence.rituals.asked import close as close_round
from tests.support.people import ONBOARDING, SUPPORT, Person, eventually, text_of
from tests.support.reviews import Given, keep_ritual, keep_round
from tests.support.rituals import DAILY, Asked, add_ritual, add_round
from tests.support.rotas import TEAM, add_rota, weekly
from tests.support.steward import Steward, block_of

pytestmark = pytest.mark.usefixtures("onboarding")

DRAFT = "With Larkfield you are guaranteed to get your money."
TOM = "U0TOM"
CHECK_QUESTIONS = [
    {"id": "fit", "text": "Did it fit?", "form": "rating"},
    {"id": "narrative", "text": "What was odd?"},
]
APOLOGY = "Something went wrong on our side"

Act = Callable[[], Awaitable[object]]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One kind of database will do: what is crossed here are ways in and faults."""
    return sqlite_url


@pytest.fixture
def patience() -> aiohttp.ClientTimeout:
    """How long the bot waits for Slack's answers."""
    return aiohttp.ClientTimeout(total=10)


@contextmanager
def little(patience: aiohttp.ClientTimeout) -> Iterator[None]:
    """Have the bot wait only a moment for an answer that doesn't come, and patiently again after that."""
    object.__setattr__(patience, "total", 0.5)
    yield
    object.__setattr__(patience, "total", 10)


@pytest.fixture
def settings(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, patience: aiohttp.ClientTimeout
) -> Settings:
    """A bot that tries again at once."""
    monkeypatch.setattr(bot_slack, "REQUEST_TIMEOUT", patience)
    monkeypatch.setattr(bot_slack, "PAUSES", FixedValueRetryIntervalCalculator(fixed_internal=0))
    monkeypatch.setattr(answers, "PAUSES", (0.0, 0.0))
    return settings.model_copy(update={"public_url": "https://champion.example.com"})


class Maya(Steward):
    """A steward in a workspace in which something may have got stuck."""

    def __init__(self, slack: RunningSandbox, bot: Application) -> None:
        super().__init__(slack, "U0MAYA")
        self._bot = bot

    async def give_up(self, key: str) -> None:
        """Have a delivery to #onboarding given up, as after too many attempts."""
        now = system_clock()
        new = NewDelivery(key, "reminder", channel_id=ONBOARDING)
        row = new.row(self.slack.world.team.id, due_at=now, now=now)
        row.state, row.error, row.settled_at = State.DEAD.value, "is_archived", now
        async with self._bot.database.transaction() as session:
            await add_deliveries(session, [row], machine_now=now)

    async def add_journey(self, name: str) -> None:
        """Have another journey, so that one has to be chosen."""
        journey = Journey(
            workspace_id=self._who.workspace_id, id="j2", name=name, created_at=system_clock()
        )
        async with self._bot.database.transaction() as session:
            session.add(journey)

    async def report_drift(self, *, copies: int = 1, own_words: bool = False) -> None:
        """Have a report of one's own on record, or as many; with one's own message as evidence."""
        said = NewEvidence(EvidenceKind.MESSAGE, DRAFT, author=self.id, channel_id=ONBOARDING)
        new = NewReport(
            self._who.workspace_id,
            self.id,
            "Prices clash",
            channel_id=ONBOARDING,
            evidence=(said,) if own_words else (),
        )
        for _ in range(copies):
            await self._bot.use_cases.drift_reports.report(new)

    async def put_drift_off(self) -> None:
        """Have the first report rest for a month."""
        until = self._today() + timedelta(days=30)
        await self._bot.use_cases.drift_triage.snooze(self._who, 1, until, seen=1)

    def day_after(self, days: int) -> str:
        """The day so many days from now, as a date picker has it."""
        return (self._today() + timedelta(days=days)).isoformat()

    async def end_drift(self) -> None:
        """Have the first report resolved."""
        triage = self._bot.use_cases.drift_triage
        await triage.resolve(self._who, 1, Resolution.FIXED, "Done", seen=1)

    def _today(self) -> date:
        return self._bot.use_cases.now().date()

    @property
    def _who(self) -> Who:
        return Who(self.slack.world.team.id, self.id)

    async def link_drift(self, address: str) -> None:
        """Report drift, and link it to a ticket."""
        await self.report_drift()
        await self._bot.use_cases.drift_links.link(self._who, 1, {LinkKind.TICKET: address})

    async def link_drift_to(self, number: int) -> None:
        """Link the first report to another one."""
        named = {LinkKind.REPORT: str(number)}
        await self._bot.use_cases.drift_links.link(self._who, 1, named)

    async def take_turns(self) -> tuple[str, datetime]:
        """Be in a rota with Tom; returns the journey and the beginning of one's own next term."""
        team, now = self.slack.world.team.id, system_clock()
        async with self._bot.database.transaction() as session:
            journey = (await session.exec(select(Journey))).one()
            session.add(
                ChampionRota(
                    workspace_id=team,
                    journey_id=journey.id,
                    settings=WEEKLY.model_dump(mode="json"),
                    created_at=now,
                )
            )
            await session.flush()
            session.add_all(
                ChampionMember(
                    workspace_id=team,
                    journey_id=journey.id,
                    user_id=user,
                    place=place,
                    state="serving",
                    joined=WEEKLY.start,
                    asked_at=now,
                )
                for place, user in enumerate((self.id, TOM))
            )
            await session.flush()
            rota = await load_rota(session, team, journey.id)
        coming = (term for term in rota.coming_of(self.id, now, 2) if term.start > now)
        return journey.id, next(coming).start

    async def get(self, letter: NewDelivery, words: str) -> Message:
        """Have a letter sent to oneself."""
        async with self._bot.database.transaction() as session:
            await self._bot.use_cases.outbox.add(session, self.slack.world.team.id, [letter])

        def look() -> Message | None:
            found = (m for m in self.direct_answers() if words in text_of(m.blocks))
            return next(found, None)

        message = await eventually(look)
        assert message is not None
        return message

    async def be_asked(self) -> Message:
        """Be asked by Tom to swap a term."""
        journey_id, _ = await self.take_turns()
        tom = Who(self.slack.world.team.id, TOM)
        swaps = self._bot.use_cases.champion.swaps
        asking = await swaps.asking(tom, journey_id, RequestKind.SWAP)
        await swaps.ask(tom, Wish(journey_id, "r", RequestKind.SWAP, asking.terms[0].start))
        return (await eventually(self.direct_answers))[-1]

    async def on_duty(self) -> Message:
        """Be on duty in the journey of #onboarding, and see the card with all of its buttons."""
        database = self._bot.database
        async with database.reading() as session:
            journey = await journey_of_channel(session, TEAM, ONBOARDING)
        assert journey
        yesterday = (system_clock() - timedelta(days=1)).date()
        rota = weekly(start=yesterday.isoformat())
        await add_rota(database, journey.id, [self.id, "U0TOM"], rota)
        await self.command("champion")
        await self.press(await self.private_answer(), "champion_more")
        card = await eventually(self._whole_card)
        assert card
        return card

    def _whole_card(self) -> Message | None:
        shown = self.private_answers()[-1]
        return shown if "champion_calendar" in str(shown.blocks) else None

    async def serve(self, *action_ids: str) -> Message:
        """Be on duty since three days ago, and have a message with these buttons about it."""
        start = datetime.combine(system_clock().date(), time.min, UTC) - timedelta(days=3)
        team = self.slack.world.team.id
        async with self._bot.database.transaction() as session:
            [journey] = await list_journeys(session, team)
            rota, *members = _duty_rows(team, journey.id, start)
            session.add(rota)
            await session.flush()
            session.add_all(members)
        await self._bot.worker._sender._client.chat_postMessage(
            channel=self.id, text="Duty", blocks=_buttons(journey.id, start, action_ids)
        )
        return await self.direct_answer()

    async def be_asked_in_a_ritual(self, visibility: Visibility = Visibility.NAMED) -> Message:
        """A ritual's round as it stands in the channel, with every button for those who answer."""
        database = self._bot.database
        async with database.reading() as session:
            [journey] = await list_journeys(session, self._who.workspace_id)
        asked = await asked_in_ritual(
            database, visibility, [RATED], journey_id=journey.id, now=system_clock()
        )
        values = {
            "ritual_answer": asked,
            "ritual_rate_4": f"{asked}|{RATED.id}",
            "ritual_names": asked,
            "ritual_open": RITUAL,
        }
        blocks = [_ritual_buttons(values)]
        return self.slack.slack.posts.by_app(ONBOARDING, "Friday look", blocks=blocks)

    async def close_the_ritual(self) -> None:
        """Have its first round close."""
        await close_round(self._bot.database, f"{RITUAL}1", system_clock())

    async def see_a_ritual_posted(self) -> Message:
        """See the post of a ritual's round, with what can be pressed under it."""
        async with self._bot.database.reading() as session:
            journey = await journey_of_channel(session, TEAM, ONBOARDING)
        assert journey
        far_off = Asked(recurrence={**DAILY, "start": "2999-01-01"})
        now = system_clock()
        ritual = await add_ritual(self._bot.database, journey.id, far_off, now=now)
        asked = await add_round(self._bot.database, ritual, due_at=now, ts=None)
        async with self._bot.database.transaction() as session:
            await self._bot.use_cases.outbox.add(session, TEAM, [prompt(asked)])

        def look() -> Message | None:
            seen = self.seen(ONBOARDING)
            return next((each for each in seen if "ritual_close" in str(each.blocks)), None)

        post = await eventually(look)
        assert post
        return post

    async def revealed(self, *, worn_out: bool = False) -> Message:
        """A review that is revealed and concluded, or a check with a worn-out question: its summary."""
        database = self._bot.database
        async with database.reading() as session:
            [journey] = await list_journeys(session, TEAM)
        if worn_out:
            await keep_ritual(
                database, journey_id=journey.id, kind="sprint_review", questions=CHECK_QUESTIONS
            )
        else:
            await keep_ritual(database, journey_id=journey.id)
        given: dict[str, dict[str, Given]] = {
            who: {"fit": (4, None), "narrative": (rating, None)}
            for who, rating in ((self.id, 1), (TOM, 5), ("U0SAM", 4))
        }
        last = ""
        for number in range(1, 5):
            last = await keep_round(database, number, given)
        if not worn_out:
            due = self._today() + timedelta(days=9)
            decided = Conclusion(None, "It holds.", (Draft("Call sales", self.id, due),))
            reviews = self._bot.use_cases.rituals.reviews
            seen = (await reviews.concluding(self._who, last)).seen
            await reviews.conclude(self._who, last, decided, seen=seen)
        key = summary_key(last)
        summary = NewDelivery(key, RitualLetter.SUMMARY, {"round_id": last}, channel_id=ONBOARDING)
        async with database.transaction() as session:
            await self._bot.use_cases.outbox.add(session, TEAM, [summary])

        def look() -> Message | None:
            posts = self.slack.world.messages.public(ONBOARDING)
            return next((each for each in posts if key in str(each.metadata)), None)

        message = await eventually(look)
        assert message is not None
        return message

    async def press_value(self, message: Message, action_id: str) -> None:
        """Press a button, also one beside a section."""
        block, element = next(
            (block, element)
            for block in message.blocks
            for element in (*block.get("elements", []), block.get("accessory") or {})
            if element.get("action_id") == action_id
        )
        names = {"block_id": block["block_id"], "action_id": action_id}
        value = element["value"]
        acked = await self.slack.surfaces.act_on_message(self.id, message, **names, value=value)
        assert acked == {"ok": True}


def _ritual_buttons(values: Mapping[str, str]) -> dict[str, object]:
    elements = [
        {
            "type": "button",
            "text": {"type": "plain_text", "text": action_id},
            "action_id": action_id,
            "value": value,
        }
        for action_id, value in values.items()
    ]
    return {"type": "actions", "block_id": "ritual", "elements": elements}


def _duty_rows(team: str, journey_id: str, start: datetime) -> Sequence[SQLModel]:
    place: dict[str, Any] = {"workspace_id": team, "journey_id": journey_id}
    settings: dict[str, object] = {
        "zone": "UTC",
        "start": f"{start - timedelta(weeks=1):%Y-%m-%d}",
        "handover": "00:00",
        "cadence": {"every": 1, "unit": "week"},
    }
    joined, now = start.date() - timedelta(days=30), system_clock()
    people = ("U0TOM", "U0MAYA")
    return [
        ChampionRota(**place, settings=settings, created_at=now),
        *(
            ChampionMember(
                **place, user_id=each, place=n, state="serving", joined=joined, asked_at=now
            )
            for n, each in enumerate(people)
        ),
    ]


def _buttons(
    journey_id: str, start: datetime, action_ids: Sequence[str]
) -> list[dict[str, object]]:
    value = ChampionPlace(journey_id, start).text()
    elements = [
        {
            "type": "button",
            "text": {"type": "plain_text", "text": each},
            "action_id": each,
            "value": value,
        }
        for each in action_ids
    ]
    return [{"type": "actions", "block_id": "answers", "elements": elements}]


async def command_with_draft(maya: Steward) -> Act:
    return lambda: maya.command(f"check {DRAFT}")


async def command_for_form(maya: Steward) -> Act:
    return lambda: maya.command("check")


async def command_narrative(maya: Steward) -> Act:
    return lambda: maya.command("narrative")


async def command_help(maya: Steward) -> Act:
    return lambda: maya.command("help")


async def command_unknown(maya: Steward) -> Act:
    return lambda: maya.command("sing")


async def command_refused(maya: Steward) -> Act:
    return lambda: maya.command("check :tada:")


async def global_shortcut(maya: Steward) -> Act:
    return lambda: maya.shortcut("check_draft")


async def message_shortcut(maya: Steward) -> Act:
    message = maya.say(DRAFT, ONBOARDING)
    return lambda: maya.shortcut("check_message", message)


async def form_submitted(maya: Steward) -> Act:
    await maya.shortcut("check_draft")
    form = await maya.modal_showing("Your draft")
    return lambda: maya.submit(form, draft=DRAFT)


async def edit_in_a_message(maya: Steward) -> Act:
    await maya.command(f"check {DRAFT}")
    answer = await maya.private_answer()
    return lambda: maya.press(answer, "check_edit")


async def edit_in_a_modal(maya: Steward) -> Act:
    submit = await form_submitted(maya)
    await submit()
    answer = await maya.modal_showing("“guaranteed”")
    return lambda: maya.press(answer, "check_edit")


async def direct_draft(maya: Steward) -> Act:
    async def say() -> None:
        maya.say(DRAFT)
        await maya.slack.settle()

    return say


async def direct_greeting(maya: Steward) -> Act:
    async def say() -> None:
        maya.say("help")
        await maya.slack.settle()

    return say


async def command_setup(maya: Steward) -> Act:
    return lambda: maya.command("setup")


async def command_edit(maya: Steward) -> Act:
    return lambda: maya.command("edit")


async def command_undelivered(maya: Steward) -> Act:
    return lambda: maya.command("undelivered")


async def undelivered_sent_again(maya: Maya) -> Act:
    return await _undelivered_pressed(maya, "undelivered_again")


async def undelivered_let_go(maya: Maya) -> Act:
    return await _undelivered_pressed(maya, "undelivered_let_go")


async def _undelivered_pressed(maya: Maya, action_id: str) -> Act:
    await maya.give_up("k1")
    await maya.command("undelivered")
    view = await with_action(maya, action_id)
    return lambda: maya.press(view, action_id)


async def command_privacy(maya: Steward) -> Act:
    return lambda: maya.command("privacy")


async def setup_form_opened(maya: Steward) -> Act:
    await maya.command("setup")
    overview = await with_action(maya, "setup_add")
    return lambda: maya.press(overview, "setup_add")


async def setup_form_submitted(maya: Steward) -> Act:
    press = await setup_form_opened(maya)
    await press()
    form = await maya.modal_showing("Which customer journey?")
    return lambda: maya.submit(form, name="Renewal")


async def edit_form_submitted(maya: Steward) -> Act:
    form = await maya.form(await maya.editor("promises"), "P1", "promises")
    return lambda: maya.save(form, text="Free for three months.")


async def edit_published(maya: Steward) -> Act:
    editor = await maya.editor("promises")
    await maya.save(await maya.form(editor, "P1", "promises"), text="Free for three months.")
    await maya.modal_showing("Saved P1")
    changes = await maya.changes(editor)
    return lambda: maya.submit(changes, note="Longer trial")


async def finding_helpful(maya: Steward) -> Act:
    answer = await checked(maya)
    return lambda: maya.choose(answer, "helpful", "guaranteed")


async def finding_dismissed(maya: Steward) -> Act:
    answer = await checked(maya)
    return lambda: maya.choose(answer, "dismiss", "guaranteed")


async def reason_submitted(maya: Steward) -> Act:
    await maya.choose(await checked(maya), "dismiss", "guaranteed")
    form = await maya.modal_showing("Why is it fine here?")
    return lambda: maya.submit(form, reason="Agreed")


async def set_aside_listed(maya: Steward) -> Act:
    submit = await reason_submitted(maya)
    await submit()
    answer = await eventually(
        lambda: next((m for m in maya.private_answers() if "set aside" in str(m.blocks)), None)
    )
    assert answer is not None
    return lambda: maya.press(answer, "check_set_aside")


async def set_aside_restored(maya: Steward) -> Act:
    press = await set_aside_listed(maya)
    await press()
    listed = await with_action(maya, "check_restore")
    return lambda: maya.press(listed, "check_restore")


async def checked(maya: Steward) -> Message:
    await maya.command(f"check {DRAFT}")
    return await maya.private_answer()


async def own_words_erased(maya: Steward) -> Act:
    await maya.command(f"check {DRAFT}")
    await maya.private_answer()
    await maya.command("privacy")
    page = await eventually(
        lambda: next((m for m in maya.private_answers() if "privacy_erase" in str(m.blocks)), None)
    )
    assert page is not None
    return lambda: maya.press(page, "privacy_erase")


async def retention_opened(maya: Steward) -> Act:
    await maya.command("privacy")
    page = await eventually(
        lambda: next((m for m in maya.private_answers() if "retention_open" in str(m.blocks)), None)
    )
    assert page is not None
    return lambda: maya.press(page, "retention_open")


async def retention_chosen(maya: Steward) -> Act:
    press = await retention_opened(maya)
    await press()
    form = await maya.modal_showing("What I keep of each check")
    return lambda: maya.submit(form)


async def retention_confirmed(maya: Steward) -> Act:
    await maya.command(f"check {DRAFT}")
    await maya.private_answer()
    press = await retention_opened(maya)
    await press()
    form = await maya.modal_showing("What I keep of each check")
    await maya.submit(form, keep="fingerprints")
    asked = await maya.modal_showing("can't be undone")
    return lambda: maya.submit(asked)


async def pin_shortcut(maya: Steward) -> Act:
    message = maya.say(DRAFT, ONBOARDING)
    return lambda: maya.shortcut("pin_example", message)


async def pin_form_submitted(maya: Steward) -> Act:
    await (await pin_shortcut(maya))()
    form = await maya.filled_form()
    return lambda: maya.save(form, verdict="conflict")


async def pin_from_an_answer(maya: Steward) -> Act:
    await maya.command(f"check {DRAFT}")
    answer = await maya.private_answer()
    return lambda: maya.choose_first(answer, "example_pin")


async def narrative_test_opened(maya: Steward) -> Act:
    editor = await maya.editor()
    return lambda: maya.use(editor, "evaluation_open", "open")


async def narrative_test_run(maya: Steward) -> Act:
    await (await narrative_test_opened(maya))()
    window = await with_action(maya, "evaluation_run")
    return lambda: maya.use(window, "evaluation_run", "run")


async def drift_listed(maya: Maya) -> Act:
    return lambda: maya.command("drift")


async def drift_over_time(maya: Maya) -> Act:
    await maya.report_drift()
    await maya.command("drift")
    listed = await maya.modal_showing("Find by words")
    return lambda: maya.use(listed, "drift_over_time", "open")


async def drift_over_time_by_touchpoint(maya: Maya) -> Act:
    await (await drift_over_time(maya))()
    shown = await with_action(maya, "drift_over_time_by")
    return lambda: maya.use(shown, "drift_over_time_by", "touchpoint")


async def drift_opened(maya: Maya) -> Act:
    await maya.report_drift()
    return lambda: maya.command("drift 1")


async def drift_found(maya: Maya) -> Act:
    await maya.command("drift")
    listed = await maya.modal_showing("Find by words")
    return lambda: maya.submit(listed, words_0="price")


async def drift_filtered(maya: Maya) -> Act:
    await maya.report_drift()
    listed = await drift_list(maya)
    return lambda: maya.use(listed, "drift_filter_severity", "serious")


async def drift_filters_cleared(maya: Maya) -> Act:
    await (await drift_filtered(maya))()
    listed = await with_action(maya, "drift_clear")
    return lambda: maya.press(listed, "drift_clear")


async def drift_next_page(maya: Maya) -> Act:
    await maya.report_drift(copies=11)
    listed = await drift_list(maya)
    return lambda: maya.press(listed, "drift_page_older")


async def drift_opened_from_the_list(maya: Maya) -> Act:
    await maya.report_drift()
    listed = await drift_list(maya)
    return lambda: maya.use(listed, "drift_open", "1")


async def drift_list(maya: Maya) -> View:
    await maya.command("drift")
    return await maya.modal_showing("Find by words")


async def drift_taken(maya: Maya) -> Act:
    return await drift_pressed(maya, "drift_take")


async def drift_being_fixed(maya: Maya) -> Act:
    return await drift_pressed(maya, "drift_fixing")


async def drift_woken(maya: Maya) -> Act:
    await maya.report_drift()
    await maya.put_drift_off()
    return await drift_pressed(maya, "drift_wake", on_record=True)


async def drift_pressed(maya: Maya, action_id: str, *, on_record: bool = False) -> Act:
    if not on_record:
        await maya.report_drift()
    await maya.command("drift 1")
    report = await with_action(maya, action_id)
    return lambda: maya.press(report, action_id)


async def drift_copy_removed(maya: Maya) -> Act:
    await maya.report_drift(own_words=True)
    await maya.command("drift 1")
    report = await with_action(maya, "drift_remove_copy")
    return lambda: maya.use(report, "drift_remove_copy", "1")


async def drift_form_opened(maya: Maya) -> Act:
    return await drift_pressed(maya, "drift_form_triage")


async def drift_taken_from_the_list(maya: Maya) -> Act:
    await maya.report_drift()
    await maya.command("drift")
    await maya.use(await with_action(maya, "drift_open"), "drift_open", "1")
    report = await with_action(maya, "drift_take")
    return lambda: maya.press(report, "drift_take")


async def drift_unlinked(maya: Maya) -> Act:
    await maya.link_drift("https://tickets.example/4")
    await maya.command("drift 1")
    report = await with_action(maya, "drift_unlink")
    [link] = [block["accessory"] for block in report.blocks if "link_" in block["block_id"]]
    return lambda: maya.use(report, "drift_unlink", link["value"])


async def drift_opened_from_a_link(maya: Maya) -> Act:
    await maya.report_drift(copies=2)
    await maya.link_drift_to(2)
    await maya.command("drift 1")
    report = await with_action(maya, "drift_open_here")
    return lambda: maya.use(report, "drift_open_here", "2")


async def drift_settings_opened(maya: Maya) -> Act:
    await maya.command("drift")
    listed = await with_action(maya, "drift_open_settings")
    return lambda: maya.press(listed, "drift_open_settings")


async def drift_settings_saved(maya: Maya) -> Act:
    await (await drift_settings_opened(maya))()
    form = await maya.modal_showing("Digests")
    chosen = {block_of(form, "reporting"): ["anonymous"], block_of(form, "digests"): []}
    return lambda: maya.submit(form, **chosen)


async def drift_triaged(maya: Maya) -> Act:
    form = await drift_form(maya, "triage")
    return lambda: maya.save(form, severity="serious")


async def drift_resolved(maya: Maya) -> Act:
    form = await drift_form(maya, "resolve")
    return lambda: maya.submit(form, resolution="fixed", note="Done")


async def drift_reopened(maya: Maya) -> Act:
    await maya.report_drift()
    await maya.end_drift()
    form = await drift_form(maya, "reopen", on_record=True)
    return lambda: maya.submit(form, note="It is back")


async def drift_assigned(maya: Maya) -> Act:
    form = await drift_form(maya, "triage")
    return lambda: maya.save(form, owner="U0HANNA")


async def drift_put_off(maya: Maya) -> Act:
    form = await drift_form(maya, "snooze")
    until = maya.day_after(30)
    return lambda: maya.submit(form, until=until)


async def drift_linked(maya: Maya) -> Act:
    form = await drift_form(maya, "link")
    return lambda: maya.submit(form, ticket="https://tickets.example/4")


async def drift_form(maya: Maya, name: str, *, on_record: bool = False) -> View:
    await (await drift_pressed(maya, f"drift_form_{name}", on_record=on_record))()
    return await maya.filled_form()


async def drift_command(maya: Steward) -> Act:
    return lambda: maya.command("drift The page says an hour, support says two days")


async def drift_help(maya: Steward) -> Act:
    return lambda: maya.command("drift help")


async def drift_opened_from_the_thanks(maya: Steward) -> Act:
    await (await drift_submitted(maya))()
    thanks = await with_action(maya, "drift_open_here")
    return lambda: maya.press(thanks, "drift_open_here")


async def drift_global_shortcut(maya: Steward) -> Act:
    return lambda: maya.shortcut("report_drift_anywhere")


async def drift_message_shortcut(maya: Steward) -> Act:
    message = maya.say(DRAFT, ONBOARDING)
    return lambda: maya.shortcut("report_drift", message)


async def drift_finding(maya: Steward) -> Act:
    answer = await checked(maya)
    return lambda: maya.choose(answer, "drift", "guaranteed")


async def drift_submitted(maya: Steward) -> Act:
    form, link = (
        await drift_report_form(maya),
        linked(maya.say("It takes two days.", SUPPORT), maya),
    )
    return lambda: maya.submit(form, summary="The page and support disagree", other=link)


async def drift_second_message(maya: Steward) -> Act:
    await drift_report_form(maya)
    maya.slack.slack.views.close_all(maya.id)
    message = maya.say("It takes two days.", SUPPORT)
    return lambda: maya.shortcut("report_drift", message)


async def drift_second_added(maya: Steward) -> Act:
    use = await drift_second_message(maya)
    await use()
    offer = await with_action(maya, "drift_report_add")
    return lambda: maya.press(offer, "drift_report_add")


async def drift_asked_for_twice(maya: Steward) -> View:
    for _ in range(2):
        form = await drift_report_form(maya)
        await maya.submit(form, summary="The page and support disagree")
    return await maya.modal_showing("Nothing is saved yet")


async def drift_second_apart(maya: Steward) -> Act:
    use = await drift_second_message(maya)
    await use()
    offer = await with_action(maya, "drift_report_new")
    return lambda: maya.press(offer, "drift_report_new")


async def drift_journey_chosen(maya: Maya) -> Act:
    await maya.add_journey("Renewal")
    await maya.shortcut("report_drift_anywhere")
    form = await maya.modal_showing("Which journey?")
    act = maya.slack.surfaces.act_in_view
    names = {"block_id": "journey", "action_id": "drift_report_journey", "value": "j2"}
    return lambda: act(form, **names, state={"summary": {"value": "Prices clash"}})


async def drift_me_too(maya: Steward) -> Act:
    asked = await drift_asked_for_twice(maya)
    return lambda: maya.use(asked, "drift_report_me_too", "1")


async def drift_another_thing(maya: Steward) -> Act:
    asked = await drift_asked_for_twice(maya)
    return lambda: maya.submit(asked)


async def drift_back(maya: Steward) -> Act:
    asked = await drift_asked_for_twice(maya)
    return lambda: maya.press(asked, "drift_report_back")


async def drift_report_form(maya: Steward) -> View:
    await maya.shortcut("report_drift_anywhere")
    return await maya.modal_showing("What doesn't fit?")


async def home_opened(maya: Maya) -> Act:
    async def open_home() -> None:
        maya.slack.surfaces.open_home(maya.id)
        await maya.slack.settle()

    return open_home


async def home_pressed(maya: Maya) -> Act:
    await (await home_opened(maya))()
    home = await eventually(lambda: maya.slack.slack.views.home(maya.id))
    assert home is not None
    return lambda: maya.use(home, "home_check", "open")


async def champion_pass_opened(maya: Maya) -> Act:
    letter = await term_letter(maya)
    return lambda: maya.press(letter, "champion_sit_out")


async def champion_passed(maya: Maya) -> Act:
    await (await champion_pass_opened(maya))()
    form = await maya.filled_form()
    return lambda: maya.submit(form)


async def champion_cover_opened(maya: Maya) -> Act:
    letter = await term_letter(maya)
    return lambda: maya.press(letter, "champion_cover")


async def champion_cover_asked(maya: Maya) -> Act:
    await (await champion_cover_opened(maya))()
    form = await maya.filled_form()
    return lambda: maya.submit(form)


async def champion_request_opened(maya: Maya) -> Act:
    request = await maya.be_asked()
    return lambda: maya.press(request, "champion_accept")


async def champion_request_accepted(maya: Maya) -> Act:
    await (await champion_request_opened(maya))()
    form = await maya.filled_form()
    return lambda: maya.submit(form)


async def term_letter(maya: Maya) -> Message:
    """A letter that says that a term has become theirs."""
    journey_id, start = await maya.take_turns()
    about = {"what": NEXT, "start": mark(start), "reader": maya.id}
    letter = to_person(Letter.CHANGED, journey_id, mark(start), maya.id, **about)
    return await maya.get(letter, "You're next as champion")


async def champion_asked(maya: Maya) -> Act:
    await maya.on_duty()
    return lambda: maya.command("champion tomorrow")


async def champion_in_full(maya: Maya) -> Act:
    await maya.on_duty()
    await maya.command("champion tomorrow")
    card = await eventually(lambda: _with_more(maya))
    assert card
    return lambda: maya.press(card, "champion_more")


async def champion_table(maya: Maya) -> Act:
    await maya.on_duty()
    return lambda: maya.command("champion table")


async def champion_terms(maya: Maya) -> Act:
    card = await maya.on_duty()
    return lambda: maya.press(card, "champion_terms")


async def champion_page(maya: Maya) -> Act:
    await maya.press(await maya.on_duty(), "champion_terms")
    table = await with_action(maya, "champion_page_8")
    return lambda: maya.press(table, "champion_page_8")


async def champion_why(maya: Maya) -> Act:
    card = await maya.on_duty()
    return lambda: maya.press(card, "champion_why")


async def champion_calendar(maya: Maya) -> Act:
    card = await maya.on_duty()
    return lambda: maya.press(card, "champion_calendar")


async def champion_calendar_made(maya: Maya) -> Act:
    await (await champion_calendar(maya))()
    window = await with_action(maya, "champion_feed_make")
    return lambda: maya.press(window, "champion_feed_make")


async def champion_calendar_stopped(maya: Maya) -> Act:
    await (await champion_calendar_made(maya))()
    window = await with_action(maya, "champion_feed_stop")
    return lambda: maya.press(window, "champion_feed_stop")


async def champion_surfaces_opened(maya: Maya) -> Act:
    card = await maya.on_duty()
    return lambda: maya.press(card, "champion_surfaces")


async def champion_surfaces_saved(maya: Maya) -> Act:
    await (await champion_surfaces_opened(maya))()
    form = await maya.modal_showing("Channel topic")
    return lambda: maya.submit(form, topic=["topic"])


def _with_more(maya: Maya) -> Message | None:
    shown = maya.private_answers()[-1]
    return shown if "champion_more" in str(shown.blocks) else None


def linked(message: Message, maya: Steward) -> str:
    return f"{maya.slack.slack.url}/archives/{message.channel}/p{message.ts.replace('.', '')}"


async def with_action(maya: Steward, action_id: str) -> View:
    """The open modal, once it has this button."""
    modal = await eventually(
        lambda: maya.modal if maya.modal and action_id in str(maya.modal.content) else None
    )
    assert modal is not None
    return modal


async def command_rota(maya: Steward) -> Act:
    return lambda: maya.command("champion rota")


async def rota_previewed(maya: Steward) -> Act:
    await maya.command("champion rota")
    form = await maya.modal_showing("Who takes turns")
    return lambda: maya.submit(form, **{"members@0": [maya.id, "U0TOM"]})


async def rota_saved(maya: Steward) -> Act:
    submit = await rota_previewed(maya)
    await submit()
    preview = await maya.modal_showing("The order.")
    return lambda: maya.submit(preview)


async def own_duty(maya: Steward) -> Act:
    save = await rota_saved(maya)
    await save()
    await maya.modal_showing("is saved")
    maya.slack.slack.views.close_all(maya.id)
    return lambda: maya.command("champion me")


async def own_duty_paused(maya: Steward) -> Act:
    open_duty = await own_duty(maya)
    await open_duty()
    duty = await maya.modal_showing("Nothing noted.")
    return lambda: maya.press(duty, "champion_mine_pause")


async def days_away_told(maya: Steward) -> Act:
    open_duty = await own_duty(maya)
    await open_duty()
    await maya.press(await maya.modal_showing("Nothing noted."), "champion_mine_add_leave")
    form = await maya.modal_showing("First day away")
    day = (system_clock() + timedelta(days=3)).date().isoformat()
    return lambda: maya.submit(form, first=day, last=day)


async def champion_acknowledged(maya: Maya) -> Act:
    message = await maya.serve("champion_acknowledge")
    return lambda: maya.press(message, "champion_acknowledge")


async def champion_notes_opened(maya: Maya) -> Act:
    message = await maya.serve("champion_notes")
    return lambda: maya.press(message, "champion_notes")


async def champion_notes_left(maya: Maya) -> Act:
    await (await champion_notes_opened(maya))()
    form = await maya.modal_showing("What should the next champion know?")
    return lambda: maya.submit(form, notes="The pricing page is with Tom")


async def champion_look_back_opened(maya: Maya) -> Act:
    message = await maya.serve("champion_look_back")
    return lambda: maya.press(message, "champion_look_back")


async def champion_looked_back(maya: Maya) -> Act:
    await (await champion_look_back_opened(maya))()
    form = await maya.modal_showing("How heavy was it?")
    return lambda: maya.submit(form, weight="2", change="Shorter")


async def champion_guide(maya: Maya) -> Act:
    message = await maya.serve("champion_guide")
    return lambda: maya.press(message, "champion_guide")


async def ritual_form_opened(maya: Maya) -> Act:
    asked = await maya.be_asked_in_a_ritual()
    return lambda: maya.press(asked, "ritual_answer")


async def ritual_list_opened(maya: Maya) -> Act:
    asked = await maya.be_asked_in_a_ritual()
    return lambda: maya.press(asked, "ritual_open")


async def ritual_answered(maya: Maya) -> Act:
    await (await ritual_form_opened(maya))()
    form = await maya.filled_form()
    return lambda: maya.submit(form, **{"rating:fit": "4"})


async def ritual_answered_anonymously(maya: Maya) -> Act:
    asked = await maya.be_asked_in_a_ritual(Visibility.ANONYMOUS)
    await maya.press(asked, "ritual_answer")
    form = await maya.filled_form()
    return lambda: maya.submit(form, **{"rating:fit": "4"})


async def ritual_rated(maya: Maya) -> Act:
    asked = await maya.be_asked_in_a_ritual()
    return lambda: maya.press(asked, "ritual_rate_4")


async def ritual_names(maya: Maya) -> Act:
    asked = await maya.be_asked_in_a_ritual()
    await maya.close_the_ritual()
    return lambda: maya.press(asked, "ritual_names")


async def ritual_closed(maya: Maya) -> Act:
    post = await maya.see_a_ritual_posted()
    return lambda: maya.press(post, "ritual_close")


async def ritual_reminders_opened(maya: Maya) -> Act:
    post = await maya.see_a_ritual_posted()
    return lambda: maya.press(post, "ritual_remind")


async def ritual_reminders_chosen(maya: Maya) -> Act:
    await (await ritual_reminders_opened(maya))()
    form = await maya.modal_showing("only while you have not answered")
    return lambda: maya.slack.surfaces.submit(form, {"how_often": {"how_often": "daily"}})


async def command_rituals(maya: Steward) -> Act:
    return lambda: maya.command("rituals")


async def ritual_set_up_opened(maya: Steward) -> Act:
    await maya.command("rituals")
    overview = await with_action(maya, "ritual_set_up_free")
    return lambda: maya.press(overview, "ritual_set_up_free")


async def ritual_set_up_submitted(maya: Steward) -> Act:
    press = await ritual_set_up_opened(maya)
    await press()
    form = await maya.modal_showing("Nothing is posted or saved before")
    return lambda: maya.submit(form)


async def ritual_saved(maya: Steward) -> Act:
    submit = await ritual_set_up_submitted(maya)
    await submit()
    preview = await maya.modal_showing("Before anybody answers")
    return lambda: maya.submit(preview)


async def ritual_coming(maya: Steward) -> Act:
    return await _ritual_pressed(maya, "ritual_coming")


async def ritual_edited(maya: Steward) -> Act:
    return await _ritual_pressed(maya, "ritual_edit")


async def ritual_paused(maya: Steward) -> Act:
    return await _ritual_pressed(maya, "ritual_pause")


async def _ritual_pressed(maya: Steward, action_id: str) -> Act:
    save = await ritual_saved(maya)
    await save()
    await maya.modal_showing("is saved")
    maya.slack.slack.views.close_all(maya.id)
    await maya.command("rituals")
    overview = await with_action(maya, action_id)
    return lambda: maya.press(overview, action_id)


async def ritual_explained(maya: Maya) -> Act:
    summary = await maya.revealed()
    return lambda: maya.press_value(summary, "ritual_explain_narrative")


async def ritual_conclude_opened(maya: Maya) -> Act:
    summary = await maya.revealed()
    return lambda: maya.press_value(summary, "ritual_conclude")


async def ritual_concluded(maya: Maya) -> Act:
    await (await ritual_conclude_opened(maya))()
    form = await maya.modal_showing("Which layer drifted most?")
    return lambda: maya.submit(form, drifted="system", conclusion="Nobody owns the data.")


async def ritual_action_done(maya: Maya) -> Act:
    summary = await maya.revealed()
    return lambda: maya.press_value(summary, "ritual_settle_done")


async def ritual_question_retired(maya: Maya) -> Act:
    summary = await maya.revealed(worn_out=True)
    return lambda: maya.press_value(summary, "ritual_retire")


WAYS_IN = (
    ritual_form_opened,
    ritual_list_opened,
    ritual_answered,
    ritual_answered_anonymously,
    ritual_rated,
    ritual_names,
    ritual_explained,
    ritual_conclude_opened,
    ritual_concluded,
    ritual_action_done,
    ritual_question_retired,
    command_rota,
    rota_previewed,
    rota_saved,
    own_duty,
    own_duty_paused,
    days_away_told,
    command_with_draft,
    command_for_form,
    command_narrative,
    command_help,
    command_unknown,
    command_refused,
    global_shortcut,
    message_shortcut,
    form_submitted,
    edit_in_a_message,
    edit_in_a_modal,
    direct_draft,
    direct_greeting,
    command_setup,
    command_edit,
    command_privacy,
    command_undelivered,
    undelivered_sent_again,
    undelivered_let_go,
    setup_form_opened,
    setup_form_submitted,
    edit_form_submitted,
    edit_published,
    finding_helpful,
    finding_dismissed,
    reason_submitted,
    set_aside_listed,
    set_aside_restored,
    own_words_erased,
    retention_opened,
    retention_chosen,
    retention_confirmed,
    pin_shortcut,
    pin_form_submitted,
    pin_from_an_answer,
    narrative_test_opened,
    narrative_test_run,
    drift_listed,
    drift_over_time,
    drift_over_time_by_touchpoint,
    drift_opened,
    drift_found,
    drift_filtered,
    drift_filters_cleared,
    drift_next_page,
    drift_opened_from_the_list,
    drift_taken,
    drift_being_fixed,
    drift_put_off,
    drift_woken,
    drift_copy_removed,
    drift_form_opened,
    drift_taken_from_the_list,
    drift_unlinked,
    drift_opened_from_a_link,
    drift_settings_opened,
    drift_settings_saved,
    drift_triaged,
    drift_assigned,
    drift_linked,
    drift_resolved,
    drift_reopened,
    drift_command,
    drift_help,
    drift_global_shortcut,
    drift_message_shortcut,
    drift_finding,
    drift_submitted,
    drift_opened_from_the_thanks,
    drift_second_message,
    drift_second_added,
    drift_second_apart,
    drift_journey_chosen,
    drift_me_too,
    drift_another_thing,
    drift_back,
    home_opened,
    home_pressed,
    champion_pass_opened,
    champion_passed,
    champion_cover_opened,
    champion_cover_asked,
    champion_request_opened,
    champion_request_accepted,
    champion_asked,
    champion_in_full,
    champion_table,
    champion_terms,
    champion_page,
    champion_why,
    champion_calendar,
    champion_calendar_made,
    champion_calendar_stopped,
    champion_surfaces_opened,
    champion_surfaces_saved,
    champion_acknowledged,
    champion_notes_opened,
    champion_notes_left,
    champion_look_back_opened,
    champion_looked_back,
    champion_guide,
    ritual_closed,
    ritual_reminders_opened,
    ritual_reminders_chosen,
    command_rituals,
    ritual_set_up_opened,
    ritual_set_up_submitted,
    ritual_saved,
    ritual_coming,
    ritual_edited,
    ritual_paused,
)

# The list and the answer that it is about; the form and the message that asked.
CHANGE_TWO_PLACES = {
    set_aside_restored,
    champion_request_accepted,
    champion_passed,
    champion_cover_asked,
    champion_notes_left,
    champion_looked_back,
}

FAULTS = {
    "429 once": Fault("*", "ratelimited", times=1, retry_after=0),
    "429 with a long wait": Fault("*", "ratelimited", times=9, retry_after=600),
    "500 once": Fault("*", "http_500", times=1),
    "500 for long": Fault("*", "http_500", times=9),
    "a hang": Fault("*", "hang", times=1),
    "hangs for long": Fault("*", "hang", times=9),
    "slow": Fault("*", "slow", times=9, seconds=0.1),
    "a lost answer": Fault("*", "lost_answer", times=1),
    "missing_scope": Fault("*", "missing_scope", times=9),
    "not_in_channel": Fault("*", "not_in_channel", times=9),
    "is_archived": Fault("*", "is_archived", times=9),
    "account_inactive": Fault("*", "account_inactive", times=9),
    "token_revoked": Fault("*", "token_revoked", times=9),
}
PASSING = {"429 once", "500 once", "slow"}


@pytest.fixture
def maya(slack: RunningSandbox, bot: Application) -> Maya:
    return Maya(slack, bot)


@pytest.fixture(params=FAULTS, ids=[name.replace(" ", "_") for name in FAULTS])
def fault(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("way_in", WAYS_IN, ids=lambda way_in: way_in.__name__)
async def test_every_way_in_stands_up_to_every_fault(
    bot: Application,
    slack: RunningSandbox,
    maya: Maya,
    logged: io.StringIO,
    patience: aiohttp.ClientTimeout,
    way_in: Callable[[Maya], Awaitable[Act]],
    fault: str,
) -> None:
    act = await way_in(maya)
    await bot.in_flight.drain()
    before = Counter(shown(maya))
    slack.slack.faults.add(Fault(**vars(FAULTS[fault])))
    with little(patience) if "hang" in fault else nullcontext():
        await act()
        await bot.in_flight.drain()
    slack.slack.faults.clear()

    new = list((Counter(shown(maya)) - before).elements())
    told = [text for text in new if APOLOGY in text]
    answered = [text for text in new if APOLOGY not in text and "One moment" not in text]
    assert len(told) <= 1
    assert len(answered) <= (2 if way_in in CHANGE_TWO_PLACES else 1)
    assert answered or told or "reference=" in logged.getvalue()
    if fault in PASSING:
        assert answered
        assert not told
    assert await is_whole(bot)
    await works_again(maya)


def shown(maya: Person) -> list[str]:
    """What the bot shows this person now: private and direct answers, the Home, and the open modal."""
    messages = (*maya.private_answers(), *maya.direct_answers())
    said = [text_of(message.blocks) for message in messages]
    home = maya.slack.slack.views.home(maya.id)
    said += [text_of([home.content])] if home else []
    modal = maya.modal
    return [*said, text_of([modal.content]) + "".join(modal.errors.values())] if modal else said


async def is_whole(bot: Application) -> bool:
    async with bot.database.reading() as session:
        checks = (await session.exec(select(NarrativeCheck))).all()
        found = {finding.check_id for finding in (await session.exec(select(CheckFinding))).all()}
    return {check.id for check in checks if check.verdict == "conflict"} == found


async def works_again(maya: Person) -> None:
    before = len(maya.private_answers())
    await maya.command("help")
    await eventually(lambda: len(maya.private_answers()) > before)
