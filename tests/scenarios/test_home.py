"""The Home as people open it in the local Slack."""

import io
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.bootstrap import Application, start
from bot.settings import Settings
from coherence.check_result import CheckRequest
from coherence.rituals.action import ActionState
from coherence.stack.example import example_stack
from coherence.stack.versions import PublishedStack
from handlers.blocks.ritual_summary import SETTLES
from sandbox.faults import Fault
from sandbox.server import RunningSandbox
from sandbox.views import View
from storage.policies import CheckPolicy
from storage.ritual_review import find_action
from tests.support.home import dead_row, report_row
from tests.support.keeping import keep
from tests.support.people import ONBOARDING, Person, eventually, text_of
from tests.support.reviews import action_row, keep_ritual, keep_round
from tests.support.rotas import add_rota, rota_rows
from tests.support.times import SettableClock

TEAM = "T0LARKFIELD"
HANNA, MAYA, TOM = "U0HANNA", "U0MAYA", "U0TOM"


class Visitor(Person):
    """Somebody who opens the Home and presses what is on it."""

    @property
    def home(self) -> View | None:
        return self.slack.slack.views.home(self.id)

    @property
    def home_text(self) -> str:
        return text_of(self.home.blocks) if self.home else ""

    async def open_home(self) -> View:
        """Open it, and wait until what the bot publishes is there."""
        before = self.home.hash if self.home else None
        self.slack.surfaces.open_home(self.id)
        await eventually(lambda: self.home and self.home.hash != before)
        await self.slack.settle()
        assert self.home is not None
        return self.home

    async def press_on_home(self, action_id: str, block_id: str | None = None) -> None:
        """Press a button, wherever it stands."""
        assert self.home is not None
        found = next(
            (block["block_id"], element)
            for block in self.home.blocks
            for element in (*block.get("elements", []), block.get("accessory") or {})
            if element.get("action_id") == action_id and block_id in {None, block["block_id"]}
        )
        acked = await self.slack.surfaces.act_in_view(
            self.home,
            block_id=found[0],
            action_id=action_id,
            value=found[1]["value"],
            state=None,
        )
        assert acked == {"ok": True}


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
async def bot(
    slack: RunningSandbox, settings: Settings, clock: SettableClock, logged: io.StringIO
) -> AsyncIterator[Application]:
    named = settings.model_copy(update={"stewards": (HANNA,)})
    async with start(named, clock) as application:
        await slack.until_connected()
        yield application


@pytest.fixture
async def journey(bot: Application) -> str:
    published = await bot.use_cases.stacks.import_draft(
        TEAM, example_stack(), author="hanna", channels=[ONBOARDING], publish_note="First"
    )
    assert isinstance(published, PublishedStack)
    return published.journey_id


@pytest.fixture
async def rota(bot: Application, journey: str) -> str:
    """Maya has the duty, Tom is next."""
    await add_rota(bot.database, journey, [MAYA, TOM])
    return journey


@pytest.fixture
def maya(slack: RunningSandbox) -> Visitor:
    return Visitor(slack, MAYA)


@pytest.fixture
def tom(slack: RunningSandbox) -> Visitor:
    return Visitor(slack, TOM)


@pytest.fixture
def hanna(slack: RunningSandbox) -> Visitor:
    return Visitor(slack, HANNA)


@pytest.fixture
def nina(slack: RunningSandbox) -> Visitor:
    """Somebody who has never used the bot and is nobody's admin."""
    user = next(
        member.id
        for member in slack.world.members.values()
        if member.id not in {HANNA, MAYA, TOM} and not member.is_bot and not member.is_admin
    )
    return Visitor(slack, user)


def published(slack: RunningSandbox) -> int:
    """How often a Home was published."""
    return [entry["name"] for entry in slack.slack.traffic.since()].count("views.publish")


def actions(view: View) -> list[str]:
    return [
        element["action_id"]
        for block in view.blocks
        for element in (*block.get("elements", []), block.get("accessory") or {})
        if "action_id" in element
    ]


async def test_a_newcomer_reads_two_lines_and_finds_one_button(journey: str, nina: Visitor) -> None:
    home = await nina.open_home()
    assert actions(home) == ["home_check"]
    assert len(nina.home_text.splitlines()) == 3
    assert "one story" in nina.home_text


async def test_a_steward_is_led_to_set_up_first(bot: Application, hanna: Visitor) -> None:
    home = await hanna.open_home()
    assert actions(home) == ["setup_open"]
    await hanna.press_on_home("setup_open")
    await hanna.modal_showing("Name your first journey")


async def test_the_champion_finds_what_waits(
    bot: Application, rota: str, maya: Visitor, nina: Visitor
) -> None:
    async with bot.database.transaction() as session:
        session.add(report_row(TEAM, rota, 1, severity="serious", summary="<!channel> & <b>"))
        session.add(report_row(TEAM, rota, 2, owner=MAYA, state="fixing"))
    await maya.open_home()
    assert "*New customer onboarding*: you until" in maya.home_text
    assert "1 report waits for a first look (1 serious)" in maya.home_text
    assert "&lt;!channel&gt;" not in maya.home_text
    assert "<!channel>" not in maya.home_text
    assert "*Drift 2* · being fixed" in maya.home_text
    await nina.open_home()
    assert "<@U0MAYA> until" in nina.home_text
    assert "Drift 1" not in nina.home_text
    assert "champion_terms" not in str(nina.home.blocks if nina.home else "")


async def test_a_steward_finds_what_could_not_be_delivered(
    bot: Application, rota: str, hanna: Visitor
) -> None:
    async with bot.database.transaction() as session:
        session.add(dead_row(TEAM, "dead"))
    await hanna.open_home()
    assert "1 message could not be delivered." in hanna.home_text
    await hanna.press_on_home("home_undelivered")
    await hanna.modal_showing("archived")


async def test_opening_it_publishes_once(rota: str, slack: RunningSandbox, maya: Visitor) -> None:
    await maya.open_home()
    assert published(slack) == 1
    await maya.open_home()
    assert published(slack) == 2


async def test_its_messages_tab_publishes_nothing(
    bot: Application, slack: RunningSandbox, maya: Visitor
) -> None:
    slack.surfaces.open_home(MAYA, "messages")
    await slack.settle()
    await bot.in_flight.drain()
    assert published(slack) == 0


async def test_what_slack_delivers_twice_is_published_once(
    bot: Application, slack: RunningSandbox, maya: Visitor
) -> None:
    home = await maya.open_home()
    shown = home.hash
    slack.slack.events.send_again(1)
    await slack.settle()
    await bot.in_flight.drain()
    told = [each for each in slack.slack.traffic.since() if each["direction"] == "to_app"]
    assert str(told).count("'app_home_opened'") == 2
    assert published(slack) == 1
    assert home.hash == shown


async def test_an_older_home_never_takes_the_place_of_a_newer_one(
    bot: Application, slack: RunningSandbox, maya: Visitor, logged: io.StringIO
) -> None:
    newer = await maya.open_home()
    before = newer.hash
    slack.slack.events.home_opened(MAYA, tab="home", view={"hash": "older"})
    await eventually(lambda: published(slack) == 2)
    await bot.in_flight.drain()
    assert newer.hash == before
    assert "reference=" not in logged.getvalue()


@pytest.mark.parametrize(
    ("action_id", "shown"),
    [
        ("home_check", "Your draft"),
        ("home_report", "What doesn't fit?"),
        ("home_drift", "Find by words"),
        ("drift_open", "Price 1 clashes"),
    ],
)
async def test_its_buttons_open_what_they_say(
    bot: Application, rota: str, maya: Visitor, action_id: str, shown: str
) -> None:
    async with bot.database.transaction() as session:
        session.add(report_row(TEAM, rota, 1))
    await maya.open_home()
    await maya.press_on_home(action_id)
    await maya.modal_showing(shown)


async def test_after_a_press_it_shows_how_things_stand_by_then(
    bot: Application, rota: str, maya: Visitor
) -> None:
    await maya.open_home()
    async with bot.database.transaction() as session:
        session.add(report_row(TEAM, rota, 1))
    await maya.press_on_home("home_drift")
    await eventually(lambda: "1 report waits" in maya.home_text)
    await maya.modal_showing("Price 1 clashes")


async def test_a_home_that_cannot_be_renewed_spoils_nothing(
    bot: Application, rota: str, slack: RunningSandbox, maya: Visitor, logged: io.StringIO
) -> None:
    await maya.open_home()
    slack.slack.faults.add(Fault("views.publish", "is_archived", times=9))
    await maya.press_on_home("home_drift")
    await bot.in_flight.drain()
    await maya.modal_showing("Find by words")
    assert maya.direct_answers() == []
    assert "home_not_renewed" in logged.getvalue()


async def test_a_press_that_fails_is_answered_in_a_direct_message(
    bot: Application, rota: str, slack: RunningSandbox, maya: Visitor
) -> None:
    home = await maya.open_home()
    before = home.hash
    slack.slack.faults.add(Fault("views.open", "is_archived", times=9))
    await maya.press_on_home("home_drift")
    answer = await maya.direct_answer()
    assert "Something went wrong" in text_of(answer.blocks)
    assert home.hash == before


async def test_a_first_home_that_cannot_be_read_says_so_in_its_place(
    bot: Application,
    slack: RunningSandbox,
    maya: Visitor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(bot.use_cases.home, "page", fail)
    await maya.open_home()
    assert "Something went wrong" in maya.home_text
    await bot.in_flight.drain()
    assert maya.direct_answers() == []
    shown = maya.home.hash if maya.home else ""
    slack.surfaces.open_home(MAYA)
    await slack.settle()
    await bot.in_flight.drain()
    assert maya.home is not None
    assert maya.home.hash == shown


async def test_a_check_appears_without_words_where_the_stewards_keep_none(
    bot: Application, journey: str, maya: Visitor
) -> None:
    request = CheckRequest(
        workspace_id=TEAM, user_id=MAYA, text="You are guaranteed a reply", channel_id=ONBOARDING
    )
    await bot.use_cases.checks.check(request)
    await maya.open_home()
    assert "“You are guaranteed a reply”" in maya.home_text
    async with bot.database.transaction() as session:
        session.add(CheckPolicy(workspace_id=TEAM, keep="fingerprints", keep_days=90))
    await maya.open_home()
    assert "Conflict" in maya.home_text
    assert "guaranteed" not in maya.home_text


async def test_invited_people_are_led_to_their_own_duty(
    bot: Application, rota: str, nina: Visitor
) -> None:
    async with bot.database.transaction() as session:
        _, [member] = rota_rows(rota, [nina.id])
        member.state, member.joined, member.place = "asked", None, 9
        session.add(member)
    home = await nina.open_home()
    assert "You are asked to take turns" in nina.home_text
    assert "champion_mine" in actions(home)
    assert "champion_terms" not in actions(home)


async def test_who_has_declined_finds_a_way_back(
    bot: Application, rota: str, nina: Visitor
) -> None:
    async with bot.database.transaction() as session:
        _, [member] = rota_rows(rota, [nina.id])
        member.state, member.joined, member.place = "declined", None, 9
        session.add(member)
    await nina.open_home()
    assert "You are asked" not in nina.home_text
    await nina.press_on_home("champion_mine")
    await nina.modal_showing("If you change your mind, join here.")


async def test_the_duty_is_acknowledged_and_the_home_says_so(
    bot: Application, rota: str, maya: Visitor, slack: RunningSandbox
) -> None:
    await maya.open_home()
    assert "You are champion of" in maya.home_text
    await maya.press_on_home("champion_acknowledge")
    await eventually(lambda: "You are champion of" not in maya.home_text)
    await bot.in_flight.drain()
    assert published(slack) == 2


async def test_what_is_theirs_to_do_is_done_on_the_home_and_leaves_it(
    bot: Application, journey: str, tom: Visitor, maya: Visitor, clock: SettableClock
) -> None:
    await keep_ritual(bot.database, journey_id=journey)
    asked = await keep_round(bot.database, 1, {})
    day = clock.now.date()
    rows = [action_row(asked, 1, TOM, day - timedelta(days=2), text="Call <!channel>")]
    await keep(
        bot.database, [*rows, action_row(asked, 2, TOM, day), action_row(asked, 3, MAYA, day)]
    )
    await tom.open_home()
    assert "Call &lt;!channel&gt;\n*Was due" in tom.home_text
    assert "2 days ago* · Monthly review" in tom.home_text
    assert "Action 2\nDue today" in tom.home_text
    assert "Action 3" not in tom.home_text
    await tom.press_on_home(SETTLES[ActionState.DONE], f"task_{asked}:1")
    await eventually(lambda: "Call" not in tom.home_text)
    assert "Action 2" in tom.home_text
    assert tom.direct_answers() == []


async def test_what_is_no_longer_theirs_is_said_by_direct_message_and_leaves_the_home(
    bot: Application, journey: str, tom: Visitor, clock: SettableClock
) -> None:
    await keep_ritual(bot.database, journey_id=journey)
    asked = await keep_round(bot.database, 1, {})
    await keep(bot.database, [action_row(asked, 1, TOM, clock.now.date())])
    await tom.open_home()
    async with bot.database.transaction() as session:
        action = await find_action(session, TEAM, f"{asked}:1")
        assert action
        action.owner = MAYA
    await tom.press_on_home(SETTLES[ActionState.DONE])
    told = await tom.direct_answer()
    assert "Only who takes care of it" in text_of(told.blocks)
    await eventually(lambda: "Yours to do" not in tom.home_text)


async def test_the_buttons_of_the_duty_open_their_windows(
    bot: Application, rota: str, maya: Visitor
) -> None:
    await maya.open_home()
    await maya.press_on_home("champion_terms")
    await eventually(lambda: maya.modal and "U0TOM" in str(maya.modal.content))
    await maya.press_on_home("champion_mine")
    await maya.modal_showing("Leave the rota")
