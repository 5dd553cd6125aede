"""Stewards set up a rota, people are asked, and everybody sees to their own duty."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.bootstrap import Application
from coherence.champion.loading import load_rotas
from coherence.champion.resolved import ResolvedRota
from sandbox.messages import Message
from sandbox.server import RunningSandbox
from sandbox.views import View
from tests.support.people import Person, eventually, text_of

pytestmark = pytest.mark.usefixtures("onboarding")


@pytest.fixture
def hanna(slack: RunningSandbox) -> Person:
    return Person(slack, "U0HANNA")


@pytest.fixture
def priya(slack: RunningSandbox) -> Person:
    return Person(slack, "U0PRIYA")


async def form_of(steward: Person) -> View:
    await steward.command("champion rota")
    return await steward.modal_showing("Who takes turns")


def typed(form: View, **fields: Any) -> dict[str, Any]:
    """Values by block, whose ids carry the revision of the rota."""
    seen = form.content["private_metadata"].rpartition(":")[2].rstrip("}")
    return {f"{name}@{seen}": value for name, value in fields.items()}


async def preview_of(steward: Person, **fields: Any) -> View:
    form = await form_of(steward)
    await steward.submit(form, **typed(form, **fields))
    return await steward.modal_showing("The order.")


async def set_up(steward: Person, members: Sequence[str], **fields: Any) -> None:
    preview = await preview_of(steward, members=list(members), **fields)
    await steward.submit(preview)
    await steward.modal_showing("is saved")


async def asked(person: Person) -> Message:
    found = await eventually(
        lambda: [
            m for m in person.direct_answers() if "take turns as champion" in text_of(m.blocks)
        ]
    )
    return found[-1]


async def join(person: Person) -> None:
    message = await asked(person)
    await person.press(message, "champion_join")
    await eventually(lambda: "Thanks, you take turns" in text_of(message.blocks))


async def rota(bot: Application, slack: RunningSandbox) -> ResolvedRota:
    async with bot.database.reading() as session:
        [found] = await load_rotas(session, slack.world.team.id)
    return found


async def test_a_rota_is_set_up_and_people_join(
    bot: Application, slack: RunningSandbox, maya: Person, tom: Person, priya: Person
) -> None:
    await set_up(maya, [tom.id, priya.id])
    await join(tom)
    await join(priya)
    found = await rota(bot, slack)
    assert [each.user_id for each in found.members if each.serves] == [tom.id, priya.id]
    told = await eventually(
        lambda: [m for m in maya.direct_answers() if "joined" in text_of(m.blocks)]
    )
    assert len(told) == 1
    await eventually(lambda: f"<@{priya.id}> joined" in text_of(told[0].blocks))


async def choose_order(steward: Person, preview: View, place: int, verb: str) -> None:
    block = next(b for b in preview.blocks if b["block_id"] == f"place_{place}")
    options = [o["value"] for o in block["accessory"]["options"]]
    await steward.slack.surfaces.act_in_view(
        preview,
        block_id=block["block_id"],
        action_id="champion_rota_order",
        value=next(value for value in options if value.startswith(verb)),
        state={},
    )


async def test_the_order_is_changed_in_the_preview_and_what_follows_with_it(
    bot: Application, slack: RunningSandbox, maya: Person, tom: Person, priya: Person
) -> None:
    preview = await preview_of(maya, members=[tom.id, priya.id])
    await choose_order(maya, preview, 1, "up")
    preview = await maya.modal_showing(f"1. <@{priya.id}>")
    first_terms = text_of([b for b in preview.blocks if b["block_id"] == "moves"])
    assert first_terms.index(priya.id) < first_terms.index(tom.id)
    await choose_order(maya, preview, 1, "with")
    preview = await maya.modal_showing(f"1. <@{priya.id}> _(will be asked)_ and <@{tom.id}>")
    await maya.submit(preview)
    await maya.modal_showing("is saved")
    assert [each.place for each in (await rota(bot, slack)).members] == [0, 0]


async def test_what_cannot_be_is_said_under_its_field(maya: Person, tom: Person) -> None:
    form = await form_of(maya)
    wrong = typed(form, members=[tom.id, "U0RELEASE"])
    answer = await maya.submit(form, **wrong)
    assert answer["errors"] == {"members@0": "Release notes is an app, not a person."}
    answer = await maya.submit(form, **typed(form, members=[tom.id], zone="Berln"))
    assert "similar ones are Europe/Berlin" in answer["errors"]["zone@0"]


async def test_only_stewards_set_it_up(tom: Person) -> None:
    await tom.command("champion rota")
    await tom.modal_showing("Only a steward can do this.")


async def test_of_two_stewards_the_second_sees_the_form_anew(
    maya: Person, hanna: Person, tom: Person, priya: Person
) -> None:
    mine = await preview_of(maya, members=[tom.id])
    theirs = await preview_of(hanna, members=[priya.id])
    await maya.submit(mine)
    await maya.modal_showing("is saved")
    await hanna.submit(theirs)
    form = await hanna.modal_showing("Somebody else has changed this rota meanwhile.")
    [members] = [b for b in form.blocks if b["block_id"] == "members@1"]
    assert members["element"]["initial_users"] == [tom.id]


async def test_saving_twice_asks_once(
    bot: Application, slack: RunningSandbox, maya: Person, tom: Person
) -> None:
    preview = await preview_of(maya, members=[tom.id])
    again = maya.slack.surfaces.submit(preview, {})
    await asyncio.gather(maya.submit(preview), again)
    await maya.modal_showing("is saved")
    await asked(tom)
    assert (await rota(bot, slack)).revision == 1
    assert len(tom.direct_answers()) == 1


async def test_who_would_rather_not_is_thanked_and_may_change_their_mind(
    bot: Application, slack: RunningSandbox, maya: Person, tom: Person
) -> None:
    await set_up(maya, [tom.id])
    message = await asked(tom)
    await tom.press(message, "champion_decline")
    await eventually(lambda: "All right, you won't take turns" in text_of(message.blocks))
    told = await eventually(
        lambda: [m for m in maya.direct_answers() if "would rather not" in text_of(m.blocks)]
    )
    await tom.command("champion me")
    duty = await tom.modal_showing("If you change your mind, join here.")
    await tom.press(duty, "champion_join")
    await tom.modal_showing("Add days away")
    await eventually(lambda: f"<@{tom.id}> joined" in text_of(told[0].blocks))
    assert (await rota(bot, slack)).is_member(tom.id)


async def test_who_is_not_asked_any_more_is_told_so(maya: Person, tom: Person) -> None:
    await set_up(maya, [maya.id, tom.id])
    message = await asked(tom)
    await set_up(maya, [maya.id])
    await tom.press(message, "champion_join")
    await eventually(
        lambda: any("there is nothing to answer" in text_of(m.blocks) for m in tom.direct_answers())
    )


async def test_one_s_own_duty_is_seen_to_in_one_window(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    await set_up(maya, [maya.id])
    slack.slack.views.close_all(maya.id)
    await maya.command("champion me")
    duty = await maya.modal_showing("Nothing noted.")
    await maya.press(duty, "champion_mine_add_leave")
    form = await maya.modal_showing("First day away")
    today = datetime.now(UTC).date()
    wrong = await maya.submit(form, first="2020-01-01", last="2020-01-02")
    assert wrong["errors"] == {"first": "Please choose today or a day to come."}
    # In London it may be tomorrow already.
    first, last = today + timedelta(days=1), today + timedelta(days=40)
    await maya.submit(form, first=first.isoformat(), last=last.isoformat())
    duty = await maya.modal_showing("this term has no champion. That's all right.")
    await maya.press(duty, "champion_mine_pause")
    duty = await maya.modal_showing("Others take your turns until you resume.")
    await maya.press(duty, "champion_mine_resume")
    duty = await maya.modal_showing("You're in the order again.")
    await press_beside(maya, duty, "champion_mine_messages")
    duty = await maya.modal_showing("I don't write to you unasked.")
    await press_beside(maya, duty, "champion_mine_remove_leave")
    duty = await maya.modal_showing("Removed;")
    await maya.press(duty, "champion_mine_leave_rota")
    await maya.modal_showing("You take no turns in any rota.")
    assert not (await rota(bot, slack)).is_member(maya.id)


async def test_the_country_whose_holidays_count_is_ones_own(maya: Person) -> None:
    await set_up(maya, [maya.id], country="DE")
    maya.slack.slack.views.close_all(maya.id)
    await maya.command("champion me")
    duty = await maya.modal_showing("*Public holidays*: Germany.")
    await press_beside(maya, duty, "champion_mine_country")
    form = await maya.modal_showing("Two letters")
    answer = await maya.submit(form, country="XX")
    assert "two letters of a country" in answer["errors"]["country"]
    await maya.submit(form, country="gb")
    await maya.modal_showing("United Kingdom")


async def test_the_overview_of_set_up_leads_to_the_rota(maya: Person, tom: Person) -> None:
    await maya.command("setup")
    overview = await maya.modal_showing("keep the narrative and this set-up")
    await maya.press(overview, "champion_set_up")
    form = await maya.modal_showing("Who takes turns")
    await maya.submit(form, **typed(form, members=[tom.id]))
    await maya.submit(await maya.modal_showing("The order."))
    await maya.modal_showing("is saved")


async def press_beside(person: Person, view: View, action_id: str) -> None:
    """Press the button beside a section."""
    block = next(b for b in view.blocks if b.get("accessory", {}).get("action_id") == action_id)
    await person.slack.surfaces.act_in_view(
        view,
        block_id=block["block_id"],
        action_id=action_id,
        value=block["accessory"]["value"],
        state={},
    )


async def zone_in(form: View) -> str:
    block = next(b for b in form.blocks if b["block_id"].startswith("zone"))
    return str(block["element"]["initial_value"])


async def test_a_journey_without_a_zone_is_offered_that_of_who_sets_it_up(
    slack: RunningSandbox, maya: Person
) -> None:
    slack.world.member(maya.id).tz = "Asia/Tokyo"
    assert await zone_in(await form_of(maya)) == "Asia/Tokyo"
