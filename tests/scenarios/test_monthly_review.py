"""The monthly review once it is revealed, as the team reads and answers it in Slack."""

import asyncio
import io
from collections.abc import AsyncIterator, Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from bot.bootstrap import Application, start
from bot.settings import Settings
from bot.worker import Timetable
from coherence.outbox import NewDelivery
from coherence.rituals.action import ActionState
from coherence.rituals.letters import Letter, prompt_again, prompt_key, summary_key
from coherence.rituals.ritual import Visibility
from handlers.blocks import ritual_actions as actions
from handlers.blocks.ritual_summary import SETTLES, TAKE_OVER
from sandbox.faults import Fault
from sandbox.messages import Message
from sandbox.server import RunningSandbox
from storage.ritual_review import RitualAction
from storage.rituals import find_round, lock_round
from tests.support.people import ONBOARDING, Person, eventually, text_of
from tests.support.rehearsal import QUICK
from tests.support.reviews import (
    FIRST,
    HANNA,
    MAYA,
    PRIYA,
    RITUAL,
    SAM,
    TOM,
    Given,
    alike,
    keep_journey,
    keep_ritual,
    keep_round,
)
from tests.support.rituals import TEAM
from tests.support.times import SettableClock

DONE, DROP = SETTLES[ActionState.DONE], SETTLES[ActionState.DROPPED]
EXPLAIN = f"{actions.EXPLAIN_PREFIX}narrative"


@pytest.fixture
def clock() -> SettableClock:
    """Three days into the first month's review."""
    return SettableClock(FIRST + timedelta(days=3))


class Reviews:
    """Reviews whose prompts and summaries are posted as the product posts them."""

    def __init__(self, slack: RunningSandbox) -> None:
        self.slack = slack
        self._bot: Application | None = None

    @property
    def bot(self) -> Application:
        assert self._bot is not None
        return self._bot

    def belong_to(self, bot: Application) -> None:
        self._bot = bot

    async def reveal(self, round_id: str) -> tuple[Message, Message]:
        """Post the prompt of a round while it is open, and what follows as soon as it has closed."""
        closed = await self._changed(round_id, {"closed_at": None, "taken_part": None})
        facts = {"round_id": round_id}
        await self._say(NewDelivery(prompt_key(round_id), Letter.PROMPT, facts, ONBOARDING))
        prompt = await self.message(prompt_key(round_id))
        await self._changed(round_id, closed)
        async with self.bot.database.reading() as session:
            row = await find_round(session, TEAM, round_id)
        assert row is not None
        await self._say(prompt_again(row, "closed"))
        await self._say(
            NewDelivery(
                summary_key(round_id), Letter.SUMMARY, facts, ONBOARDING, thread_ts=prompt.ts
            )
        )
        await eventually(lambda: "answered" in str(self.now(prompt).blocks))
        return prompt, await self.message(summary_key(round_id))

    async def _changed(self, round_id: str, values: dict[str, Any]) -> dict[str, Any]:
        """Change a round's row; returns what it said before."""
        async with self.bot.database.transaction() as session:
            row = await lock_round(session, TEAM, round_id)
            assert row is not None
            before = {name: getattr(row, name) for name in values}
            for name, value in values.items():
                setattr(row, name, value)
        return before

    async def _say(self, new: NewDelivery) -> None:
        async with self.bot.database.transaction() as session:
            await self.bot.use_cases.outbox.add(session, TEAM, [new])

    async def message(self, key: str) -> Message:
        """The message that a delivery became."""

        def look() -> Message | None:
            for each in self.everything():
                if (each.metadata or {}).get("event_payload", {}).get("key") == key:
                    return each
            return None

        found = await eventually(look)
        assert found is not None
        return found

    def everything(self) -> Sequence[Message]:
        """All that stands in the channel and in its threads, as everybody sees it."""
        messages = self.slack.world.messages
        posts = messages.public(ONBOARDING)
        return [*posts, *(reply for post in posts for reply in messages.replies(post))]

    async def says(self, message: Message, words: str) -> str:
        """A message's words, once these are among them."""
        await eventually(lambda: words in text_of(self.now(message).blocks))
        return text_of(self.now(message).blocks)

    def now(self, message: Message) -> Message:
        return next(each for each in self.everything() if each.ts == message.ts)


@pytest.fixture
async def bot(
    slack: RunningSandbox,
    settings: Settings,
    clock: SettableClock,
    reviews: Reviews,
    logged: io.StringIO,
) -> AsyncIterator[Application]:
    timetable = Timetable(pace=QUICK, tick_seconds=0.05)
    async with start(settings, clock, timetable) as application:
        await slack.until_connected()
        reviews.belong_to(application)
        await keep_journey(application.database, PRIYA)
        await keep_ritual(application.database)
        yield application


@pytest.fixture
def reviews(slack: RunningSandbox) -> Reviews:
    return Reviews(slack)


class Member(Person):
    """Somebody in the channel."""

    async def press_in(self, message: Message, action_id: str) -> None:
        """Press a button of a message, also one beside a section."""
        block, element = next(
            (block, element)
            for block in message.blocks
            for element in (*block.get("elements", []), block.get("accessory") or {})
            if element.get("action_id") == action_id
        )
        acked = await self.slack.surfaces.act_on_message(
            self.id,
            message,
            block_id=block["block_id"],
            action_id=action_id,
            value=element["value"],
        )
        assert acked == {"ok": True}

    async def conclude(self, message: Message, **fields: Any) -> dict[str, Any]:
        """Fill in the form and send it."""
        await self.press_in(message, actions.CONCLUDE)
        form = await self.modal_showing("Which layer drifted most?")
        return await self.submit(form, **fields)

    async def told(self, words: str) -> None:
        await eventually(lambda: any(words in text_of(m.blocks) for m in self.private_answers()))

    def posts(self) -> list[Message]:
        """What the bot has sent to them, without what it answered to a press."""
        return [each for each in self.direct_answers() if each.metadata]

    async def direct_says(self, words: str) -> None:
        await eventually(lambda: any(words in text_of(m.blocks) for m in self.direct_answers()))

    def message(self, before: Message) -> Message:
        """A direct message as it is now."""
        return next(each for each in self.direct_answers() if each.ts == before.ts)


@pytest.fixture
def priya(slack: RunningSandbox, bot: Application) -> Member:
    """A steward."""
    return Member(slack, PRIYA)


@pytest.fixture
def tom(slack: RunningSandbox, bot: Application) -> Member:
    return Member(slack, TOM)


@pytest.fixture
def maya(slack: RunningSandbox, bot: Application) -> Member:
    return Member(slack, MAYA)


def differing() -> dict[str, dict[str, tuple[int | None, str | None]]]:
    given = alike(4, (HANNA, MAYA, TOM))
    given[TOM]["narrative"] = (1, "Support says <!channel> the opposite.")
    return given


FOUND = {
    "drifted": "narrative",
    "conclusion": "Sales tells another story than support.",
    "text_1": "Update the price page",
    "owner_1": TOM,
    "due_1": "2026-01-20",
    "layer_1": "touchpoint",
}


async def test_what_people_see_differently_is_read_first_and_one_short_message_is_in_the_channel(
    bot: Application, reviews: Reviews
) -> None:
    prompt, summary = await reviews.reveal(await keep_round(bot.database, 1, differing()))
    short, whole = text_of(prompt.blocks), text_of(summary.blocks)
    assert "Monthly review* is revealed. 3 answered." in short
    assert "You differ most on *Narrative*: from 1 to 4, 3.0 on average." in short
    assert summary.thread_ts == prompt.ts
    assert whole.index("Narrative*: 3.0 on average") < whole.index("Vision*: all 3 gave a 4")
    assert f"1: Support says &lt;!channel&gt; the opposite. – <@{TOM}>" in whole
    assert "*Open drift*: none in the log." in whole
    assert len([each for each in reviews.everything() if each.metadata]) == 2


async def test_of_an_anonymous_review_a_layer_that_few_rated_is_nowhere_to_be_read(
    bot: Application, reviews: Reviews
) -> None:
    people = [f"U0PERSON{number}" for number in range(6)]
    given = alike(4, people)
    for number, person in enumerate(people):
        given[person]["system"] = (2, "Only I run the servers") if number < 4 else (None, None)
        given[person]["touchpoint"] = (None, None)
    given[people[0]]["vision"] = (4, "Only I talk to the board")
    round_id = await keep_round(
        bot.database, 1, given, visibility=Visibility.ANONYMOUS.value, taken_part=len(people)
    )
    prompt, summary = await reviews.reveal(round_id)
    left_out = (
        "Fewer than 5 rated *System*, so what they gave is not shown. Nobody rated *Touchpoints*."
    )
    for message in (prompt, summary):
        assert left_out in text_of(message.blocks)
    assert "*Vision*: all 6 gave a 4" in text_of(summary.blocks)
    assert (
        "Fewer than 5 wrote a line of evidence on *Vision*, so these lines are not shown."
        in text_of(summary.blocks)
    )
    assert "board" not in str([each.blocks for each in reviews.everything()])
    assert "servers" not in str([each.blocks for each in reviews.everything()])
    assert "2.0" not in str([each.blocks for each in reviews.everything()])


async def test_layers_on_which_people_differ_as_much_are_named_together(
    bot: Application, reviews: Reviews
) -> None:
    given = alike(5, (HANNA, TOM))
    given[TOM] |= {"vision": (3, None), "system": (3, None)}
    prompt, _ = await reviews.reveal(await keep_round(bot.database, 1, given))
    assert "You differ most on *Vision* and *System*: by 2 steps each." in text_of(prompt.blocks)


async def test_whoever_was_named_is_found_beside_a_bare_rating_too(
    bot: Application, reviews: Reviews, priya: Member
) -> None:
    _, summary = await reviews.reveal(await keep_round(bot.database, 1, differing()))
    assert "Narrative*: 3.0 on average, from 1 to 4: 1 gave a 1, 2 gave a 4" in text_of(
        summary.blocks
    )
    await priya.press_in(summary, actions.NAMES)
    await priya.modal_showing(f"<@{TOM}>")


async def test_the_layers_over_time_are_a_picture_from_the_second_review_on(
    bot: Application, reviews: Reviews
) -> None:
    _, first = await reviews.reveal(await keep_round(bot.database, 1, differing()))
    assert not any(block["type"] == "image" for block in first.blocks)
    _, second = await reviews.reveal(await keep_round(bot.database, 2, alike(5, (HANNA, TOM))))
    [picture] = [block for block in second.blocks if block["type"] == "image"]
    assert "from January 2026 to February 2026" in picture["alt_text"]
    assert "Narrative: 3.0, 5.0." in picture["alt_text"]
    assert "vision up 1.0 to 5.0, narrative up 2.0 to 5.0" in text_of(second.blocks)


async def test_only_layers_that_have_moved_are_named(bot: Application, reviews: Reviews) -> None:
    await reviews.reveal(await keep_round(bot.database, 1, alike(5, (HANNA, TOM))))
    given = alike(5, (HANNA, TOM))
    given[TOM]["narrative"] = (3, None)
    _, second = await reviews.reveal(await keep_round(bot.database, 2, given))
    moved = "*Since last time*: narrative down 1.0 to 4.0; the others as before."
    assert moved in text_of(second.blocks)
    _, third = await reviews.reveal(await keep_round(bot.database, 3, given))
    assert "*Since last time*: no layer has moved." in text_of(third.blocks)


async def test_without_the_permission_for_files_the_summary_is_whole_without_a_picture(
    bot: Application, slack: RunningSandbox, reviews: Reviews
) -> None:
    await keep_round(bot.database, 1, differing())
    slack.slack.faults.add(Fault("files.getUploadURLExternal", "missing_scope", times=9))
    _, second = await reviews.reveal(await keep_round(bot.database, 2, alike(5, (HANNA, TOM))))
    assert not any(block["type"] == "image" for block in second.blocks)
    assert "*Since last time*" in text_of(second.blocks)


async def test_who_can_explain_is_named_where_everybody_reads_it_until_they_take_it_back(
    bot: Application, reviews: Reviews, tom: Member
) -> None:
    _, summary = await reviews.reveal(await keep_round(bot.database, 1, differing()))
    await tom.press_in(summary, EXPLAIN)
    await reviews.says(summary, f"<@{TOM}> can explain how they see it.")
    await tom.told("The summary now says")
    await tom.press_in(reviews.now(summary), EXPLAIN)
    await tom.told("Taken back")
    await eventually(lambda: "can explain how" not in text_of(reviews.now(summary).blocks))


async def test_a_review_is_concluded_and_its_action_comes_back_and_is_done(
    bot: Application, reviews: Reviews, priya: Member, tom: Member, clock: SettableClock
) -> None:
    prompt, summary = await reviews.reveal(await keep_round(bot.database, 1, differing()))
    answer = await priya.conclude(summary, **FOUND)
    assert answer["response_action"] == "update"
    await reviews.says(prompt, "*Narrative* drifted most. Sales tells another story")
    await reviews.says(prompt, f"• Update the price page – <@{TOM}>, by Tue 20 Jan")
    await reviews.says(summary, "*Decided now*")

    clock.now = FIRST + timedelta(days=33)
    _, second = await reviews.reveal(await keep_round(bot.database, 2, alike(4, (HANNA, TOM))))
    assert "*Decided before*: 0 of 1 done." in text_of(second.blocks)
    await tom.press_in(second, DONE)
    await tom.told("“Update the price page” is noted as done.")
    await reviews.says(second, "*Decided before*: 1 of 1 done.")
    await reviews.says(prompt, "by Tue 20 Jan (done)")


async def test_an_owner_hears_by_direct_message_and_says_there_that_it_is_done(
    bot: Application, reviews: Reviews, priya: Member, tom: Member
) -> None:
    prompt, summary = await reviews.reveal(await keep_round(bot.database, 1, differing()))
    await priya.conclude(summary, **{**FOUND, "text_1": "Update <!channel> the price page"})
    told = await tom.direct_answer()
    assert (
        f"<@{PRIYA}> named you to take care of this, from *Monthly review* in <#{ONBOARDING}>:"
        in text_of(told.blocks)
    )
    assert ">Update &lt;!channel&gt; the price page\nBy Tue 20 Jan · Touchpoints" in text_of(
        told.blocks
    )
    await tom.press_in(told, DONE)
    await tom.direct_says("is noted as done. Thank you.")
    await tom.direct_says("\nDone.\n")
    await reviews.says(prompt, "by Tue 20 Jan (done)")
    await tom.press_in(tom.message(told), SETTLES[ActionState.OPEN])
    await tom.direct_says("The next review comes back to it")
    assert len(tom.posts()) == 1


async def test_whoever_becomes_the_owner_hears_of_it_and_who_was_it_reads_so_in_their_message(
    bot: Application, reviews: Reviews, priya: Member, tom: Member, maya: Member
) -> None:
    _, summary = await reviews.reveal(await keep_round(bot.database, 1, differing()))
    await priya.conclude(summary, **FOUND)
    told = await tom.direct_answer()
    await priya.conclude(reviews.now(summary), **{**FOUND, "owner_1": MAYA})
    assert "named you to take care of this" in text_of((await maya.direct_answer()).blocks)
    await tom.direct_says("is no longer yours: <@U0MAYA> takes care of it.")
    emptied = dict.fromkeys(("text_1", "owner_1", "due_1", "layer_1"))
    await priya.conclude(reviews.now(summary), **{**FOUND, **emptied})
    await maya.direct_says("is no longer on the list. There is nothing for you to do.")
    assert "settle" not in str(tom.message(told).blocks)
    assert [len(each.posts()) for each in (tom, maya, priya)] == [1, 1, 0]


async def test_whoever_may_not_conclude_or_settle_is_told_whom_to_ask(
    bot: Application, reviews: Reviews, priya: Member, tom: Member
) -> None:
    _, summary = await reviews.reveal(await keep_round(bot.database, 1, differing()))
    await tom.press_in(summary, actions.CONCLUDE)
    await tom.modal_showing(f"Ask <@{PRIYA}>")
    await priya.conclude(summary, **{**FOUND, "owner_1": MAYA})
    await reviews.says(summary, "*Decided now*")
    await tom.press_in(reviews.now(summary), DROP)
    await tom.told(
        f"Only who takes care of it, the champion on duty or a steward can change that. Ask <@{PRIYA}>."
    )


async def test_a_day_that_has_passed_is_told_at_its_field_and_the_form_keeps_its_words(
    bot: Application, reviews: Reviews, priya: Member
) -> None:
    _, summary = await reviews.reveal(await keep_round(bot.database, 1, differing()))
    answer = await priya.conclude(summary, **{**FOUND, "due_1": "2026-01-02"})
    assert answer["errors"] == {"due_1": "This day has passed. Choose today or a later one."}
    assert priya.modal is not None


async def test_what_somebody_else_has_concluded_meanwhile_is_not_written_over(
    bot: Application, reviews: Reviews, priya: Member, slack: RunningSandbox
) -> None:
    prompt, summary = await reviews.reveal(await keep_round(bot.database, 1, differing()))
    await priya.press_in(summary, actions.CONCLUDE)
    form = await priya.modal_showing("Which layer drifted most?")
    hanna = Member(slack, HANNA)
    await hanna.conclude(summary, drifted="none", conclusion="All of it holds.")
    await reviews.says(prompt, "No layer drifted. All of it holds.")
    answer = await priya.submit(form, **FOUND)
    assert "Somebody has concluded this review meanwhile" in answer["errors"]["drifted"]


async def give_action(bot: Application, owner: str) -> None:
    """As if the first review had decided it."""
    action = RitualAction(
        workspace_id=TEAM,
        id="review-1:1",
        ritual_id=RITUAL,
        round_id="review-1",
        text="Call sales",
        owner=owner,
        due_on=date(2026, 1, 20),
        made_at=FIRST,
    )
    async with bot.database.transaction() as session:
        session.add(action)


async def heard_of(bot: Application, user_id: str, *, is_here: bool) -> None:
    """Wait until the bot sees of somebody whether they are here."""
    async with asyncio.timeout(20):
        while await bot.use_cases.rituals.summaries._is_here(user_id) is not is_here:  # noqa: ASYNC110 - what Slack tells has no event here
            await asyncio.sleep(0.02)


async def test_who_leaves_or_comes_back_is_seen_at_once(
    bot: Application, slack: RunningSandbox, reviews: Reviews
) -> None:
    await reviews.reveal(await keep_round(bot.database, 1, differing()))
    await give_action(bot, SAM)
    _, second = await reviews.reveal(await keep_round(bot.database, 2, alike(4, (HANNA, TOM))))
    assert "Who takes it over?" not in text_of(second.blocks)
    for number, gone in ((3, True), (4, False)):
        slack.slack.workspace.set_roles(SAM, deleted=gone)
        await heard_of(bot, SAM, is_here=not gone)
        _, next_one = await reviews.reveal(
            await keep_round(bot.database, number, alike(4, (HANNA, TOM)))
        )
        assert ("Who takes it over?" in text_of(next_one.blocks)) is gone


async def test_the_action_of_somebody_who_has_left_is_taken_over(
    bot: Application, slack: RunningSandbox, reviews: Reviews, priya: Member, maya: Member
) -> None:
    _, summary = await reviews.reveal(await keep_round(bot.database, 1, differing()))
    await give_action(bot, SAM)
    slack.world.members[SAM].deleted = True
    answer = await priya.conclude(summary, **{**FOUND, "text_2": "Ask support", "owner_2": SAM})
    assert answer["errors"]["owner_2"] == "Choose a person who has an account here."
    _, second = await reviews.reveal(await keep_round(bot.database, 2, alike(4, (HANNA, TOM))))
    assert f"<@{SAM}> is no longer here. Who takes it over?" in text_of(second.blocks)
    await maya.press_in(second, TAKE_OVER)
    await maya.told("“Call sales” is yours now")
    await reviews.says(second, f"Call sales – <@{MAYA}>, by Tue 20 Jan")


async def test_a_question_that_has_worn_out_is_retired_by_who_leads(
    bot: Application, reviews: Reviews, priya: Member, tom: Member
) -> None:
    questions = [
        {"id": "fit", "text": "Did it fit?", "form": "rating"},
        {"id": "odd", "text": "What was odd?"},
    ]
    await keep_ritual(
        bot.database, id="check", kind="sprint_review", name="Check", questions=questions
    )
    given = {who: {"fit": (4, None), "odd": (None, "Little.")} for who in (HANNA, MAYA, TOM)}
    last = ""
    for number in range(1, 5):
        last = await keep_round(bot.database, number, given, ritual_id="check")
    _, summary = await reviews.reveal(last)
    assert "“Did it fit?” has had much the same answers" in text_of(summary.blocks)
    # What has been asked since doesn't keep the proposal from being answered where it stands.
    await reviews.reveal(await keep_round(bot.database, 5, given, ritual_id="check"))
    await tom.press_in(summary, actions.RETIRE)
    await tom.told("Only the champion on duty or a steward can do this.")
    await priya.press_in(summary, actions.RETIRE)
    await reviews.says(summary, "“Did it fit?” is retired and asked no more.")
    assert {each.thread_ts for each in (*tom.private_answers(), *priya.private_answers())} == {
        summary.thread_ts
    }


async def test_a_few_long_answers_are_read_whole_in_the_thread(
    bot: Application, reviews: Reviews
) -> None:
    questions = [{"id": "odd", "text": "What was odd?"}, {"id": "else", "text": "What else?"}]
    await keep_ritual(bot.database, id="check", kind="free", name="Check", questions=questions)
    long = f"{'The page says one thing and the deck another. ' * 20}End."
    given: dict[str, dict[str, Given]] = {MAYA: {"odd": (None, long)}}
    given |= {f"U0PERSON{number}": {"odd": (None, "Little.")} for number in range(5)}
    prompt, summary = await reviews.reveal(
        await keep_round(bot.database, 1, given, ritual_id="check")
    )
    assert "The page says one thing" in text_of(prompt.blocks)
    assert long not in text_of(prompt.blocks)
    assert long in text_of(summary.blocks)
    for message in (prompt, summary):
        assert "Nobody answered this one." in text_of(message.blocks)


async def test_questions_of_a_check_that_few_answered_without_names_are_named_but_not_shown(
    bot: Application, reviews: Reviews
) -> None:
    questions = [
        {"id": "fit", "text": "Did it fit?", "form": "rating"},
        {"id": "odd", "text": "What was odd?"},
        {"id": "else", "text": "What else?"},
    ]
    await keep_ritual(
        bot.database,
        id="check",
        kind="sprint_review",
        name="Check",
        questions=questions,
        visibility="anonymous",
    )
    given: dict[str, dict[str, Given]] = {f"U{number}": {"fit": (4, None)} for number in range(6)}
    for person in ("U1", "U2", "U3", "U4"):
        given[person] |= {"odd": (None, "Only I sell there"), "else": (None, "Nor here")}
    prompt, summary = await reviews.reveal(
        await keep_round(bot.database, 1, given, ritual_id="check")
    )
    assert (
        "Fewer than 5 answered each of the other 2 questions, so what they said is not shown."
        in text_of(prompt.blocks)
    )
    assert (
        "Fewer than 5 answered these, so what they said is not shown:\n• What was odd?\n• What else?"
        in text_of(summary.blocks)
    )
    for message in (prompt, summary):
        assert "all 6 gave a 4" in text_of(message.blocks)
        assert "sell there" not in str(message.blocks)


async def test_few_anonymous_answers_stay_hidden_and_the_message_says_exactly_that(
    bot: Application, reviews: Reviews
) -> None:
    await keep_ritual(bot.database, id="quiet", name="Quiet", visibility="anonymous")
    given = alike(2, ("U1", "U2", "U3", "U4"))
    prompt, summary = await reviews.reveal(
        await keep_round(bot.database, 1, given, ritual_id="quiet")
    )
    for message in (prompt, summary):
        assert "4 answered without names. Below 5, answers are not shown" in text_of(message.blocks)
        assert "gave 2" not in text_of(message.blocks)
