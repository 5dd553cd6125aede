"""A model that means well: a few rules about the example company, so that every path can be seen."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.support.model_questions import Item, Question

_ENGLISH = re.compile(
    r"\b(?:a|an|and|are|at|for|in|is|it|of|on|the|to|we|with|you|your)\b", re.IGNORECASE
)
_FEWEST_WORDS = 5


@dataclass(frozen=True)
class Opinion:
    """What a sentence with these words is to a statement that holds this quote."""

    words: str
    quote: str
    relation: str
    why: str
    rewrite: str | None = None


OPINIONS = (
    Opinion(
        r"\b(?:call|phone|ring) us\b|at (?:the )?weekends?\b|on (?:Saturday|Sunday)s?",
        "no phone line and no weekend cover",
        "contradicts",
        "Answers come by email and chat, Monday to Friday.",
        "Write to us by email or chat, and a person answers.",
    ),
    Opinion(
        r"free for(?: ?ever| life)|always free",
        "The first two months are free",
        "overpromises",
        "Two months are free, not all of them.",
        "Larkfield is free at first, and no card is needed.",
    ),
    Opinion(
        r"(?:instantly|immediately|the same day)[^.]*\bpaid\b"
        r"|\b(?:money|paid)\b[^.]*(?:instantly|immediately|the same day)",
        "Money from card payments arrives within two working days.",
        "overpromises",
        "Card payments take up to two working days.",
        "Money from card payments arrives within two working days.",
    ),
    Opinion(
        r"\bin (?:one|two|five|\d) minutes?\b",
        "in under fifteen minutes",
        "overpromises",
        "The promise is under fifteen minutes.",
    ),
    Opinion(
        r"\bguarantee\w*|will always (?:get )?pa(?:y|id)\b",
        "Nobody guarantees that customers will pay.",
        "contradicts",
        "We help people ask; we can't make customers pay.",
        "We help you ask for your money kindly.",
    ),
    Opinion(
        r"need(?:s)? no (?:book-?keeper|accountant)|instead of an accountant",
        "Nobody says that Larkfield replaces an accountant.",
        "contradicts",
        "It says that an accountant is not needed.",
    ),
    Opinion(
        r"\b(?:hurry|shame|embarrassing|messy|finally)\b",
        "Never make anyone feel late, messy or bad with money.",
        "off_tone",
        "It makes the reader feel bad about money.",
    ),
    Opinion(
        r"\b(?:dashboards?|enterprise|spreadsheets?|quarterly reports?)\b",
        "from the phone, in the workshop",
        "drifts",
        "It tells of an office, not of a workshop.",
    ),
    Opinion(
        r"first invoice\b",
        "sends one real invoice to one real customer",
        "consistent",
        "It is the first milestone.",
    ),
)


def answer_honestly(question: Question) -> dict[str, Any]:
    """Assess a draft by OPINIONS; a question that asks for another form gets an instance of it."""
    if question.schema is not None and "assessments" not in question.schema["properties"]:
        return {name: _instance(below) for name, below in question.schema["properties"].items()}
    sentences = question.sentences
    if not _is_english(" ".join(sentence.text for sentence in sentences)):
        return {"status": "cannot_judge", "assessments": []}
    found = [each for sentence in sentences for each in _assess(sentence, question.statements)]
    return {"status": "ok", "assessments": found}


def _assess(sentence: Item, statements: list[Item]) -> Iterator[dict[str, Any]]:
    for opinion in OPINIONS:
        words = re.search(opinion.words, sentence.text, re.IGNORECASE)
        against = next((each for each in statements if opinion.quote in each.text), None)
        if words and against:
            yield {
                "sentence_id": sentence.id,
                "statement_id": against.id,
                "message_quote": words[0],
                "statement_quote": opinion.quote,
                "relation": opinion.relation,
                "why": opinion.why,
                "rewrite": opinion.rewrite,
            }


def _is_english(text: str) -> bool:
    return len(text.split()) < _FEWEST_WORDS or _ENGLISH.search(text) is not None


def _instance(schema: dict[str, Any]) -> Any:
    """The plainest thing that a schema allows."""
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "object":
        return {name: _instance(below) for name, below in schema["properties"].items()}
    return {"array": [], "string": "", "boolean": True, "integer": 0}.get(schema["type"])
