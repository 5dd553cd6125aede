"""What somebody wants a ritual to be: what is offered, what can't be, and questions that stay the same."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from coherence.errors import InvalidAnswers
from coherence.recurrence import Monthly, OnDate, OnWorkingDay, Weekly, next_time
from coherence.rituals.plan import (
    Rhythm,
    RitualPlan,
    first_plan,
    plan_with,
    questions_of,
    recurrence_of,
    require_plan,
)
from coherence.rituals.planned_questions import (
    MAX_QUESTION,
    MAX_QUESTIONS,
    MAX_TOGETHER,
    PlannedQuestion,
)
from coherence.rituals.ritual import Form, Question, RitualKind, Visibility
from coherence.stack.document import Layer
from tests.support.times import NOON

LONDON = "Europe/London"


def plan(kind: RitualKind = RitualKind.STAND_UP, **changes: Any) -> RitualPlan:
    offered = first_plan(kind, "j", "C1", zone=LONDON, country=None, now=NOON)
    usual: dict[str, Any] = {"name": "Monday", "questions": (PlannedQuestion("Does it fit?"),)}
    return replace(offered, **{**usual, **changes})


def rhythm(**changes: Any) -> Rhythm:
    usual: dict[str, Any] = {
        "pattern": Weekly(weekdays=("mon",)),
        "start": date(2026, 3, 2),
        "time": time(9, 30),
        "zone": LONDON,
        "country": "",
        "on_holiday": "keep",
    }
    return Rhythm(**{**usual, **changes})


def faults(wanted: RitualPlan) -> dict[str, str]:
    with pytest.raises(InvalidAnswers) as refused:
        require_plan(wanted, NOON)
    return refused.value.faults


@pytest.mark.parametrize(
    ("kind", "first", "open_for", "visibility"),
    [
        (RitualKind.STAND_UP, "2026-03-09 09:30", 1, Visibility.NAMED),
        (RitualKind.SPRINT_REVIEW, "2026-03-06 14:00", 3, Visibility.NAMED),
        (RitualKind.MONTHLY_REVIEW, "2026-04-01 09:00", 5, Visibility.CHAMPION),
        (RitualKind.FREE, "2026-03-06 15:00", 1, Visibility.NAMED),
    ],
)
def test_each_kind_is_offered_with_its_own_rhythm(
    kind: RitualKind, first: str, open_for: int, visibility: Visibility
) -> None:
    offered = plan(kind)
    comes = next_time(offered.recurrence, NOON)
    assert f"{comes:%Y-%m-%d %H:%M}" == first
    assert offered.open_for == timedelta(days=open_for)
    assert offered.visibility is visibility


def test_an_earlier_day_of_this_week_can_be_ticked_where_it_comes_every_week() -> None:
    offered = first_plan(RitualKind.FREE, "j", "C1", zone=LONDON, country=None, now=NOON)
    tomorrow = offered.recurrence.model_copy(update={"pattern": Weekly(weekdays=("tue",))})
    assert next_time(tomorrow, NOON) == datetime(2026, 3, 3, 15, tzinfo=UTC)


def test_holidays_are_moved_where_the_country_is_known_and_kept_where_it_is_not() -> None:
    known = first_plan(RitualKind.FREE, "j", "C1", zone=LONDON, country="GB", now=NOON)
    assert (known.recurrence.on_holiday, known.recurrence.country) == ("move", "GB")
    assert plan(RitualKind.FREE).recurrence.on_holiday == "keep"


def test_a_zone_is_found_as_people_write_it_and_a_wrong_one_is_told_with_those_alike() -> None:
    assert recurrence_of(rhythm(zone="berlin")).zone == "Europe/Berlin"
    with pytest.raises(InvalidAnswers) as refused:
        recurrence_of(rhythm(zone="Berln"))
    assert "Europe/Berlin" in refused.value.faults["zone"]


def test_a_country_is_taken_in_any_case_and_one_that_nobody_knows_is_refused() -> None:
    assert recurrence_of(rhythm(country=" de-by ", on_holiday="skip")).country == "DE-BY"
    with pytest.raises(InvalidAnswers) as refused:
        recurrence_of(rhythm(country="XX"))
    assert list(refused.value.faults) == ["country"]


def test_holidays_can_be_left_out_only_where_a_country_says_which_they_are() -> None:
    with pytest.raises(InvalidAnswers) as refused:
        recurrence_of(rhythm(on_holiday="skip"))
    assert "public holidays" in refused.value.faults["country"]
    by_date = rhythm(pattern=Monthly(on=OnDate(day=1)), on_holiday="move")
    assert recurrence_of(by_date).on_holiday == "move"


def test_a_date_that_is_skipped_without_a_country_is_refused_in_words() -> None:
    with pytest.raises(InvalidAnswers) as refused:
        recurrence_of(rhythm(pattern=Monthly(on=OnDate(day=1)), on_holiday="skip"))
    assert list(refused.value.faults) == ["country"]


def test_every_week_needs_a_day_of_it() -> None:
    with pytest.raises(InvalidAnswers) as refused:
        recurrence_of(rhythm(pattern=None))
    assert list(refused.value.faults) == ["weekdays"]


def test_a_day_before_all_calendars_is_refused() -> None:
    with pytest.raises(InvalidAnswers) as refused:
        recurrence_of(rhythm(start=date(1900, 1, 1)))
    assert list(refused.value.faults) == ["start"]


def test_what_is_missing_is_told_at_its_field() -> None:
    assert set(faults(plan(name="", channel_id=None, questions=()))) == {
        "name",
        "channel",
        "questions",
    }
    assert set(faults(plan(RitualKind.MONTHLY_REVIEW, questions=()))) == {"layer_vision"}


def test_whatever_is_wrong_is_told_at_once() -> None:
    wrong = rhythm(pattern=None, zone="Berln", country="XX")
    with pytest.raises(InvalidAnswers) as refused:
        plan_with(plan(name="", questions=()), wrong)
    assert set(refused.value.faults) == {"name", "questions", "weekdays", "zone", "country"}
    never = recurrence_of(rhythm(start=date(2999, 12, 31)))
    assert set(faults(plan(name="", recurrence=never))) == {"name", "cadence"}


@pytest.mark.parametrize("form", Form)
def test_a_question_that_is_there_twice_is_told_rather_than_merged(form: Form) -> None:
    twice = (PlannedQuestion("Does it fit?", Form.RATING), PlannedQuestion("does it FIT?", form))
    assert faults(plan(questions=twice)) == {
        "questions": "“does it FIT?” is there twice; please take one of them out."
    }


@pytest.mark.parametrize(
    "question",
    [
        "Does it fit? [1-7]",
        "Does it fit? [1–10]",
        "Does it fit? [ 0 — 5 ]",
        "Does it fit? [1-5 or words]",
        "Does it fit? [1 to 10]",
        "Does it fit [1-7]?",
    ],
)
def test_a_scale_that_nobody_could_answer_on_is_told(question: str) -> None:
    scale = question[question.index("[") : question.index("]") + 1]
    [said] = faults(plan(questions=(PlannedQuestion(question),))).values()
    assert said == (
        f"“{scale}” can't be used: please end the line with [1-5], or with [1-5 and words]."
    )


def test_a_scale_that_does_not_stand_at_the_end_is_told_with_its_line() -> None:
    texts = ("Does it fit [1-5]?", "[1 \u2212 5 and words] Is it so?")
    said = faults(plan(questions=tuple(map(PlannedQuestion, texts))))["questions"]
    assert said == (
        "Please put “[1-5]” at the end of the line: “Does it fit [1-5]?”. "
        "Please put “[1 \u2212 5 and words]” at the end of the line: “[1 \u2212 5 and words] Is it so?”."
    )


@pytest.mark.parametrize("text", ["Which of [a-c]?", "Why [2-3 sentences] then?", "On 1-5 May?"])
def test_what_is_no_scale_may_stand_in_a_question(text: str) -> None:
    require_plan(plan(questions=(PlannedQuestion(text),)), NOON)


def test_all_questions_with_something_wrong_are_told_at_once_and_each_thing_once() -> None:
    texts = ("Sure? [1-7]", "Safe? [1-7]", "Why?", "why?", "w" * (MAX_QUESTION + 1))
    said = faults(plan(questions=tuple(map(PlannedQuestion, texts))))["questions"]
    assert said.count("“[1-7]”") == 1
    assert "“why?” is there twice" in said
    assert "is longer than" in said


def test_each_layer_s_question_is_told_at_its_field() -> None:
    said = faults(
        plan(
            RitualKind.MONTHLY_REVIEW,
            questions=(
                PlannedQuestion("Where to? [1-5]", Form.BOTH, Layer.VISION),
                PlannedQuestion("Still so?", Form.BOTH, Layer.NARRATIVE),
                PlannedQuestion("w" * (MAX_QUESTION + 1), Form.BOTH, Layer.SYSTEM),
                PlannedQuestion("still so?", Form.BOTH, Layer.TOUCHPOINT),
            ),
        )
    )
    assert set(said) == {"layer_vision", "layer_system"}
    assert said["layer_vision"].startswith("Please leave “[1-5]” out")


def test_too_many_and_too_long_questions_are_refused() -> None:
    many = tuple(PlannedQuestion(f"Number {n}?") for n in range(MAX_QUESTIONS + 1))
    assert "too many" in faults(plan(questions=many))["questions"]
    long = (PlannedQuestion("w" * (MAX_QUESTION + 1)),)
    assert "shorter" in faults(plan(questions=long))["questions"]
    each = MAX_TOGETHER // 8 + 1
    together = tuple(PlannedQuestion(f"{n}" * each) for n in range(8))
    assert "Together" in faults(plan(questions=together))["questions"]


def test_a_time_that_never_comes_is_refused() -> None:
    at_the_end = recurrence_of(rhythm(start=date(2999, 12, 31)))
    assert "never" in faults(plan(recurrence=at_the_end))["cadence"]


def kept(*texts: str) -> tuple[Question, ...]:
    return tuple(Question(id=f"q{n}", text=text) for n, text in enumerate(texts))


def test_questions_that_stay_or_are_reworded_or_reordered_keep_their_ids() -> None:
    before = kept("What did not fit our story?", "Who was surprised?", "Which promise held?")
    wanted = plan(
        questions=(
            PlannedQuestion("Which promise held?"),
            PlannedQuestion("What did not fit our story last week?", Form.RATING),
            PlannedQuestion("Where do we stand?"),
        )
    )
    first, second, third, gone = questions_of(wanted, before)
    assert [first.id, second.id] == ["q2", "q0"]
    assert (second.text, second.form) == ("What did not fit our story last week?", Form.RATING)
    assert third.id not in {"q0", "q1", "q2"}
    assert (gone.id, gone.retired) == ("q1", True)


def test_a_question_that_comes_back_has_its_id_again() -> None:
    before = (*kept("Which promise held?"), Question(id="old", text="Who knew?", retired=True))
    wanted = plan(questions=(PlannedQuestion("who knew?"), PlannedQuestion("Which promise held?")))
    assert [(each.id, each.retired) for each in questions_of(wanted, before)] == [
        ("old", False),
        ("q0", False),
    ]


def test_the_same_plan_once_more_makes_the_same_questions() -> None:
    wanted = plan(questions=(PlannedQuestion("One?"), PlannedQuestion("Something else entirely?")))
    once = questions_of(wanted, kept("Gone by now?"))
    assert questions_of(wanted, once) == once


def test_a_review_s_question_on_a_layer_stays_the_same_however_it_is_said() -> None:
    before = (Question(id="v", text="Where to?", form=Form.BOTH, layer=Layer.VISION),)
    said = PlannedQuestion("Do we still go where we said?", Form.BOTH, Layer.VISION)
    [now] = questions_of(plan(RitualKind.MONTHLY_REVIEW, questions=(said,)), before)
    assert (now.id, now.text) == ("v", said.text)


def test_the_first_working_day_needs_no_country() -> None:
    offered = recurrence_of(rhythm(pattern=Monthly(on=OnWorkingDay(which="first"))))
    assert offered.country is None
