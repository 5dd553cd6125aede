"""People answer a ritual in Slack."""

import asyncio
import io
import json
from collections.abc import Sequence
from typing import Any

import pytest
from sqlmodel import col, select

from bot.bootstrap import Application
from bot.clock import system_clock
from coherence.rituals.ritual import Question, Visibility
from coherence.stack.document import Layer
from coherence.stack.versions import PublishedStack
from handlers.blocks import ritual_actions as actions
from sandbox.delivery import Envelope
from sandbox.messages import Message
from sandbox.server import RunningSandbox
from sandbox.views import View
from storage.ritual_answers import RitualAnswer, RitualBallot
from tests.coherence.rituals.asked import BOTH, RATED, WORDED, ask
from tests.support.anonymity import everything, faults, mentions
from tests.support.people import ONBOARDING, Person, eventually, text_of
from tests.support.rituals import close_round as close

ANONYMOUS, NAMED, CHAMPION = Visibility.ANONYMOUS, Visibility.NAMED, Visibility.CHAMPION
LAYERS = [BOTH.model_copy(update={"id": f"l{n}", "text": f"Layer {n}"}) for n in range(5)]


class Channel:
    """The channel in which a round was asked."""

    def __init__(self, slack: RunningSandbox, bot: Application, journey_id: str) -> None:
        self._slack = slack
        self._bot = bot
        self._journey_id = journey_id

    async def ask(
        self,
        visibility: Visibility = NAMED,
        questions: Sequence[Question] = (BOTH, WORDED),
        number: int = 1,
        champions: Sequence[str] = (),
    ) -> Message:
        """Have a round asked; returns the post with all of its buttons."""
        self.round_id = await ask(
            self._bot.database,
            visibility,
            questions,
            number=number,
            champions=champions,
            journey_id=self._journey_id,
            now=system_clock(),
        )
        rates = [
            _button(f"{actions.RATE_PREFIX}{rating}", f"{self.round_id}|{questions[0].id}")
            for rating in range(1, 6)
        ]
        others = [_button(each, self.round_id) for each in (actions.ANSWER, actions.NAMES)]
        blocks = [
            {"type": "actions", "block_id": "answer", "elements": others},
            {"type": "actions", "block_id": "rates", "elements": rates},
        ]
        return self._slack.slack.posts.by_app(ONBOARDING, "Friday look", blocks=blocks)

    async def close(self) -> None:
        """Have it close."""
        await close(self._bot.database, self.round_id, system_clock())

    async def named(self) -> list[tuple[str, str, int | None, str | None, bool]]:
        """The answers that have a name."""
        async with self._bot.database.reading() as session:
            query = select(RitualAnswer).order_by(
                col(RitualAnswer.user_id), col(RitualAnswer.question_id)
            )
            found = (await session.exec(query)).all()
        return [(r.user_id, r.question_id, r.rating, r.words, r.late) for r in found]

    async def unnamed(self) -> list[tuple[str, int | None, str | None]]:
        """The answers that have none."""
        async with self._bot.database.reading() as session:
            query = select(RitualBallot).order_by(col(RitualBallot.question_id))
            found = (await session.exec(query)).all()
        return [(r.question_id, r.rating, r.words) for r in found]


def _button(action_id: str, value: str) -> dict[str, Any]:
    text = {"type": "plain_text", "text": action_id}
    return {"type": "button", "action_id": action_id, "value": value, "text": text}


@pytest.fixture
def channel(slack: RunningSandbox, bot: Application, onboarding: PublishedStack) -> Channel:
    return Channel(slack, bot, onboarding.journey_id)


async def form_of(person: Person, asked: Message, words: str = "Open until") -> View:
    await person.press(asked, actions.ANSWER)
    return await person.modal_showing(words)


def first_said(view: View) -> str:
    """What a window says before anything else."""
    return text_of(view.blocks[:1])


async def test_a_named_answer_is_told_who_sees_it_kept_and_changed(
    channel: Channel, maya: Person
) -> None:
    asked = await channel.ask()
    form = await form_of(maya, asked)
    assert "Everybody in this channel sees your answer and your name" in first_said(form)
    assert "You can change this until it closes." in text_of([form.content])
    await maya.submit(form, **{"rating:both": "4", "words:gap": "Prices <!channel>"})
    await maya.modal_showing("Kept. You can change this until it closes.")
    maya.slack.slack.views.close_all(maya.id)

    again = await form_of(maya, asked)
    assert inputs(again)[0]["element"]["initial_option"]["value"] == "4"
    assert inputs(again)[2]["element"]["initial_value"] == "Prices <!channel>"
    await maya.submit(again, **{"rating:both": "2", "words:gap": ""})
    await maya.modal_showing("Changed.")
    assert await channel.named() == [("U0MAYA", "both", 2, None, False)]


def inputs(view: View) -> list[dict[str, Any]]:
    return [block for block in view.blocks if block["type"] == "input"]


async def test_ratings_of_a_whole_review_are_menus_and_of_a_question_or_two_are_steps(
    channel: Channel, maya: Person
) -> None:
    review = await form_of(maya, await channel.ask(questions=LAYERS))
    kinds = [each["element"]["type"] for each in inputs(review)]
    assert kinds == ["static_select", "plain_text_input"] * 5
    await maya.submit(review, **{"rating:l0": "1", "words:l0": "Gone", "rating:l4": "5"})
    await maya.modal_showing("Kept.")
    assert [row[1:4] for row in await channel.named()] == [("l0", 1, "Gone"), ("l4", 5, None)]
    maya.slack.slack.views.close_all(maya.id)
    short = await form_of(maya, await channel.ask(number=2, questions=LAYERS[:2]))
    assert inputs(short)[0]["element"]["type"] == "radio_buttons"


async def test_nothing_answered_is_said_at_the_first_field(channel: Channel, maya: Person) -> None:
    form = await form_of(maya, await channel.ask(questions=LAYERS[:3]))
    await maya.submit(form)
    assert "at least one" in form.errors["rating:l0"]
    await maya.submit(form, **{"words:l2": "Evidence alone"})
    assert form.errors == {"rating:l2": "Please choose a rating too, or take the words out."}
    assert not await channel.named()


async def test_who_opens_it_after_the_close_is_told_that_it_comes_late(
    channel: Channel, maya: Person
) -> None:
    asked = await channel.ask()
    await channel.close()
    form = await form_of(maya, asked, "your answer comes late and is marked so")
    await maya.submit(form, **{"rating:both": "4"})
    await maya.modal_showing("It came late and is marked so.")
    assert await channel.named() == [("U0MAYA", "both", 4, None, True)]


async def test_a_named_round_that_closes_meanwhile_keeps_the_words_in_the_form(
    channel: Channel, maya: Person
) -> None:
    form = await form_of(maya, await channel.ask())
    await channel.close()
    await maya.submit(form, **{"rating:both": "3", "words:both": "It was there"})
    late = await maya.modal_showing("This closed while you were writing.")
    assert not await channel.named()
    assert inputs(late)[1]["element"]["initial_value"] == "It was there"
    await maya.submit(late)
    await maya.modal_showing("It came late")
    assert await channel.named() == [("U0MAYA", "both", 3, "It was there", True)]


async def test_a_change_of_an_answer_in_time_comes_too_late_and_is_shown_to_be_copied(
    channel: Channel, maya: Person
) -> None:
    asked = await channel.ask()
    await maya.submit(await form_of(maya, asked), **{"words:gap": "Prices"})
    await maya.modal_showing("Kept.")
    maya.slack.slack.views.close_all(maya.id)
    form = await form_of(maya, asked)
    await channel.close()
    await maya.submit(form, **{"words:gap": "Prices & terms"})
    late = await maya.modal_showing("This closed while you were writing.")
    assert "You answered in time: “Prices”" in text_of([late.content])
    assert "isn't kept: “Prices &amp; terms”" in text_of([late.content])
    assert [each["block_id"] for each in inputs(late)] == ["rating:both", "words:both"]


async def test_a_change_of_answers_that_were_all_in_time_shows_what_counts_and_what_does_not(
    channel: Channel, maya: Person
) -> None:
    asked = await channel.ask()
    answers = {"rating:both": "4", "words:gap": "Prices"}
    await maya.submit(await form_of(maya, asked), **answers)
    await maya.modal_showing("Kept.")
    maya.slack.slack.views.close_all(maya.id)
    form = await form_of(maya, asked)
    await channel.close()
    await maya.submit(form, **{"rating:both": "4", "words:gap": "Prices and terms"})
    refused = await maya.modal_showing("What you answered counts as it is.")
    shown = text_of([refused.content])
    assert "You answered in time: “Prices”" in shown
    assert "Prices and terms" in shown
    assert "words:both" not in str(refused.blocks)
    assert "typed:both" not in str(refused.blocks)


async def test_a_round_before_the_last_gives_the_words_back(channel: Channel, maya: Person) -> None:
    form = await form_of(maya, await channel.ask())
    await channel.close()
    await channel.ask(number=2)
    words = "*Not* bold & <here>"
    await maya.submit(form, **{"rating:both": "3", "words:both": words})
    refused = await maya.modal_showing("has been asked again")
    assert words in text_of([refused.content])
    assert not await channel.named()


async def test_an_anonymous_answer_is_confirmed_once_and_can_not_be_given_again(
    channel: Channel, maya: Person
) -> None:
    asked = await channel.ask(ANONYMOUS)
    form = await form_of(maya, asked)
    assert "Nobody can see that an answer is yours" in first_said(form)
    assert "You can change" not in text_of([form.content])
    await maya.submit(form, **{"rating:both": "2", "words:both": "It isn't"})
    await maya.modal_showing("Kept. Nobody can tell that it is yours, so it can't be changed.")
    maya.slack.slack.views.close_all(maya.id)
    again = await form_of(maya, asked, "You have answered this already.")
    assert not inputs(again)
    assert await channel.unnamed() == [("both", 2, "It isn't")]


async def test_an_anonymous_round_that_closes_meanwhile_gives_the_words_back(
    channel: Channel, maya: Person
) -> None:
    form = await form_of(maya, await channel.ask(ANONYMOUS))
    await channel.close()
    await maya.submit(form, **{"rating:both": "2", "words:gap": "Prices & terms"})
    refused = await maya.modal_showing("Nothing of what you typed was kept")
    shown = text_of([refused.content])
    assert "Answers without a name can't come late." in shown
    assert "2 – hardly" in shown
    assert "Prices & terms" in shown
    assert not await channel.unnamed()


async def test_a_second_device_that_was_slower_gets_its_words_back(
    channel: Channel, slack: RunningSandbox, maya: Person
) -> None:
    asked = await channel.ask(ANONYMOUS)
    phone = await form_of(maya, asked)
    slack.slack.views.close_all(maya.id)
    laptop = await form_of(maya, asked)
    await maya.submit(laptop, **{"rating:both": "2"})
    await maya.modal_showing("Kept.")
    phone.values = {"words:gap": {"value": {"type": "plain_text_input", "value": "Prices"}}}
    ack = await slack.slack.delivery.deliver(submission(slack, phone))
    shown = text_of([ack["view"]])
    assert "You have answered this already." in shown
    assert "Prices" in shown
    assert await channel.unnamed() == [("both", 2, None)]


@pytest.mark.parametrize("visibility", Visibility)
async def test_a_submission_that_slack_delivers_three_times_counts_once(
    channel: Channel, slack: RunningSandbox, maya: Person, visibility: Visibility
) -> None:
    form = await form_of(maya, await channel.ask(visibility))
    option = {"value": "4", "text": {"type": "plain_text", "text": "4"}}
    form.values = {"rating:both": {"value": {"selected_option": option}}}
    deliver = slack.slack.delivery.deliver
    acks = await asyncio.gather(*(deliver(submission(slack, form)) for _ in range(3)))
    assert all("Kept" in str(ack) or "Changed" in str(ack) for ack in acks)
    assert len(await channel.named()) + len(await channel.unnamed()) == 1


def submission(slack: RunningSandbox, view: View) -> Envelope:
    payload = slack.slack.payloads.view_submission(view)
    payload["trigger_id"] = slack.slack.triggers.make(view.user, view.id)
    return Envelope("interactive", payload, accepts_response_payload=True)


async def test_a_rating_is_one_press_that_only_the_person_hears_of(
    channel: Channel, maya: Person, tom: Person
) -> None:
    asked = await channel.ask(questions=[RATED])
    await maya.press(asked, f"{actions.RATE_PREFIX}4")
    first = await maya.private_answer()
    assert "Kept: 4 – mostly." in first.text
    await maya.press(asked, f"{actions.RATE_PREFIX}2")
    await eventually(lambda: len(maya.private_answers()) == 2)
    assert "Changed to 2 – hardly." in maya.private_answers()[-1].text
    assert not tom.private_answers()
    assert await channel.named() == [("U0MAYA", "fit", 2, None, False)]


async def test_an_anonymous_rating_is_taken_once(channel: Channel, maya: Person) -> None:
    asked = await channel.ask(ANONYMOUS, [RATED])
    await maya.press(asked, f"{actions.RATE_PREFIX}4")
    assert "Nobody can tell that it is yours" in (await maya.private_answer()).text
    await maya.press(asked, f"{actions.RATE_PREFIX}1")
    await eventually(lambda: len(maya.private_answers()) == 2)
    assert "You have answered this already." in maya.private_answers()[-1].text
    assert await channel.unnamed() == [("fit", 4, None)]


async def test_a_press_on_a_rating_after_the_close_offers_to_answer_late(
    channel: Channel, maya: Person
) -> None:
    asked = await channel.ask(questions=[RATED])
    await channel.close()
    await maya.press(asked, f"{actions.RATE_PREFIX}4")
    offered = await maya.private_answer()
    assert "nothing was kept" in offered.text
    await maya.press(offered, actions.ANSWER)
    form = await maya.modal_showing("comes late")
    await maya.submit(form, **{"rating:fit": "4"})
    await maya.modal_showing("It came late")
    assert await channel.named() == [("U0MAYA", "fit", 4, None, True)]


async def test_a_guest_answers_like_everybody_and_who_leaves_stays_counted(
    channel: Channel, slack: RunningSandbox, maya: Person
) -> None:
    asked = await channel.ask()
    slack.slack.workspace.set_roles("U0MAYA", is_restricted=True)
    form = await form_of(maya, asked)
    await maya.submit(form, **{"rating:both": "4"})
    await maya.modal_showing("Kept.")
    slack.slack.workspace.set_roles("U0MAYA", deleted=True)
    await slack.settle()
    assert len(await channel.named()) == 1


async def test_who_answered_what_is_for_the_champion_alone_where_that_was_said(
    channel: Channel, maya: Person, tom: Person
) -> None:
    asked = await channel.ask(CHAMPION, champions=["U0TOM"])
    form = await form_of(maya, asked)
    assert "Only <@U0TOM>, and whoever is champion later, can see" in first_said(form)
    await maya.submit(form, **{"rating:both": "4", "words:both": "As <!here> said"})
    await maya.modal_showing("Kept.")
    maya.slack.slack.views.close_all(maya.id)
    await channel.close()
    await tom.press(asked, actions.NAMES)
    names = text_of([(await tom.modal_showing("<@U0MAYA>")).content])
    assert "4 – mostly, “As &lt;!here&gt; said”" in names
    await maya.press(asked, actions.NAMES)
    await maya.modal_showing("Only the champion sees who gave these answers.")


async def test_who_answered_what_names_a_layer_in_a_word(channel: Channel, maya: Person) -> None:
    layered = BOTH.model_copy(update={"layer": Layer.SYSTEM, "text": "Do our owners hold it up?"})
    asked = await channel.ask(questions=[layered, WORDED])
    form = await form_of(maya, asked)
    await maya.submit(form, **{"rating:both": "4"})
    await maya.modal_showing("Kept.")
    maya.slack.slack.views.close_all(maya.id)
    await channel.close()
    await maya.press(asked, actions.NAMES)
    names = text_of([(await maya.modal_showing("<@U0MAYA>")).content])
    assert "*System*: 4 – good" in names
    assert "hold it up" not in names


async def test_names_of_many_people_come_in_pages(
    channel: Channel, slack: RunningSandbox, bot: Application, maya: Person
) -> None:
    asked = await channel.ask(questions=[RATED])
    async with bot.database.transaction() as session:
        session.add_all(
            RitualAnswer(
                workspace_id=slack.world.team.id,
                round_id=channel.round_id,
                user_id=f"U{number:05}",
                question_id="fit",
                rating=4,
                answered_at=system_clock(),
            )
            for number in range(25)
        )
    await channel.close()
    await maya.press(asked, actions.NAMES)
    await maya.press(await maya.modal_showing("<@U00000>"), "ritual_names_page_next")
    second = await maya.modal_showing("<@U00024>")
    assert "<@U00000>" not in text_of([second.content])
    await maya.press(second, "ritual_names_page_first")
    await maya.modal_showing("<@U00000>")


async def test_nothing_that_the_bot_keeps_or_logs_tells_who_answered_without_a_name(
    channel: Channel,
    slack: RunningSandbox,
    bot: Application,
    logged: io.StringIO,
    maya: Person,
    tom: Person,
) -> None:
    asked = await channel.ask(ANONYMOUS)
    await maya.command("help")
    await maya.private_answer()
    before = len(logged.getvalue())
    forms = [await form_of(each, asked) for each in (maya, tom)]
    secrets = [json.loads(view.content["private_metadata"])["ballot"] for view in forms]
    for person, form in zip((maya, tom), forms, strict=True):
        await person.submit(form, **{"rating:both": "2", "words:both": f"Written by {form.id}"})
        await person.modal_showing("Kept.")
    await channel.close()
    written = logged.getvalue()[before:]
    for person, form, secret in zip((maya, tom), forms, secrets, strict=True):
        assert person.id not in written
        assert form.id not in written
        assert secret not in str(await everything(bot.database))
    assert "Written by" not in written
    assert not await faults(bot.database, channel.round_id, [maya.id, tom.id])
    assert mentions(await everything(bot.database), "Written by") == ["ritual_ballot"]
