import pytest
from sqlmodel import select

from bot.bootstrap import Application
from sandbox.views import View
from storage.drift import DriftEvidence, DriftReport
from tests.support.people import ONBOARDING, Person, text_of

pytestmark = pytest.mark.usefixtures("onboarding")

SAID = "Set-up takes about an hour, you can do it alone."
SUMMARY = "Support says two days, our page says an hour"


async def reports(bot: Application) -> list[DriftReport]:
    async with bot.database.reading() as session:
        return list((await session.exec(select(DriftReport).order_by("number"))).all())


async def evidence(bot: Application) -> list[DriftEvidence]:
    async with bot.database.reading() as session:
        wanted = select(DriftEvidence).order_by("number", "id")
        return list((await session.exec(wanted)).all())


async def form(person: Person) -> View:
    return await person.modal_showing("What doesn't fit?")


async def test_a_message_is_on_record_with_its_evidence(
    bot: Application, maya: Person, tom: Person
) -> None:
    message = tom.say(SAID, ONBOARDING)
    await maya.shortcut("report_drift", message)
    view = await form(maya)
    shown = text_of([view.content])
    assert SAID in shown
    assert "Message from <@U0TOM> in <#C0ONBOARD>" in shown
    assert SAID not in str([b for b in view.blocks if b["type"] == "input"])
    await maya.submit(view, summary=SUMMARY, severity="serious")
    done = await maya.modal_showing("Drift 1")
    assert "You will hear how it ends." in text_of([done.content])
    [report] = await reports(bot)
    assert (report.summary, report.severity, report.reporter) == (SUMMARY, "serious", maya.id)
    [kept] = await evidence(bot)
    assert (kept.text, kept.author, kept.channel_id) == (SAID, tom.id, ONBOARDING)
    assert kept.message_ts == message.ts
    assert kept.permalink
    assert kept.permalink.endswith(f"/archives/{ONBOARDING}/p{message.ts.replace('.', '')}")
