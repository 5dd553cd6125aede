"""Whoever leads a journey sets up its rituals, sees what would come, and everybody may look."""

import asyncio
from typing import Any

import pytest

from bot.bootstrap import Application
from coherence.rituals.ritual import Form, Ritual, RitualKind, Visibility, ritual_value
from sandbox.server import RunningSandbox
from sandbox.views import View
from storage.rituals import list_rituals
from tests.support.people import ONBOARDING, Person, eventually, text_of

pytestmark = pytest.mark.usefixtures("onboarding")


@pytest.fixture
def hanna(slack: RunningSandbox) -> Person:
    return Person(slack, "U0HANNA")


async def form_of(person: Person, kind: str = "stand_up") -> View:
    await person.command("rituals")
    overview = await person.modal_showing("Add a ritual")
    await person.press(overview, f"ritual_set_up_{kind}")
    return await person.modal_showing("Nothing is posted or saved before")


def typed(seen: int = 0, **fields: Any) -> dict[str, Any]:
    """Values by block, whose ids carry the revision of the ritual."""
    return {f"{name}@{seen}": value for name, value in fields.items()}


async def preview_of(person: Person, kind: str = "stand_up", **fields: Any) -> View:
    form = await form_of(person, kind)
    await person.submit(form, **typed(**fields))
    return await person.modal_showing("Before anybody answers, they read")


async def set_up(person: Person, kind: str = "stand_up", **fields: Any) -> None:
    await person.submit(await preview_of(person, kind, **fields))
    await person.modal_showing("is saved")
    person.slack.slack.views.close_all(person.id)


async def rituals(bot: Application, slack: RunningSandbox) -> list[Ritual]:
    async with bot.database.reading() as session:
        return [ritual_value(row) for row in await list_rituals(session, slack.world.team.id)]


async def test_a_stand_up_question_is_set_up_with_what_is_offered(
    bot: Application, slack: RunningSandbox, maya: Person
) -> None:
    await set_up(maya)
    [found] = await rituals(bot, slack)
    assert (found.kind, found.visibility) == (RitualKind.STAND_UP, Visibility.NAMED)
    assert found.channel_id == ONBOARDING
    assert f"{found.recurrence.time:%H:%M}" == "09:30"
    assert len(found.questions) >= 6
    assert {each.form for each in found.questions} == set(Form)
    await maya.command("rituals")
    await maya.modal_showing("Next: ")
