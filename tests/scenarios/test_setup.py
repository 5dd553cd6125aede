"""A steward sets up a workspace without leaving Slack: who may, journeys, channels, stewards."""

from collections.abc import Sequence
from typing import Any

import pytest

from bot.bootstrap import Application
from coherence.journey_settings import JourneySettings
from sandbox.faults import Fault
from sandbox.server import RunningSandbox
from sandbox.views import View
from storage import stewards as stewards_table
from storage.journeys import list_channels, list_journeys
from tests.support.people import ONBOARDING, RANDOM, SUPPORT, Person, eventually, text_of
from tests.support.times import NOON

pytestmark = pytest.mark.usefixtures("bot")

NAME = "New customer onboarding"


@pytest.fixture
def hanna(slack: RunningSandbox) -> Person:
    return Person(slack, "U0HANNA")


async def journeys(bot: Application, slack: RunningSandbox) -> dict[str, JourneySettings]:
    """What is stored, by name."""
    team = slack.world.team.id
    async with bot.database.reading() as session:
        links = await list_channels(session, team)
        return {
            home.name: JourneySettings(
                home.id,
                home.name,
                tuple(link.channel_id for link in links if link.journey_id == home.id),
                home.zone,
                home.work_start,
                home.work_end,
            )
            for home in await list_journeys(session, team)
        }


async def overview(person: Person) -> View:
    await person.command("setup")
    return await person.modal_showing("keep the narrative and this set-up")


async def new_journey_form(person: Person) -> View:
    await person.press(await overview(person), "setup_add")
    return await person.modal_showing("Which customer journey?")


async def add_journey(person: Person, name: str = NAME, channels: Sequence[str] = ()) -> None:
    form = await new_journey_form(person)
    await person.submit(form, name=name, channels=list(channels))
    await person.modal_showing("How shall the narrative of")


async def change_form(person: Person) -> View:
    await person.press(await overview(person), "setup_change")
    return await person.modal_showing("Which customer journey?")


async def test_a_steward_of_an_empty_workspace_is_told_what_comes(maya: Person) -> None:
    shown = text_of([(await overview(maya)).content])
    assert "It takes about five minutes, and everything can be changed later." in shown
    assert "Name your first journey" in shown


async def test_others_are_told_whom_to_ask_by_name(tom: Person) -> None:
    await tom.command("setup")
    shown = await tom.modal_showing(
        "Only a steward can do this. Ask a steward: <@U0MAYA>, <@U0HANNA>."
    )
    assert shown.content["title"]["text"] == "Ask somebody else"


async def test_the_stewards_who_were_named_are_the_ones_to_ask(maya: Person, tom: Person) -> None:
    await maya.press(await overview(maya), "setup_stewards")
    form = await maya.modal_showing("Who keeps the narrative with you?")
    await maya.submit(form, stewards=["U0PRIYA"])
    await maya.modal_showing("So are <@U0PRIYA>.")
    await tom.command("setup")
    await tom.modal_showing("Ask a steward: <@U0PRIYA>.")


async def test_whom_to_ask_is_said_without_names_where_slack_does_not_tell(
    slack: RunningSandbox, tom: Person
) -> None:
    slack.slack.faults.add(Fault("users.list", "internal_error", times=5))
    await tom.command("setup")
    await tom.modal_showing("Only a steward can do this. Ask a workspace admin.")


async def test_a_new_journey_keeps_what_was_entered(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    form = await new_journey_form(maya)
    await maya.submit(
        form,
        name="  New   customer onboarding ",
        channels=[ONBOARDING, SUPPORT],
        zone="new york",
        work_start="08:30",
        work_end="16:30",
    )
    await maya.modal_showing("How shall the narrative of *New customer onboarding* begin?")
    [saved] = (await journeys(bot, slack)).values()
    assert saved.name == NAME
    assert set(saved.channels) == {ONBOARDING, SUPPORT}
    assert (saved.zone, saved.work_start, saved.work_end) == ("America/New_York", "08:30", "16:30")


async def test_the_zone_of_ones_own_profile_is_offered(hanna: Person) -> None:
    form = await new_journey_form(hanna)
    [zone] = [block for block in form.blocks if block["block_id"] == "zone"]
    assert zone["element"]["initial_value"] == "Europe/Berlin"


@pytest.mark.parametrize(
    ("entered", "field", "sentence"),
    [
        ({"zone": "Berln"}, "zone", "I don't know the time zone “Berln”. Did you mean Europe/Berl"),
        ({"zone": "Middle Earth"}, "zone", "Name a large city, such as Europe/London."),
        ({"work_end": "08:00"}, "work_end", "The working day must end after it begins."),
        ({"name": " \t "}, "name", "A journey's name is one line of 1 to 75 characters."),
    ],
    ids=["misspelled", "unknown", "hours", "name"],
)
async def test_what_cannot_be_is_said_under_its_field_and_the_rest_stays(
    bot: Application,
    slack: RunningSandbox,
    maya: Person,
    entered: dict[str, Any],
    field: str,
    sentence: str,
) -> None:
    form = await new_journey_form(maya)
    answer = await maya.submit(form, **{"name": NAME, **entered})
    assert sentence in answer["errors"][field]
    assert maya.modal is form
    assert form.values["name"]["value"]["value"] == entered.get("name", NAME)
    assert not await journeys(bot, slack)


async def test_a_name_that_exists_is_refused_whatever_its_case(maya: Person) -> None:
    await add_journey(maya)
    form = await new_journey_form(maya)
    answer = await maya.submit(form, name=NAME.upper())
    assert "There is already a journey called" in answer["errors"]["name"]


async def test_submitting_a_new_journey_twice_adds_one(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    form = await new_journey_form(maya)
    content = dict(form.content)
    await maya.submit(form, name=NAME, channels=[ONBOARDING])
    await maya.modal_showing("How shall the narrative of")
    form.replace(content)
    answer = await maya.submit(form, name=NAME, channels=[ONBOARDING])
    assert answer["response_action"] == "update"
    assert list(await journeys(bot, slack)) == [NAME]


async def test_a_journey_is_renamed_and_the_overview_shows_it(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    await add_journey(maya, channels=[ONBOARDING])
    await maya.submit(await change_form(maya), name="Onboarding", channels=[])
    await maya.modal_showing("*Onboarding*\nChannels: none yet")
    [saved] = (await journeys(bot, slack)).values()
    assert (saved.name, saved.channels) == ("Onboarding", ())


async def test_moving_a_channel_is_said_and_confirmed(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    await add_journey(maya, channels=[ONBOARDING, SUPPORT])
    form = await new_journey_form(maya)
    await maya.submit(form, name="Renewal", channels=[SUPPORT])
    asked = await maya.modal_showing(f"<#{SUPPORT}> belongs to “{NAME}”.")
    assert set(await journeys(bot, slack)) == {NAME}
    answer = await maya.submit(asked)
    assert "Tick this to move" in answer["errors"]["move"]
    await maya.submit(asked, move=["move"])
    await maya.modal_showing("How shall the narrative of *Renewal* begin?")
    stored = await journeys(bot, slack)
    assert stored[NAME].channels == (ONBOARDING,)
    assert stored["Renewal"].channels == (SUPPORT,)


async def test_a_move_is_not_needed_once_the_channel_is_taken_out(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    await add_journey(maya, channels=[SUPPORT])
    form = await new_journey_form(maya)
    await maya.submit(form, name="Renewal", channels=[SUPPORT])
    asked = await maya.modal_showing("belongs to")
    await maya.submit(asked, channels=[RANDOM])
    await maya.modal_showing("How shall the narrative of *Renewal* begin?")
    assert (await journeys(bot, slack))["Renewal"].channels == (RANDOM,)


async def test_two_who_change_a_journey_at_once_are_told(
    bot: Application, slack: RunningSandbox, maya: Person, hanna: Person
) -> None:
    await add_journey(maya)
    mine, theirs = await change_form(maya), await change_form(hanna)
    await hanna.submit(theirs, name="Welcome")
    await hanna.modal_showing("*Welcome*")
    await maya.submit(mine, name="Onboarding")
    shown = await maya.modal_showing("Somebody else has changed this journey")
    assert "Now it is: “Welcome”" in text_of([shown.content])
    assert list(await journeys(bot, slack)) == ["Welcome"]
    await maya.submit(shown)
    await maya.modal_showing("*Onboarding*")
    assert list(await journeys(bot, slack)) == ["Onboarding"]


async def test_a_channel_without_the_bot_comes_with_the_words_that_invite_it(
    slack: RunningSandbox, maya: Person
) -> None:
    await add_journey(maya, channels=[ONBOARDING, RANDOM])
    shown = text_of([(await overview(maya)).content])
    bot_user = slack.world.app.bot_user_id
    assert f"I am not in <#{RANDOM}> yet." in shown
    assert f"type */invite* <@{bot_user}> in the channel" in shown


@pytest.mark.parametrize("kind", ["missing_scope", "http_500"])
async def test_where_slack_does_not_tell_its_channels_the_invitation_is_general(
    slack: RunningSandbox, maya: Person, kind: str
) -> None:
    slack.slack.faults.add(Fault("users.conversations", kind, times=20))
    await add_journey(maya, channels=[ONBOARDING])
    await maya.command("setup")
    await maya.modal_showing("To let me post in one, type */invite*")


async def test_stewards_named_at_once_by_two_are_all_stewards(
    bot: Application, slack: RunningSandbox, maya: Person, hanna: Person
) -> None:
    await maya.press(await overview(maya), "setup_stewards")
    mine = await maya.modal_showing("Who keeps the narrative with you?")
    await hanna.press(await overview(hanna), "setup_stewards")
    theirs = await hanna.modal_showing("Who keeps the narrative with you?")
    await hanna.submit(theirs, stewards=["U0TOM"])
    await hanna.modal_showing("So are <@U0TOM>.")
    await maya.submit(mine, stewards=["U0PRIYA"])
    await maya.modal_showing("So are <@U0TOM>, <@U0PRIYA>.")


async def test_who_is_no_steward_any_more_cannot_save_an_open_form(
    bot: Application, slack: RunningSandbox, maya: Person, tom: Person
) -> None:
    await name_steward(bot, slack, "U0TOM")
    form = await new_journey_form(tom)
    await name_steward(bot, slack)
    answer = await tom.submit(form, name=NAME)
    assert "Only a steward can do this" in answer["errors"]["name"]
    assert "<@" not in answer["errors"]["name"]
    assert not await journeys(bot, slack)


@pytest.mark.parametrize("words", ["check Hello there.", "check", "narrative"])
async def test_before_anything_is_published_a_steward_gets_a_button_to_set_up(
    maya: Person, words: str
) -> None:
    await maya.command(words)
    where = await eventually(lambda: next(iter(maya.private_answers()), None) or offered(maya))
    assert where is not None
    assert "You are a steward, so you can set it up" in text_of(where.blocks)
    await maya.press(where, "setup_open")
    await maya.modal_showing("Let's set up your story")


@pytest.mark.parametrize("words", ["check", "narrative"])
async def test_before_anything_is_published_others_are_told_whom_to_ask(
    tom: Person, words: str
) -> None:
    await tom.command(words)
    shown = await tom.modal_showing("published")
    assert "Ask a steward: <@U0MAYA>, <@U0HANNA>." in text_of(shown.blocks)
    assert not [b for b in shown.blocks if b["type"] == "actions"]


async def test_a_direct_message_of_a_steward_gets_the_button_too(maya: Person) -> None:
    maya.say("Does this fit?")
    answer = await maya.direct_answer()
    await maya.press(answer, "setup_open")
    await maya.modal_showing("Let's set up your story")


@pytest.mark.parametrize("words", ["", "help"])
async def test_help_begins_with_set_up_for_a_steward_of_an_empty_workspace(
    maya: Person, words: str
) -> None:
    await maya.command(words)
    answer = await maya.private_answer()
    assert "*Start here.*" in text_of(answer.blocks[:1])
    await maya.press(answer, "setup_open")
    await maya.modal_showing("Let's set up your story")


async def test_help_comes_without_the_offer_to_others_and_where_slack_does_not_tell(
    slack: RunningSandbox, maya: Person, tom: Person
) -> None:
    await tom.command("help")
    assert "Start here" not in text_of((await tom.private_answer()).blocks)
    slack.slack.faults.add(Fault("users.info", "internal_error", times=5))
    await maya.command("help")
    assert "Start here" not in text_of((await maya.private_answer()).blocks)


def offered(person: Person) -> View | None:
    view = person.modal
    return view if view and "You are a steward" in text_of([view.content]) else None


async def name_steward(bot: Application, slack: RunningSandbox, *user_ids: str) -> None:
    async with bot.database.transaction() as session:
        await stewards_table.set_stewards(
            session, slack.world.team.id, user_ids, named_by="U0MAYA", now=NOON
        )
