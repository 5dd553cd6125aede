"""Drift reported on messages of every kind, pressed twice, and by several at once."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from bot.bootstrap import Application
from coherence.drift.report import NewReport, Resolution
from coherence.stewards import Person as Who
from sandbox.messages import Message
from sandbox.server import RunningSandbox
from sandbox.views import View
from sandbox.world import PRIVATE, Channel
from storage.drift import DriftEvent, DriftEvidence, DriftLink, DriftReport
from tests.support.people import ONBOARDING, SUPPORT, Person, eventually
from tests.support.steward import Steward, shown

pytestmark = pytest.mark.usefixtures("onboarding")

SUMMARY = "Support says two days, our page says an hour"
SAID = "Set-up takes about an hour."


@pytest.fixture
def maya(slack: RunningSandbox) -> Steward:
    return Steward(slack, "U0MAYA")


@pytest.fixture
def hanna(slack: RunningSandbox) -> Steward:
    return Steward(slack, "U0HANNA")


async def rows(bot: Application, table: type[Any]) -> list[Any]:
    async with bot.database.reading() as session:
        return list((await session.exec(select(table))).all())


async def reported(bot: Application, who: Person) -> None:
    new = NewReport(who.slack.world.team.id, who.id, SUMMARY, channel_id=ONBOARDING)
    assert await bot.use_cases.drift_reports.report(new)


async def report_on(person: Person, message: Message) -> View:
    """Use the shortcut on a message, and save the report; returns what is said then."""
    await person.shortcut("report_drift", message)
    form = await person.modal_showing("What doesn't fit?")
    await person.submit(form, summary=SUMMARY)
    return await person.modal_showing("is on record")


async def opened(person: Steward, number: int = 1) -> View:
    person.slack.slack.views.close_all(person.id)
    await person.command(f"drift {number}")
    return await person.modal_showing("What happened")


async def form_of(person: Steward, name: str) -> View:
    await person.press(await opened(person), f"drift_form_{name}")
    return await person.filled_form()


async def test_what_another_company_says_in_a_shared_channel_is_evidence_as_well(
    bot: Application, slack: RunningSandbox, maya: Steward
) -> None:
    said = Message(ONBOARDING, "1700000000.000100", "U9LENA", SAID, team="T9PARTNER")
    await report_on(maya, slack.slack.posts.post(said))
    [kept] = await rows(bot, DriftEvidence)
    assert (kept.text, kept.author, kept.is_private) == (SAID, "U9LENA", False)
    assert kept.permalink
    view = await opened(maya)
    assert "By <@U9LENA>" in shown(view)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("الإعداد يستغرق ساعة واحدة", "ساعة"),
        ("\u202bההתקנה אורכת שעה\u202c", "שעה"),
        ("設定は一時間で終わります", "時間"),
        ("การตั้งค่าใช้เวลาหนึ่งชั่วโมง", "เวลา"),
        ("सेटअप में एक घंटा लगता है", "घंटा"),
        ("Setup 👩🏽‍💻 kostet 🇩🇪 nichts, cafe\u0301", "café"),
    ],
    ids=["arabic", "hebrew", "japanese", "thai", "hindi", "emoji"],
)
async def test_a_message_in_any_script_is_kept_as_it_is_and_found(
    bot: Application, maya: Steward, tom: Person, text: str, word: str
) -> None:
    await report_on(maya, tom.say(text, ONBOARDING))
    assert [each.text for each in await rows(bot, DriftEvidence)] == [text]
    assert text in shown(await opened(maya))
    await maya.command("drift")
    listed = await maya.modal_showing("Find by words")
    await maya.submit(listed, words_0=word)
    await maya.modal_showing("*Drift 1*")


async def test_a_message_that_is_deleted_while_its_form_is_open_is_kept_as_it_was(
    bot: Application, slack: RunningSandbox, maya: Steward, tom: Person
) -> None:
    message = tom.say(SAID, ONBOARDING)
    await maya.shortcut("report_drift", message)
    form = await maya.modal_showing(SAID)
    slack.people.delete(tom.id, ONBOARDING, message.ts)
    await maya.submit(form, summary=SUMMARY)
    await maya.modal_showing("is on record")
    assert [each.text for each in await rows(bot, DriftEvidence)] == [SAID]


async def test_a_message_that_was_deleted_leaves_its_link_alone(
    bot: Application, slack: RunningSandbox, maya: Steward, tom: Person
) -> None:
    message = tom.say(SAID, SUPPORT)
    tom.say("Really?", SUPPORT, thread_ts=message.ts)
    link = f"{slack.slack.url}/archives/{SUPPORT}/p{message.ts.replace('.', '')}"
    slack.people.delete(tom.id, SUPPORT, message.ts)
    await maya.shortcut("report_drift_anywhere")
    form = await maya.modal_showing("What doesn't fit?")
    await maya.submit(form, summary=SUMMARY, other=link)
    await maya.modal_showing("I have kept the link to it alone")
    assert [(each.text, each.author) for each in await rows(bot, DriftEvidence)] == [("", None)]


async def test_what_is_said_where_we_are_not_is_kept_and_closed_to_others(
    bot: Application, slack: RunningSandbox, maya: Steward, hanna: Steward, tom: Person
) -> None:
    deals = Channel("C0DEALS", "deals", kind=PRIVATE, members={maya.id, tom.id})
    slack.world.channels[deals.id] = deals
    await report_on(maya, tom.say("heron", deals.id))
    [kept] = await rows(bot, DriftEvidence)
    assert (kept.text, kept.is_private, kept.permalink) == ("heron", True, None)
    said = shown(await opened(hanna))
    assert "heron" not in said
    assert tom.id not in said
    assert deals.id not in said


async def test_a_direct_message_is_evidence_that_others_do_not_see(
    bot: Application, slack: RunningSandbox, maya: Steward, hanna: Steward, tom: Person
) -> None:
    between = slack.world.direct_message(maya.id, tom.id).id
    await report_on(maya, tom.say("heron", between))
    assert [each.is_private for each in await rows(bot, DriftEvidence)] == [True]
    assert "heron" not in shown(await opened(hanna))


async def test_two_who_report_the_same_message_at_once_are_both_heard(
    bot: Application, maya: Steward, hanna: Steward, tom: Person
) -> None:
    message = tom.say(SAID, ONBOARDING)
    forms = []
    for person in (maya, hanna):
        await person.shortcut("report_drift", message)
        forms.append((person, await person.modal_showing("What doesn't fit?")))
    await asyncio.gather(*(person.submit(form, summary=SUMMARY) for person, form in forms))
    on_record = {each.reporter for each in await rows(bot, DriftReport)}
    asked = {person.id for person, form in forms if "Nothing is saved yet" in shown(form)}
    assert on_record
    assert on_record | asked == {maya.id, hanna.id}


async def test_me_too_that_is_pressed_twice_counts_once(
    bot: Application, maya: Steward, hanna: Steward, tom: Person
) -> None:
    message = tom.say(SAID, ONBOARDING)
    await report_on(maya, message)
    await hanna.shortcut("report_drift", message)
    await hanna.submit(await hanna.modal_showing("What doesn't fit?"), summary=SUMMARY)
    asked = await hanna.modal_showing("Nothing is saved yet")
    before = dict(asked.content)
    await hanna.use(asked, "drift_report_me_too", "1")
    await eventually(lambda: "Nothing is saved yet" not in shown(asked))
    asked.replace(before)
    await hanna.use(asked, "drift_report_me_too", "1")
    await eventually(lambda: "Nothing is saved yet" not in shown(asked))
    assert [each.me_too for each in await rows(bot, DriftReport)] == [1]
    assert [each.what for each in await rows(bot, DriftEvent)].count("me_too") == 1


SUBMITS: dict[str, dict[str, Any]] = {
    "triage": {"severity": "serious"},
    "resolve": {"resolution": "fixed", "note": "Done"},
    "reopen": {"note": "It is back"},
    "snooze": {},
    "link": {"ticket": "https://tickets.example/4"},
}


@pytest.mark.parametrize("name", SUBMITS)
async def test_a_form_that_is_submitted_twice_does_it_once(
    bot: Application, maya: Steward, name: str
) -> None:
    await reported(bot, maya)
    if name == "reopen":
        who = Who(maya.slack.world.team.id, maya.id)
        await bot.use_cases.drift_triage.resolve(who, 1, Resolution.FIXED, "Done", seen=1)
    form = await form_of(maya, name)
    typed = {**SUBMITS[name]}
    if name == "snooze":
        typed["until"] = (bot.use_cases.now().date() + timedelta(days=9)).isoformat()
    save = maya.save if name == "triage" else maya.submit
    before = await rows(bot, DriftEvent)
    await asyncio.gather(save(form, **typed), save(form, **typed), return_exceptions=True)
    await bot.in_flight.drain()
    after = [(each.what, each.after) for each in await rows(bot, DriftEvent)][len(before) :]
    assert after
    assert len(set(after)) == len(after)
    assert len(await rows(bot, DriftLink)) == (1 if name == "link" else 0)


async def test_a_summary_that_pings_and_links_does_neither_anywhere_it_is_shown(
    bot: Application, maya: Steward
) -> None:
    hostile = "<!channel> <!subteam^S1> <https://evil.example|our page> *&* `x`"
    await maya.shortcut("report_drift_anywhere")
    form = await maya.modal_showing("What doesn't fit?")
    await maya.submit(form, summary=hostile)
    await maya.modal_showing("is on record")
    await maya.command("drift")
    listed = await maya.modal_showing("*Drift 1*")
    for said in (shown(listed), shown(await opened(maya))):
        assert "@… @… our page *&amp;* `x`" in said
        assert not [sign for sign in ("<!channel", "<!subteam", "<https://evil") if sign in said]
