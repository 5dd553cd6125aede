"""What becomes of rituals when a person is erased."""

from datetime import timedelta
from typing import Any

from sqlmodel import select

from coherence.privacy import FORMER, Leaver, Privacy
from coherence.rituals.counting import count_round
from coherence.rituals.ritual import FEWEST_SHOWN, HowOften, Visibility
from storage.database import Database
from storage.ritual_answers import RitualAnswer, RitualBallot, RitualPart, RitualReminder
from storage.ritual_review import RitualAction, RitualExplanation
from storage.rituals import RitualRound
from tests.coherence.rituals.kept import (
    answer,
    ballot,
    close,
    found,
    keep_ritual,
    keep_round,
)
from tests.support.keeping import keep
from tests.support.rituals import TEAM
from tests.support.rituals import part_row as part
from tests.support.times import NOON

MAYA, TOM = "U0MAYA", "U0TOM"


async def erase_maya(database: Database) -> None:
    await Privacy(database, lambda: NOON).erase_person(Leaver(TEAM, MAYA, ["Maya Okafor", "maya"]))


async def rows_of(database: Database, model: type[Any]) -> list[Any]:
    async with database.reading() as session:
        return list((await session.exec(select(model))).all())


async def asked_in(database: Database, visibility: Visibility) -> str:
    await found(database, "signup")
    await keep_ritual(database, "review", created_by=MAYA)
    return await keep_round(database, "review", visibility, champions=[MAYA, TOM])


async def test_what_somebody_answered_under_their_name_goes_with_their_reminders_and_offers(
    database: Database,
) -> None:
    asked = await asked_in(database, Visibility.NAMED)
    for user in (MAYA, TOM):
        offer = RitualExplanation(
            workspace_id=TEAM, round_id=asked, question_id="fit", user_id=user
        )
        reminder = RitualReminder(
            workspace_id=TEAM, ritual_id="review", user_id=user, how_often=HowOften.DAILY
        )
        await keep(database, [answer(asked, user, rating=4, words="Mine"), offer, reminder])
    await erase_maya(database)
    for model in (RitualAnswer, RitualReminder, RitualExplanation):
        assert [row.user_id for row in await rows_of(database, model)] == [TOM]


async def test_actions_stay_with_their_text_and_without_the_name(database: Database) -> None:
    asked = await asked_in(database, Visibility.NAMED)
    action = RitualAction(
        workspace_id=TEAM,
        id="a",
        ritual_id="review",
        round_id=asked,
        text="Maya Okafor mends the page with <@U0TOM>",
        owner=MAYA,
        due_on=NOON.date() + timedelta(7),
        made_by=MAYA,
        made_at=NOON,
        state="done",
        settled_by=MAYA,
        settled_at=NOON,
    )
    await keep(database, [action])
    await erase_maya(database)
    [kept] = await rows_of(database, RitualAction)
    assert kept.text == f"{FORMER} mends the page with <@U0TOM>"
    assert (kept.owner, kept.made_by, kept.settled_by, kept.state) == (*[FORMER] * 3, "done")


async def test_rounds_stay_and_call_who_led_them_a_former_colleague(database: Database) -> None:
    asked = await asked_in(database, Visibility.CHAMPION)
    async with database.transaction() as session:
        row = await session.get_one(RitualRound, (TEAM, asked))
        row.closed_at, row.closed_by = NOON, MAYA
        row.conclusion, row.concluded_by = "As Maya Okafor said", MAYA
    await erase_maya(database)
    [row] = await rows_of(database, RitualRound)
    assert (row.champions, row.closed_by, row.concluded_by) == ([FORMER, TOM], FORMER, FORMER)
    assert row.conclusion == f"As {FORMER} said"


async def test_anonymous_answers_stay_and_lose_only_a_name_that_stands_in_them(
    database: Database,
) -> None:
    asked = await asked_in(database, Visibility.ANONYMOUS)
    await keep(database, [ballot(asked, "1", words="I wrote this"), part(asked, MAYA)])
    await keep(database, [ballot(asked, "2", words="Ask Maya Okafor, <@U0MAYA>")])
    await erase_maya(database)
    kept = {row.id: row.words for row in await rows_of(database, RitualBallot)}
    assert kept == {"1": "I wrote this", "2": f"Ask {FORMER}, {FORMER}"}


async def test_who_was_erased_while_a_round_was_open_is_not_counted_at_its_close(
    database: Database,
) -> None:
    asked = await asked_in(database, Visibility.ANONYMOUS)
    for number, user in enumerate([MAYA, *(f"U{n}" for n in range(FEWEST_SHOWN - 1))]):
        await keep(database, [part(asked, user), ballot(asked, str(number), rating=1)])
    await erase_maya(database)
    assert MAYA not in {row.user_id for row in await rows_of(database, RitualPart)}
    closed = await close(database, asked)
    assert closed.taken_part == FEWEST_SHOWN - 1
    async with database.reading() as session:
        # The five answers are there, but one that nobody stands behind doesn't make the fifth.
        assert (await count_round(session, closed)).hidden
    assert len(await rows_of(database, RitualBallot)) == FEWEST_SHOWN


async def test_who_is_erased_after_the_close_changes_no_number(database: Database) -> None:
    asked = await asked_in(database, Visibility.ANONYMOUS)
    for number, user in enumerate([MAYA, *(f"U{n}" for n in range(FEWEST_SHOWN - 1))]):
        await keep(database, [part(asked, user), ballot(asked, str(number), rating=1)])
    closed = await close(database, asked)
    await erase_maya(database)
    async with database.reading() as session:
        came = await count_round(session, closed)
    assert (came.people, came.hidden) == (FEWEST_SHOWN, False)
