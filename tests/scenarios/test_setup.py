"""A steward sets up a workspace without leaving Slack."""

import pytest

from tests.support.people import ONBOARDING, Person, text_of

pytestmark = pytest.mark.usefixtures("bot")

ANSWERS = {
    "vision": "Every small workshop is paid on time, without losing a Sunday to it.",
    "start": "Invoices are written on Sunday nights.",
    "end": "The invoice is out before the van leaves the yard.",
    "promise_1": "You can send a first invoice within ten minutes.",
    "limits_1": "Once your company details are filled in.",
    "avoid": "seamless, revolution*, world-class",
}


async def test_from_nothing_to_a_checked_message(maya: Person) -> None:
    await maya.command("setup")
    overview = await maya.modal_showing("Let's set up your story")
    await maya.press(overview, "setup_add")
    form = await maya.modal_showing("Which customer journey?")
    await maya.submit(form, name="New customer onboarding", channels=[ONBOARDING])
    choice = await maya.modal_showing("How shall the narrative of")
    await maya.submit(choice, source="interview")
    interview = await maya.modal_showing("Vision: what changes")
    await maya.submit(interview, **ANSWERS)
    preview = await maya.modal_showing("Every small workshop is paid on time")
    await maya.submit(preview, note="Our first version")
    done = await maya.modal_showing("Version 1 of “New customer onboarding” is published.")
    assert f"In <#{ONBOARDING}>, type `/coherence check`" in text_of([done.content])
    await maya.command("check Our seamless invoices are great.")
    shown = text_of((await maya.private_answer()).blocks)
    assert "“seamless”" in shown
    assert "We do without “seamless”, “revolution*”, “world-class”." in shown
