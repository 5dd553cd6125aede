"""Ways into rituals, their rounds and reviews under every fault of Slack's."""

from dataclasses import replace
from typing import Any

import pytest

from bot.clock import system_clock
from coherence.outbox import NewDelivery
from coherence.rituals.conclusion import Conclusion, Draft
from coherence.rituals.letters import Letter, prompt, summary_key
from coherence.rituals.ritual import Visibility
from sandbox.messages import Message
from tests.coherence.rituals.asked import RATED, RITUAL, ask
from tests.support.crossing import Act, Crossing, WayIn, with_action
from tests.support.insider import Insider, found
from tests.support.people import ONBOARDING
from tests.support.reviews import HANNA, Given, keep_ritual, keep_round
from tests.support.rituals import DAILY, Asked, add_ritual, add_round, close_round
from tests.support.rotas import TOM

pytestmark = pytest.mark.usefixtures("onboarding")

CHECK_QUESTIONS = [
    {"id": "fit", "text": "Did it fit?", "form": "rating"},
    {"id": "narrative", "text": "What was odd?"},
]


async def be_asked(maya: Insider, visibility: Visibility = Visibility.NAMED) -> Message:
    """A ritual's round as it stands in the channel, with every button for those who answer."""
    journey = await maya.journey()
    asked = await ask(
        maya.bot.database, visibility, [RATED], journey_id=journey.id, now=system_clock()
    )
    buttons = {
        "ritual_answer": asked,
        "ritual_rate_4": f"{asked}|{RATED.id}",
        "ritual_names": asked,
        "ritual_open": RITUAL,
    }
    return maya.posted(ONBOARDING, buttons)


async def see_a_round_posted(maya: Insider) -> Message:
    """See the post of a ritual's round, with what can be pressed under it."""
    journey, now, database = await maya.journey(), system_clock(), maya.bot.database
    far_off = Asked(recurrence={**DAILY, "start": "2999-01-01"})
    ritual = await add_ritual(database, journey.id, far_off, now=now)
    asked = await add_round(database, ritual, due_at=now, ts=None)
    await maya.have_sent(prompt(asked))
    return await maya.message_with("ritual_close")


async def concluded(maya: Insider) -> Message:
    """The summary of the last of four reviews, revealed and concluded."""
    last = await played_four_times(maya)
    decided = Conclusion(None, "It holds.", (Draft("Call sales", maya.id, maya.in_days(9)),))
    reviews = maya.bot.use_cases.rituals.reviews
    seen = (await reviews.concluding(maya.who, last)).seen
    await reviews.conclude(maya.who, last, decided, seen=seen)
    return await see_summary(maya, last)


async def be_named(maya: Insider) -> Message:
    """The direct message to the owner of an action, whom Hanna has named."""
    last = await played_four_times(maya)
    hanna = replace(maya.who, user_id=HANNA)
    decided = Conclusion(None, "It holds.", (Draft("Call sales", maya.id, maya.in_days(9)),))
    reviews = maya.bot.use_cases.rituals.reviews
    seen = (await reviews.concluding(hanna, last)).seen
    await reviews.conclude(hanna, last, decided, seen=seen)
    return await maya.message_with("named you to take care of this", maya.direct_channel)


async def worn_out(maya: Insider) -> Message:
    """The summary of the last of four checks with a question that tells nothing new."""
    last = await played_four_times(maya, kind="sprint_review", questions=CHECK_QUESTIONS)
    return await see_summary(maya, last)


async def played_four_times(maya: Insider, **ritual: Any) -> str:
    """Four rounds of a review, or of another ritual, that have closed; returns the last one's id."""
    journey, database = await maya.journey(), maya.bot.database
    await keep_ritual(database, journey_id=journey.id, **ritual)
    given: dict[str, dict[str, Given]] = {
        who: {"fit": (4, None), "narrative": (rating, None)}
        for who, rating in ((maya.id, 1), (TOM, 5), ("U0SAM", 4))
    }
    return [await keep_round(database, number, given) for number in range(1, 5)][-1]


async def see_summary(maya: Insider, round_id: str) -> Message:
    """The summary of a round as the bot posts it."""
    key, facts = summary_key(round_id), {"round_id": round_id}
    await maya.have_sent(NewDelivery(key, Letter.SUMMARY, facts, channel_id=ONBOARDING))
    posts = maya.slack.world.messages
    return await found(
        lambda: next((m for m in posts.public(ONBOARDING) if key in str(m.metadata)), None)
    )


async def ritual_form_opened(maya: Insider) -> Act:
    asked = await be_asked(maya)
    return lambda: maya.press(asked, "ritual_answer")


async def ritual_list_opened(maya: Insider) -> Act:
    asked = await be_asked(maya)
    return lambda: maya.press(asked, "ritual_open")


async def ritual_answered(maya: Insider) -> Act:
    await (await ritual_form_opened(maya))()
    form = await maya.filled_form()
    return lambda: maya.submit(form, **{"rating:fit": "4"})


async def ritual_answered_anonymously(maya: Insider) -> Act:
    asked = await be_asked(maya, Visibility.ANONYMOUS)
    await maya.press(asked, "ritual_answer")
    form = await maya.filled_form()
    return lambda: maya.submit(form, **{"rating:fit": "4"})


async def ritual_rated(maya: Insider) -> Act:
    asked = await be_asked(maya)
    return lambda: maya.press(asked, "ritual_rate_4")


async def ritual_names(maya: Insider) -> Act:
    asked = await be_asked(maya)
    await close_round(maya.bot.database, f"{RITUAL} 1", system_clock())
    return lambda: maya.press(asked, "ritual_names")


async def ritual_closed(maya: Insider) -> Act:
    post = await see_a_round_posted(maya)
    return lambda: maya.press(post, "ritual_close")


async def ritual_reminders_opened(maya: Insider) -> Act:
    post = await see_a_round_posted(maya)
    return lambda: maya.press(post, "ritual_remind")


async def ritual_reminders_chosen(maya: Insider) -> Act:
    await (await ritual_reminders_opened(maya))()
    form = await maya.modal_showing("only while you have not answered")
    return lambda: maya.slack.surfaces.submit(form, {"how_often": {"how_often": "daily"}})


async def command_rituals(maya: Insider) -> Act:
    return lambda: maya.command("rituals")


async def ritual_set_up_opened(maya: Insider) -> Act:
    await maya.command("rituals")
    overview = await with_action(maya, "ritual_set_up_free")
    return lambda: maya.press(overview, "ritual_set_up_free")


async def ritual_set_up_submitted(maya: Insider) -> Act:
    press = await ritual_set_up_opened(maya)
    await press()
    form = await maya.modal_showing("Nothing is posted or saved before")
    return lambda: maya.submit(form)


async def ritual_saved(maya: Insider) -> Act:
    submit = await ritual_set_up_submitted(maya)
    await submit()
    preview = await maya.modal_showing("Before anybody answers")
    return lambda: maya.submit(preview)


async def ritual_coming(maya: Insider) -> Act:
    return await _ritual_pressed(maya, "ritual_coming")


async def ritual_edited(maya: Insider) -> Act:
    return await _ritual_pressed(maya, "ritual_edit")


async def ritual_paused(maya: Insider) -> Act:
    return await _ritual_pressed(maya, "ritual_pause")


async def _ritual_pressed(maya: Insider, action_id: str) -> Act:
    save = await ritual_saved(maya)
    await save()
    await maya.modal_showing("is saved")
    maya.slack.slack.views.close_all(maya.id)
    await maya.command("rituals")
    overview = await with_action(maya, action_id)
    return lambda: maya.press(overview, action_id)


async def ritual_explained(maya: Insider) -> Act:
    summary = await concluded(maya)
    return lambda: maya.press(summary, "ritual_explain_narrative")


async def ritual_conclude_opened(maya: Insider) -> Act:
    summary = await concluded(maya)
    return lambda: maya.press(summary, "ritual_conclude")


async def ritual_concluded(maya: Insider) -> Act:
    await (await ritual_conclude_opened(maya))()
    form = await maya.modal_showing("Which layer drifted most?")
    return lambda: maya.submit(form, drifted="system", conclusion="Nobody owns the data.")


async def ritual_action_done(maya: Insider) -> Act:
    summary = await concluded(maya)
    return lambda: maya.press(summary, "ritual_settle_done")


async def ritual_action_done_by_its_owner(maya: Insider) -> Act:
    told = await be_named(maya)
    return lambda: maya.press(told, "ritual_settle_done")


async def ritual_question_retired(maya: Insider) -> Act:
    summary = await worn_out(maya)
    return lambda: maya.press(summary, "ritual_retire")


WAYS_IN: dict[WayIn, str] = {
    ritual_form_opened: "RitualAnswerHandlers.on_answer",
    ritual_list_opened: "RitualSetupHandlers.on_open",
    ritual_answered: "RitualAnswerHandlers.on_answered",
    ritual_answered_anonymously: "RitualAnswerHandlers.on_answered",
    ritual_rated: "RitualAnswerHandlers.on_rate",
    ritual_names: "RitualAnswerHandlers.on_names",
    ritual_explained: "RitualReviewHandlers.on_explain",
    ritual_conclude_opened: "RitualReviewHandlers.on_conclude",
    ritual_concluded: "RitualReviewHandlers.on_concluded",
    ritual_action_done: "Home: RitualReviewHandlers.on_settle",
    ritual_action_done_by_its_owner: "Home: RitualReviewHandlers.on_settle",
    ritual_question_retired: "RitualReviewHandlers.on_retire",
    ritual_closed: "RitualRoundHandlers.on_close",
    ritual_reminders_opened: "RitualRoundHandlers.on_remind",
    ritual_reminders_chosen: "RitualRoundHandlers.on_reminded",
    command_rituals: "RitualSetupHandlers.on_command",
    ritual_set_up_opened: "RitualSetupHandlers.on_add",
    ritual_set_up_submitted: "RitualSetupHandlers.on_form_submitted",
    ritual_saved: "RitualSetupHandlers.on_saved",
    ritual_coming: "RitualSetupHandlers.on_coming",
    ritual_edited: "RitualSetupHandlers.on_edit",
    ritual_paused: "RitualSetupHandlers.on_pause",
}


@pytest.mark.parametrize("way_in", WAYS_IN, ids=lambda way_in: way_in.__name__)
async def test_every_way_into_rituals_stands_up_to_every_fault(
    maya: Insider, crossing: Crossing, way_in: WayIn, fault: str
) -> None:
    await crossing.play(maya, way_in, WAYS_IN[way_in], fault)
