"""What answers come to, as far as it may be shown."""

from itertools import pairwise
from statistics import fmean, pvariance

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coherence.rituals.results import QuestionResult, Said, most_disagreed, round_results
from coherence.rituals.ritual import FEWEST_SHOWN, RATINGS, Question, Visibility

ratings = st.dictionaries(st.sampled_from(RATINGS), st.integers(0, 30))


def result(counts: dict[int, int], question_id: str = "q") -> QuestionResult:
    return QuestionResult(Question(id=question_id, text="Does it hold?"), counts)


def each_of(counts: dict[int, int]) -> list[int]:
    return [rating for rating, count in counts.items() for _ in range(count)]


@given(ratings)
def test_a_result_says_what_its_single_ratings_say(counts: dict[int, int]) -> None:
    given_, came = each_of(counts), result(counts)
    assert came.rated == len(given_)
    assert came.mean == (pytest.approx(fmean(given_)) if given_ else None)
    assert (came.lowest, came.highest) == (min(given_, default=None), max(given_, default=None))
    assert came.spread == (max(given_) - min(given_) if given_ else 0)


@given(st.lists(ratings, max_size=8))
def test_those_on_which_people_disagree_most_come_first(all_: list[dict[int, int]]) -> None:
    asked = [result(counts, f"q{place}") for place, counts in enumerate(all_)]
    ordered = most_disagreed(round_results(Visibility.NAMED, asked, people=9))
    assert [each for each in asked if each.rated and each not in ordered] == []
    assert all(each.rated for each in ordered)
    for one, other in pairwise(ordered):
        assert one.spread >= other.spread
        if one.spread == other.spread:
            variances = [pvariance(each_of(dict(each.ratings))) for each in (one, other)]
            assert variances[0] >= variances[1] - 1e-9
            if dict(one.ratings) == dict(other.ratings):
                assert asked.index(one) < asked.index(other)


def test_of_the_same_range_the_one_that_splits_people_comes_first() -> None:
    split, one_apart = result({1: 5, 5: 5}, "split"), result({1: 1, 3: 8, 5: 1}, "one")
    ordered = most_disagreed(round_results(Visibility.NAMED, [one_apart, split], people=10))
    assert ordered == [split, one_apart]


@given(st.integers(0, 12), st.sampled_from(Visibility))
def test_only_anonymous_rounds_are_hidden_and_only_under_five_people(
    people: int, visibility: Visibility
) -> None:
    came = result({3: people})
    shown = round_results(visibility, [came], people=people)
    assert shown.hidden == (visibility is Visibility.ANONYMOUS and people < FEWEST_SHOWN)
    assert shown.questions == (() if shown.hidden else (came,))
    assert shown.people == people


@given(st.lists(st.integers(0, 12), max_size=8), st.sampled_from(Visibility))
def test_each_question_that_fewer_than_five_answered_is_hidden_by_itself(
    answered: list[int], visibility: Visibility
) -> None:
    came = [result({3: count} if count else {}, f"q{n}") for n, count in enumerate(answered)]
    results = round_results(visibility, came, people=12)
    for before, after in zip(came, results.questions, strict=True):
        few = 0 < before.answered < FEWEST_SHOWN
        assert after.hidden == (visibility is Visibility.ANONYMOUS and few)
        assert after == (QuestionResult(before.question, hidden=True) if after.hidden else before)
    assert results.shown == tuple(each for each in results.questions if not each.hidden)


@given(st.integers(0, 12), st.integers(0, 4), st.sampled_from(Visibility))
def test_lines_beside_ratings_are_shown_from_the_fifth_on(
    more: int, said: int, visibility: Visibility
) -> None:
    lines = tuple(Said(3, "Mine") for _ in range(said))
    came = QuestionResult(Question(id="q", text="Why?"), {3: 20}, lines, more)
    [shown] = round_results(visibility, [came], people=20).questions
    few = visibility is Visibility.ANONYMOUS and 0 < said + more < FEWEST_SHOWN
    assert (shown.lines_hidden, shown.rated) == (few, 20)
    assert shown.worded == (0 if few else said + more)


@pytest.mark.parametrize(
    ("came", "answered"),
    [
        (QuestionResult(Question(id="q", text="Why?"), {1: 4}, (Said(1, "Mine"),), more=3), 4),
        (QuestionResult(Question(id="q", text="Why?"), {}, (Said(None, "Mine"),), more=3), 4),
        (QuestionResult(Question(id="q", text="Why?"), {1: 4}, (Said(1, "Mine"),)), 4),
    ],
)
def test_what_is_hidden_has_not_even_words(came: QuestionResult, answered: int) -> None:
    assert came.answered == answered
    for people in (answered, 50):
        [*shown] = round_results(Visibility.ANONYMOUS, [came], people=people).questions
        assert "Mine" not in repr(shown)
        assert not any(each.answered for each in shown)
