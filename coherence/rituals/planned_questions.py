"""Questions as somebody writes them for a ritual, and what can't be asked. Pure."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from coherence.rituals.ritual import RATINGS, Form, RitualKind
from coherence.stack.document import Layer

MAX_QUESTIONS: Final = 12
"""Questions of one ritual that are asked: more would not be five minutes."""

MAX_QUESTION: Final = 300
"""Characters of one question."""

MAX_TOGETHER: Final = 1_800
"""Characters of all questions: as many as a window remembers until its preview is saved."""

_BEGIN: Final = 40
"""Characters by which a question is known in a sentence about it."""

FROM_TO: Final = r"\s*(?:[-\u2010-\u2015\u2212]|to)\s*"
"""What people type between two numbers, as a regular expression: a dash of any length, or a word."""

_SCALE: Final = re.compile(
    rf"\[\s*(?P<lowest>\d+){FROM_TO}(?P<highest>\d+)(?:[^\]]*\]\s*$|(?:\s*(?:and|\+|,)?\s*words)?\s*\])",
    re.IGNORECASE,
)
"""A scale that nobody could answer on: the one that there is, at the end, has been taken off the text."""


@dataclass(frozen=True)
class PlannedQuestion:
    """A question as it was written."""

    text: str
    form: Form = Form.WORDS
    layer: Layer | None = None


def question_faults(kind: RitualKind, asked: Sequence[PlannedQuestion]) -> dict[str, str]:
    """What is wrong with the questions of a ritual, by the names of the fields."""
    field = f"layer_{next(iter(Layer))}" if kind is RitualKind.MONTHLY_REVIEW else "questions"
    if not asked:
        return {field: "Please write at least one question."}
    if len(asked) > MAX_QUESTIONS:
        return {field: f"{len(asked)} questions are too many: {MAX_QUESTIONS} at most, please."}
    if faults := _faults_of_each(asked):
        return faults
    # As a window remembers them, where a quotation mark takes two characters.
    if sum(len(json.dumps(each.text, ensure_ascii=False)) for each in asked) > MAX_TOGETHER:
        return {field: "Together the questions are too long; please make some of them shorter."}
    return {}


def _faults_of_each(asked: Sequence[PlannedQuestion]) -> dict[str, str]:
    """What is wrong with any of the questions, by field, each thing said once."""
    faults: dict[str, dict[str, None]] = {}
    for each in asked:
        if fault := _question_fault(each):
            field = f"layer_{each.layer}" if each.layer else "questions"
            faults.setdefault(field, {})[fault] = None
    for twice in _asked_twice(asked):
        said = f"“{_begin(twice)}” is there twice; please take one of them out."
        faults.setdefault("questions", {})[said] = None
    return {field: " ".join(said) for field, said in faults.items()}


def _question_fault(asked: PlannedQuestion) -> str | None:
    if len(asked.text) > MAX_QUESTION:
        return f"“{_begin(asked.text)}” is longer than {MAX_QUESTION} characters; please make it shorter."
    if scale := _SCALE.search(asked.text):
        written = f"“{scale[0].strip()}”"
        if asked.layer:
            return f"Please leave {written} out: a layer is rated from 1 to 5 anyway."
        if _is_known(scale) and asked.text[scale.end() :]:
            return f"Please put {written} at the end of the line: “{_begin(asked.text)}”."
        return f"{written} can't be used: please end the line with [1-5], or with [1-5 and words]."
    return None


def _is_known(scale: re.Match[str]) -> bool:
    return (int(scale["lowest"]), int(scale["highest"])) == (RATINGS[0], RATINGS[-1])


def _asked_twice(asked: Sequence[PlannedQuestion]) -> Iterator[str]:
    """The texts of questions that are there before, whatever answers they take; layers have one each."""
    known: set[str] = set()
    for each in asked:
        text = each.text.casefold()
        if text in known and each.layer is None:
            yield each.text
        known.add(text)


def _begin(text: str) -> str:
    return text if len(text) <= _BEGIN else f"{text[:_BEGIN].rstrip()}…"
