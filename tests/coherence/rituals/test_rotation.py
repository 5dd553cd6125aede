"""Which question comes when, and which has worn out."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from coherence.rituals.results import QuestionResult
from coherence.rituals.ritual import Question, RitualKind
from coherence.rituals.rotation import (
    FEWEST_ANSWERS,
    HARDLY,
    LOOKED_BACK,
    choose_questions,
    has_worn_out,
)

STAND_UP = RitualKind.STAND_UP


def question(name: str, *, retired: bool = False) -> Question:
    return Question(id=name, text=f"Question {name}?", retired=retired)


questions = st.lists(
    st.builds(
        lambda name, retired: question(f"q{name}", retired=retired),
        st.integers(0, 9),
        st.booleans(),
    ),
    max_size=7,
    unique_by=lambda each: each.id,
)
history = st.lists(st.lists(st.sampled_from([f"q{n}" for n in range(12)]), max_size=2), max_size=12)


def rounds(asked: list[Question], count: int) -> list[str]:
    """The questions of so many stand-ups in a row."""
    before: list[list[str]] = []
    for _ in range(count):
        [one] = choose_questions(STAND_UP, asked, before)
        before.insert(0, [one.id])
    return [ids[0] for ids in reversed(before)]


@given(questions, history)
def test_a_stand_up_asks_one_that_is_not_retired(
    asked: list[Question], before: list[list[str]]
) -> None:
    chosen = choose_questions(STAND_UP, asked, before)
    left = [each for each in asked if not each.retired]
    assert len(chosen) == min(len(left), 1)
    assert set(chosen) <= set(left)


@given(questions, history)
def test_it_never_asks_the_same_twice_running_unless_it_has_no_other(
    asked: list[Question], before: list[list[str]]
) -> None:
    chosen = choose_questions(STAND_UP, asked, before)
    if before and sum(not each.retired for each in asked) > 1 >= len(before[0]):
        assert [each.id for each in chosen] != before[0]


@given(st.integers(1, 7), st.integers(1, 40))
def test_turns_go_round_in_the_order_in_which_they_are_written(many: int, count: int) -> None:
    names = [f"q{number}" for number in range(many)]
    expected = [names[number % many] for number in range(count)]
    assert rounds([question(name) for name in names], count) == expected


@given(st.integers(2, 6), st.integers(0, 5), st.integers(1, 30))
def test_after_a_question_is_retired_the_others_stay_in_turn(
    many: int, gone: int, count: int
) -> None:
    all_ = [question(f"q{number}", retired=number == gone % many) for number in range(many)]
    turns = Counter(rounds(all_, count))
    assert f"q{gone % many}" not in turns
    assert (
        max(turns.values()) - min(turns.get(each.id, 0) for each in all_ if not each.retired) <= 1
    )


def test_one_that_is_new_comes_before_those_asked_before() -> None:
    old, new = question("old"), question("new")
    other = question("other")
    assert choose_questions(STAND_UP, [old, other, new], [["old"], ["other"]]) == (new,)


@given(questions, history, st.sampled_from([each for each in RitualKind if each is not STAND_UP]))
def test_every_other_ritual_asks_all_that_are_not_retired(
    asked: list[Question], before: list[list[str]], kind: RitualKind
) -> None:
    left = tuple(each for each in asked if not each.retired)
    assert choose_questions(kind, asked, before) == left


def rated(*counts: dict[int, int]) -> list[QuestionResult]:
    return [QuestionResult(question("q"), each) for each in counts]


def test_four_rounds_alike_have_worn_a_question_out_and_three_have_not() -> None:
    alike = {3: 2, 4: 1}
    assert has_worn_out(rated(*[alike] * LOOKED_BACK))
    assert not has_worn_out(rated(*[alike] * (LOOKED_BACK - 1)))


def test_what_lies_further_back_does_not_count() -> None:
    assert has_worn_out(rated({4: 3}, {4: 3}, {4: 3}, {4: 3}, {1: 9}))
    assert not has_worn_out(rated({1: 9}, {4: 3}, {4: 3}, {4: 3}, {4: 3}))


def test_a_round_with_few_ratings_says_nothing() -> None:
    assert not has_worn_out(rated({4: 3}, {4: FEWEST_ANSWERS - 1}, {4: 3}, {4: 3}))


def test_a_question_answered_in_words_never_wears_out() -> None:
    assert not has_worn_out(rated({}, {}, {}, {}))


@given(st.lists(st.dictionaries(st.integers(1, 5), st.integers(0, 9)), max_size=7))
def test_worn_out_means_enough_ratings_within_half_a_step(all_: list[dict[int, int]]) -> None:
    results = rated(*all_)
    last = results[:LOOKED_BACK]
    means = [each.mean for each in last if each.mean is not None and each.rated >= FEWEST_ANSWERS]
    expected = len(means) == LOOKED_BACK and max(means) - min(means) <= HARDLY
    assert has_worn_out(results) == expected
