"""The guided interview: a few answers that make a first narrative, good enough to be iterated."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from coherence.errors import InvalidAnswers
from coherence.rules.folding import is_blank_phrase
from coherence.stack.document import Stack
from coherence.stack.file import stack_content

PROMISES = 3
"""How many promises are asked for; more can be added later."""

MAX_WORDS = 200
"""How long a word or phrase to avoid may be, in characters."""

MAX_AVOIDED = 20
"""How many words to avoid are taken here; more can be added later."""


@dataclass(frozen=True)
class PromiseAnswer:
    """One promise, and how far it goes."""

    text: str
    limits: str = ""


@dataclass(frozen=True)
class Interview:
    """What somebody answered; what is left out is empty."""

    vision: str
    start: str
    end: str
    promises: tuple[PromiseAnswer, ...] = ()
    avoid: tuple[str, ...] = ()
    language: str = "en"

    def stack(self, journey: str) -> Stack:
        """The answers as a stack. Raises InvalidAnswers, by field, for what no stack can hold."""
        if faults := dict(self._faults()):
            raise InvalidAnswers(faults)
        try:
            return Stack.model_validate(self._content(journey))
        except ValidationError:
            raise InvalidAnswers(
                {"vision": "One of these answers is too long; 2,000 characters fit."}
            ) from None

    @classmethod
    def from_stack(cls, stack: Stack) -> "Interview | None":
        """The answers that a stack was made of, or None if it holds more than an interview asks."""
        vision, edges = stack.vision, stack.narrative
        answers = cls(
            vision=vision[0].text if vision else "",
            start=edges.start.text if edges.start else "",
            end=edges.end.text if edges.end else "",
            promises=tuple(PromiseAnswer(p.text, p.limits or "") for p in stack.promises),
            avoid=stack.tone[0].avoid if stack.tone else (),
            language=stack.language,
        )
        same = dict(answers._content(stack.journey)) == stack_content(stack)
        return answers if same and len(answers.promises) <= PROMISES else None

    def _faults(self) -> Iterator[tuple[str, str]]:
        for field in ("vision", "start", "end"):
            if not _visible(getattr(self, field)):
                yield field, "Please write a sentence here."
        for n, promise in enumerate(self.promises, start=1):
            if promise.limits and not _visible(promise.text):
                yield f"promise_{n}", "This limit has no promise yet; please write it here."
        if fault := _avoid_fault(self.avoid):
            yield "avoid", fault

    def _content(self, journey: str) -> Mapping[str, object]:
        kept = [promise for promise in self.promises if _visible(promise.text)]
        content: dict[str, object] = {
            "format": 1,
            "journey": journey,
            "language": self.language,
            "vision": [{"id": "V1", "text": self.vision}],
            "narrative": {
                "from": {"id": "N0", "text": self.start},
                "to": {"id": "N9", "text": self.end},
            },
        }
        if kept:
            content["promises"] = [_promise(n, each) for n, each in enumerate(kept, start=1)]
        if self.avoid:
            words = ", ".join(f"“{word}”" for word in self.avoid)
            text = f"We do without {words}."
            content["tone"] = [{"id": "T1", "text": text, "avoid": list(self.avoid)}]
        return content


def split_words(written: str) -> tuple[str, ...]:
    """The words or phrases of a list written with commas, semicolons or line breaks; each once."""
    for mark in (";", "\n"):
        written = written.replace(mark, ",")
    words = (" ".join(word.strip(" \t\r“”\"'").split()) for word in written.split(","))
    return tuple(dict.fromkeys(word for word in words if word))


def _avoid_fault(words: tuple[str, ...]) -> str | None:
    if len(words) > MAX_AVOIDED:
        return f"These are {len(words)} words; {MAX_AVOIDED} fit here. More can be added later."
    for word in words:
        if len(word) > MAX_WORDS:
            return f"Each word or phrase may have {MAX_WORDS} characters; please put commas between them."
        if is_blank_phrase(word):
            return f"There is nothing to look for in “{word}”."
    return None


def _promise(number: int, answer: PromiseAnswer) -> dict[str, str]:
    limits = {"limits": answer.limits} if _visible(answer.limits) else {}
    return {"id": f"P{number}", "text": answer.text, **limits}


def _visible(text: str) -> bool:
    return any(character.isprintable() and not character.isspace() for character in text)
