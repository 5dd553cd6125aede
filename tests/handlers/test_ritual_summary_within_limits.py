"""Whatever people answer, and however many, a round's summary is within Slack's limits and never acts."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings

from coherence.recurrence import Recurrence
from coherence.rituals.action import Action
from coherence.rituals.over_time import LayersOverTime
from coherence.rituals.results import QuestionResult, RoundResults, Said
from coherence.rituals.ritual import Form, Question, Ritual, RitualKind, Round, Visibility
from coherence.rituals.summary import Rated, Review, Summary
from coherence.stack.document import Layer
from handlers.blocks.ritual_summary import closed_prompt, thread_message
from handlers.pictures import Picture
from tests.handlers.test_blocks_within_limits import is_a_message, texts

WHEN = datetime(2026, 3, 2, tzinfo=UTC)
MONTHLY = {"pattern": {"kind": "monthly", "on": {"kind": "date", "day": 2}}, "start": "2026-01-02"}


def summary_of(text: str, questions: int, kind: RitualKind) -> Summary:
    """Ten thousand answers to each question, all with these words."""
    layers = list(Layer)
    words = text[:300] or "."
    asked = [
        Question(id=f"q{n}", text="How is it?", form=Form.BOTH, layer=layers[n % 4])
        for n in range(questions)
    ]
    said = tuple(Said(3, words, "U0PRIYA", late=True) for _ in range(10))
    results = [QuestionResult(each, {1: 5_000, 5: 5_000}, said, 9_990) for each in asked]
    ritual = Ritual(
        "T1",
        "r" * 32,
        "j" * 32,
        kind,
        words[:80],
        "C1",
        Recurrence.model_validate({**MONTHLY, "time": "09:00", "zone": "UTC"}),
        Visibility.CHAMPION,
        tuple(asked),
        timedelta(days=3),
    )
    day = date(2026, 3, 9)
    action = Action("a" * 32, "r" * 32, words[:200], "U0GONE", day, WHEN, Layer.SYSTEM)
    review = Review(
        tuple(Rated(each, 0.5, tuple(f"U{n:09}" for n in range(300))) for each in results),
        {None: 9_999, **dict.fromkeys(Layer, 9_999)},
        tuple(Action(f"b{n}", "x", words[:200], "U0GONE", day, WHEN) for n in range(6)),
        99,
        tuple(Action(f"c{n}", "x", words[:200], "U0GONE", day, WHEN) for n in range(3)),
        LayersOverTime((), {}),
        frozenset({action.owner}),
    )
    closed = Round(
        "T1",
        "o" * 32,
        ritual.id,
        9,
        WHEN,
        WHEN,
        "C1",
        Visibility.CHAMPION,
        tuple(asked),
        ("U0PRIYA",),
        WHEN,
        None,
        None,
        3,
        Layer.SYSTEM,
        words,
        "U0PRIYA",
        WHEN,
    )
    return Summary(
        ritual,
        closed,
        RoundResults(10_000, 9, hidden=False, questions=tuple(results)),
        worn_out=tuple(asked[:2]),
        review=review if kind is RitualKind.MONTHLY_REVIEW else None,
    )


@pytest.mark.parametrize("kind", [RitualKind.MONTHLY_REVIEW, RitualKind.SPRINT_REVIEW])
@pytest.mark.parametrize("questions", [1, 4, 12])
@settings(max_examples=15)
@given(text=texts)
def test_a_summary_of_ten_thousand_answers_is_within_limits(
    text: str, questions: int, kind: RitualKind
) -> None:
    summary = summary_of(text, questions, kind)
    for message in (
        closed_prompt(summary),
        thread_message(summary, Picture("F0123456789", "A chart")),
    ):
        is_a_message(message)


@pytest.mark.parametrize("kind", [RitualKind.MONTHLY_REVIEW, RitualKind.SPRINT_REVIEW])
def test_the_longest_words_with_nothing_but_signs_to_escape_fit_too(kind: RitualKind) -> None:
    for message in (
        closed_prompt(summary_of("&" * 300, 12, kind)),
        thread_message(summary_of("&" * 300, 12, kind)),
    ):
        is_a_message(message)
