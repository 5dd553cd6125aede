"""A question whose answers don't change any more proposes its own retirement."""

from datetime import timedelta
from typing import Any

import pytest

from coherence.accounts import everybody_is_here
from coherence.errors import NotLeading, TooLate
from coherence.outbox import Outbox
from coherence.rituals.access import RitualAccess
from coherence.rituals.results import QuestionResult
from coherence.rituals.review import RitualReviews
from coherence.rituals.ritual import Form, Question, Visibility, ritual_value
from coherence.rituals.summary import RitualSummaries
from coherence.rituals.wearing import proposes_retirement
from coherence.stewards import Person, Stewards
from storage.database import Database
from storage.rituals import Ritual
from tests.support.reviews import (
    FIRST,
    HANNA,
    MAYA,
    RITUAL,
    SAM,
    TOM,
    Given,
    keep_journey,
    keep_ritual,
    keep_round,
)
from tests.support.rituals import TEAM
from tests.support.times import SettableClock

QUESTION = Question(id="fit", text="Did it fit?", form=Form.RATING)
TWO: list[dict[str, Any]] = [
    {"id": "fit", "text": "Did it fit?", "form": "rating"},
    {"id": "odd", "text": "What was odd?"},
]


def rounds(*means: int) -> list[QuestionResult]:
    return [QuestionResult(QUESTION, {mean: 4}) for mean in means]


def proposals(results: list[QuestionResult]) -> list[int]:
    """The rounds, from 1, in which it proposes its retirement."""
    ends = range(1, len(results) + 1)
    return [end for end in ends if proposes_retirement(results[max(end - 16, 0) : end])]


def test_it_proposes_it_after_four_alike_and_again_after_four_more_three_times_at_most() -> None:
    assert proposals(rounds(*[4] * 40)) == [4, 8, 12]


def test_answers_that_move_start_it_anew() -> None:
    assert proposals(rounds(*[4] * 6, 2, *[4] * 8)) == [4, 11, 15]


def test_it_never_does_while_answers_move_or_are_few() -> None:
    assert proposals(rounds(1, 5, 1, 5, 1, 5, 1, 5)) == []
    assert proposals([QuestionResult(QUESTION, {4: 2})] * 9) == []


def _reviews(database: Database) -> RitualReviews:
    clock = SettableClock(FIRST + timedelta(days=200))
    stewards = Stewards(database, clock, _nobody)
    outbox = Outbox(database, clock, clock, stewards)
    access = RitualAccess(database, clock, stewards)
    return RitualReviews(database, clock, outbox, access, everybody_is_here)


async def _nobody(_user_id: str) -> bool:
    return False


async def _kept(database: Database) -> Ritual:
    async with database.reading() as session:
        row = await session.get(Ritual, (TEAM, RITUAL))
    assert row
    return row


@pytest.fixture
async def last(database: Database) -> str:
    """The fourth round of a check whose rating doesn't change."""
    await keep_journey(database, HANNA)
    await keep_ritual(database, kind="sprint_review", questions=TWO)
    given = {who: {"fit": (4, None), "odd": (None, "No.")} for who in (HANNA, MAYA, TOM)}
    last = ""
    for number in range(1, 5):
        last = await keep_round(database, number, given)
    return last


async def test_the_summary_of_the_fourth_round_proposes_it_and_the_fifth_does_not(
    database: Database, last: str
) -> None:
    summaries = RitualSummaries(database)
    summary = await summaries.of(TEAM, last)
    assert summary
    assert [each.id for each in summary.worn_out] == ["fit"]
    given = {who: {"fit": (4, None)} for who in (HANNA, MAYA, SAM)}
    summary = await summaries.of(TEAM, await keep_round(database, 5, given))
    assert summary
    assert summary.worn_out == ()


async def test_where_too_few_answered_without_names_nothing_is_proposed_and_nothing_counted(
    database: Database,
) -> None:
    await keep_journey(database, HANNA)
    await keep_ritual(
        database, kind="sprint_review", questions=TWO, visibility=Visibility.ANONYMOUS
    )
    people = [f"U0{number}" for number in range(6)]

    async def proposed(number: int, rating: int, rated: int) -> list[str]:
        given: dict[str, dict[str, Given]] = {who: {"odd": (None, "No.")} for who in people}
        for who in people[:rated]:
            given[who]["fit"] = (rating, None)
        summary = await RitualSummaries(database).of(
            TEAM, await keep_round(database, number, given)
        )
        assert summary
        return [each.id for each in summary.worn_out]

    few, enough = 4, 6
    for number in range(1, 4):
        assert await proposed(number, 4, enough) == []
    assert await proposed(4, 1, few) == []
    assert await proposed(5, 4, enough) == ["fit"]
    assert await proposed(6, 4, few) == []


async def test_retiring_twice_counts_the_revision_up_once_and_the_last_question_stays(
    database: Database, last: str
) -> None:
    reviews, hanna = _reviews(database), Person(TEAM, HANNA)
    for _ in range(2):
        await reviews.retire(hanna, "fit", shown_in=last)
    row = await _kept(database)
    assert row.revision == 2
    assert [each.id for each in ritual_value(row).asked] == ["odd"]
    with pytest.raises(TooLate, match="only question left"):
        await reviews.retire(hanna, "odd", shown_in=last)
    summary = await RitualSummaries(database).of(TEAM, last)
    assert summary
    assert summary.is_retired(summary.worn_out[0])


async def test_only_who_leads_retires_a_question(database: Database, last: str) -> None:
    with pytest.raises(NotLeading):
        await _reviews(database).retire(Person(TEAM, TOM), "fit", shown_in=last)
    assert (await _kept(database)).revision == 1


async def test_a_layer_of_a_review_never_proposes_to_be_looked_at_no_more(
    database: Database,
) -> None:
    await keep_journey(database, HANNA)
    await keep_ritual(database)
    given = {who: {"vision": (4, None)} for who in (HANNA, MAYA, TOM)}
    last = ""
    for number in range(1, 5):
        last = await keep_round(database, number, given)
    summary = await RitualSummaries(database).of(TEAM, last)
    assert summary
    assert summary.worn_out == ()
