"""Passing, swapping, covering and stepping in, as people in Slack go through it."""

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from slackblocks import ActionsBlock, Button, Element, PlainText

from bot.bootstrap import Application, start
from bot.settings import Settings
from bot.worker import Timetable
from coherence.champion.letters import Letter
from coherence.champion.loading import load_rota
from coherence.champion.resolved import ResolvedRota
from coherence.outbox import Claim, NewDelivery
from handlers.blocks import champion_actions as actions
from handlers.blocks.champion_swap import HAND_BACK_ACTION
from handlers.blocks.message import Message as NewMessage
from handlers.champion_place import ChampionPlace
from handlers.outbox import DeliveryKind
from sandbox.messages import Message
from sandbox.server import RunningSandbox
from storage.journeys import Journey
from storage.stewards import Steward as StewardRow
from tests.coherence.champion.rotas import WEEKLY
from tests.support.people import Person, eventually, text_of
from tests.support.rehearsal import QUICK
from tests.support.rotas import add_rota
from tests.support.times import NOON, SettableClock

JOURNEY: Final = "onboarding"
FIRST: Final = datetime(2026, 3, 2, 9, tzinfo=UTC)
WEEK: Final = timedelta(weeks=1)
TOMS: Final = FIRST + WEEK
SAMS: Final = FIRST + 2 * WEEK
MAYA, TOM, SAM = "U0MAYA", "U0TOM", "U0SAM"
_BUTTONS: Final = (
    actions.SIT_OUT,
    actions.SWAP,
    actions.COVER,
    actions.STEP_IN,
    actions.ACCEPT,
    actions.REFUSE,
)


async def buttons(claim: Claim) -> dict[str, Any]:
    """A message with a button for everything, as cards and reminders have them."""
    value = str(claim.facts["value"])
    row: list[Element] = [Button(PlainText(name), name, value=value) for name in _BUTTONS]
    return NewMessage("Buttons", [ActionsBlock(row, block_id="all")]).payload()


@pytest.fixture
def clock() -> SettableClock:
    """Monday noon in Maya's week; Tom's comes next, then Sam's."""
    return SettableClock()


@pytest.fixture
async def bot(
    slack: RunningSandbox, settings: Settings, clock: SettableClock, logged: io.StringIO
) -> AsyncIterator[Application]:
    kinds = [DeliveryKind("buttons", "buttons", buttons)]
    timetable = Timetable(deliveries=kinds, pace=QUICK, tick_seconds=0.05)
    async with start(settings, clock, timetable) as application:
        await slack.until_connected()
        await keep_rota(application, slack.world.team.id)
        yield application


async def keep_rota(bot: Application, team: str) -> None:
    async with bot.database.transaction() as session:
        session.add(Journey(workspace_id=team, id=JOURNEY, name="Onboarding", created_at=NOON))
        session.add(
            StewardRow(workspace_id=team, user_id="U0PRIYA", named_by="U0PRIYA", named_at=NOON)
        )
    await add_rota(bot.database, JOURNEY, (MAYA, TOM, SAM), WEEKLY, team)


class Member(Person):
    """Somebody in the rota."""

    def __init__(self, slack: RunningSandbox, bot: Application, user_id: str) -> None:
        super().__init__(slack, user_id)
        self.bot = bot

    async def press_any(
        self, action_id: str, start: datetime | None = None, about: str = ""
    ) -> None:
        """Press a button that another part of the product shows."""
        value = ChampionPlace(JOURNEY, start, about).text()
        team = self.slack.world.team.id
        key = f"buttons:{self.id}:{action_id}:{value}:{len(self.seen(self.direct_channel))}"
        new = NewDelivery(key, "buttons", {"value": value}, user_id=self.id)
        async with self.bot.database.transaction() as session:
            await self.bot.use_cases.outbox.add(session, team, [new])

        def look() -> list[Message]:
            found = [m for m in self.direct_answers() if m.text == "Buttons"]
            return [m for m in found if value == m.blocks[0]["elements"][0]["value"]]

        await self.press((await eventually(look))[-1], action_id)

    async def pressed_saying(self, words: str) -> Message:
        """The message with a button that was pressed, once it says this instead."""

        def look() -> list[Message]:
            return [m for m in self.direct_answers() if words in text_of(m.blocks)]

        return (await eventually(look))[-1]

    def letters(self) -> list[Message]:
        """What the bot has written to them about swapping and the like: not what the round has."""
        return [message for message in self.direct_answers() if not _is_of_the_round(message)]

    async def letter_saying(self, words: str) -> Message:
        """The only message from the bot, once it says this."""

        def look() -> list[Message]:
            return [m for m in self.letters() if words in text_of(m.blocks)]

        [letter] = await eventually(look)
        assert len(self.letters()) == 1
        return letter

    async def ask(self, action_id: str, start: datetime | None, words: str, **typed: Any) -> None:
        """Open a form, fill it in and send it."""
        await self.press_any(action_id, start)
        form = await self.modal_showing(words)
        answer = await self.submit(form, **typed)
        assert answer["response_action"] == "update", answer


def _is_of_the_round(message: Message) -> bool:
    key = str((message.metadata or {}).get("event_payload", {}).get("key"))
    # What is told in a reminder's place has its key.
    is_reminder = message.text.startswith("Your turn as champion begins")
    return is_reminder or key.startswith(("buttons:", Letter.INCOMING, Letter.LOOK_BACK))


@pytest.fixture
def maya(slack: RunningSandbox, bot: Application) -> Member:
    return Member(slack, bot, MAYA)


@pytest.fixture
def tom(slack: RunningSandbox, bot: Application) -> Member:
    return Member(slack, bot, TOM)


@pytest.fixture
def sam(slack: RunningSandbox, bot: Application) -> Member:
    return Member(slack, bot, SAM)


@pytest.fixture
def priya(slack: RunningSandbox, bot: Application) -> Member:
    """A steward who takes no turns."""
    return Member(slack, bot, "U0PRIYA")


async def rota(bot: Application, slack: RunningSandbox) -> ResolvedRota:
    async with bot.database.reading() as session:
        return await load_rota(session, slack.world.team.id, JOURNEY)


async def users(bot: Application, slack: RunningSandbox, weeks: int = 4) -> list[tuple[str, ...]]:
    found = await rota(bot, slack)
    return [term.users for term in found.coming(FIRST, weeks)]


async def until_here(bot: Application, slack: RunningSandbox, user_id: str) -> None:
    """Wait until the rota knows that somebody is back."""
    async with asyncio.timeout(60):
        while (await rota(bot, slack)).people[user_id].gone_at is not None:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def has_buttons(message: Message) -> bool:
    return any(block["type"] == "actions" for block in message.blocks)


async def test_a_term_is_sat_out_and_the_next_one_is_asked(
    bot: Application, slack: RunningSandbox, clock: SettableClock, tom: Member, sam: Member
) -> None:
    clock.now = TOMS - timedelta(days=3)
    await tom.press_any(actions.SIT_OUT, TOMS)
    form = await tom.modal_showing("There is nothing to explain")
    await tom.submit(form)
    await tom.modal_showing("your next turn begins on Mon 16 Mar")
    assert not has_buttons(await tom.pressed_saying("your next turn begins on Mon 16 Mar"))
    assert await users(bot, slack) == [(MAYA,), (SAM,), (TOM,), (MAYA,)]
    told = await sam.letter_saying("You're next as champion")
    assert "Tom" not in text_of(told.blocks)
    assert TOM not in text_of(told.blocks)
    assert tom.letters() == []


async def test_a_swap_is_asked_of_everybody_and_the_first_to_accept_has_it(
    bot: Application, slack: RunningSandbox, maya: Member, tom: Member, sam: Member
) -> None:
    await tom.ask(actions.SWAP, TOMS, "Which of your terms?")
    await tom.modal_showing("I have asked the 2 people who could")
    assert not has_buttons(await tom.pressed_saying("you have asked everybody who can to swap"))
    to_maya = await maya.letter_saying("would like to swap")
    to_sam = await sam.letter_saying("would like to swap")
    await sam.press(to_sam, actions.ACCEPT)
    offer = await sam.modal_showing("takes from you: Mon 16 Mar")
    await maya.press(to_maya, actions.ACCEPT)
    late = await maya.modal_showing("takes from you: Mon 23 Mar")
    await sam.submit(offer)
    await maya.submit(late)
    await maya.modal_showing("a moment faster")
    assert await users(bot, slack) == [(MAYA,), (SAM,), (TOM,), (MAYA,)]
    assert not has_buttons(await maya.letter_saying(f"<@{SAM}> has taken it"))
    assert not has_buttons(await sam.letter_saying("You take it."))
    await tom.letter_saying("In exchange you take their term that begins on Mon 16 Mar")


async def test_a_refusal_is_quiet_while_somebody_may_still_say_yes(
    maya: Member, tom: Member, sam: Member
) -> None:
    await tom.ask(actions.SWAP, TOMS, "Which of your terms?")
    await maya.press(await maya.letter_saying("would like to swap"), actions.REFUSE)
    await maya.letter_saying("that is fine")
    assert tom.letters() == []
    await sam.press(await sam.letter_saying("would like to swap"), actions.REFUSE)
    await tom.letter_saying("so it stays with you")


async def test_what_was_asked_can_be_withdrawn(maya: Member, tom: Member) -> None:
    await tom.press_any(actions.SWAP, TOMS)
    form = await tom.modal_showing("Which of your terms?")
    await tom.submit(form, whom=MAYA)
    request = await maya.letter_saying("would like to swap")
    place = ChampionPlace.of_text(request.blocks[-1]["elements"][0]["value"])
    await tom.press_any(actions.SWAP, SAMS)
    form = await tom.modal_showing("You have asked")
    block = next(b for b in form.blocks if "accessory" in b)
    acked = await tom.slack.surfaces.act_in_view(
        form,
        block_id=block["block_id"],
        action_id=actions.WITHDRAW,
        value=block["accessory"]["value"],
        state={},
    )
    assert acked == {"ok": True}
    await tom.modal_showing("Withdrawn.")
    assert not has_buttons(await maya.letter_saying("doesn't need it any more"))
    await maya.press_any(actions.ACCEPT, about=place.about)
    await maya.modal_showing("It was withdrawn")
    assert tom.letters() == []


async def test_cover_is_asked_for_a_part_of_the_running_term(
    bot: Application, slack: RunningSandbox, maya: Member, sam: Member
) -> None:
    first, last = NOON + timedelta(days=1), NOON + timedelta(days=2)
    await maya.ask(
        actions.COVER,
        FIRST,
        "Your term",
        first=int(first.timestamp()),
        last=int(last.timestamp()),
        whom=SAM,
    )
    await sam.press(await sam.letter_saying("would like to be covered"), actions.ACCEPT)
    await sam.submit(await sam.modal_showing("You take: Tue 3 Mar, 12:00"))
    await maya.letter_saying("You owe nobody a term")
    assert await users(bot, slack, 3) == [(MAYA,), (SAM,), (MAYA,)]


async def test_cover_outside_of_the_term_is_refused_under_its_field(maya: Member) -> None:
    await maya.press_any(actions.COVER, FIRST)
    form = await maya.modal_showing("Your term")
    answer = await maya.submit(form, last=int((TOMS + WEEK).timestamp()))
    assert answer["errors"] == {"last": "Choose a later time within your term."}


async def test_somebody_steps_in_and_hands_back(
    bot: Application, slack: RunningSandbox, maya: Member, sam: Member
) -> None:
    await sam.press_any(actions.STEP_IN)
    await sam.submit(await sam.modal_showing("If you step in"))
    done = await sam.modal_showing("You have the duty until Mon 9 Mar")
    await maya.letter_saying("has stepped in for you")
    assert await users(bot, slack, 3) == [(MAYA,), (SAM,), (TOM,)]
    await sam.press(done, HAND_BACK_ACTION)
    await sam.modal_showing("Handed back")
    await maya.letter_saying("as it was before")
    assert await users(bot, slack, 3) == [(MAYA,), (TOM,), (SAM,)]
    assert sam.letters() == []


async def test_a_steward_may_step_in_and_nobody_else(
    slack: RunningSandbox, bot: Application, priya: Member
) -> None:
    await priya.press_any(actions.STEP_IN)
    await priya.modal_showing("If you step in")
    luis = Member(slack, bot, "U0LUIS")
    await luis.press_any(actions.STEP_IN)
    await luis.modal_showing("Only a steward can do this")


async def test_a_deactivated_member_is_passed_over_and_stewards_hear_of_it_once(
    bot: Application, slack: RunningSandbox, maya: Member, priya: Member
) -> None:
    slack.slack.workspace.set_roles(MAYA, deleted=True)
    told = await priya.letter_saying("can't take turns as champion any more")
    assert "nobody is champion until Mon 9 Mar" in text_of(told.blocks)
    assert await users(bot, slack) == [(MAYA,), (), (TOM,), (SAM,)]
    slack.slack.workspace.set_roles(MAYA, deleted=True)
    slack.slack.workspace.set_roles(MAYA, deleted=False)

    await until_here(bot, slack, MAYA)
    assert len(priya.letters()) == 1


async def test_a_member_who_becomes_a_guest_takes_no_turns(
    bot: Application, slack: RunningSandbox, tom: Member, priya: Member
) -> None:
    slack.slack.workspace.set_roles(TOM, is_restricted=True)
    await priya.letter_saying("can't take turns")
    assert await users(bot, slack) == [(MAYA,), (SAM,), (MAYA,), (SAM,)]
