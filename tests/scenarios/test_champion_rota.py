"""Stewards set up a rota, people are asked, and everybody sees to their own duty."""

from collections.abc import Sequence
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
