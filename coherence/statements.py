"""The narrative as a model is shown it: atomic statements, each with its id."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from coherence.rules.wording import term_statement
from coherence.stack.document import Milestone, Promise, Stack, Term, Touchpoint


class Kind(StrEnum):
    """What a statement is, in the word the model reads."""

    VISION = "vision"
    START = "where the customer starts"
    END = "where the customer arrives"
    MILESTONE = "milestone"
    PROMISE = "promise"
    NEVER = "never say"
    TONE = "tone"
    TERM = "term"
    PRINCIPLE = "principle"
    SYSTEM = "system"
    CHECKLIST = "checklist"


@dataclass(frozen=True)
class JudgedStatement:
    """One statement; `text` is all that a quote from it may come from."""

    id: str
    kind: Kind
    text: str


def statements_of(stack: Stack, touchpoint: Touchpoint | None) -> tuple[JudgedStatement, ...]:
    """List what a draft is judged against, in the stack's order; a checklist only for its touchpoint.

    House rules are left out: they are about words alone. Terms and lines of a checklist come even where
    they list phrases: the rules see the phrases, and only a reader sees the same thing said without them.
    """
    return (
        *_of_stack(stack),
        *(JudgedStatement(term.id, Kind.TERM, _term_text(term)) for term in stack.terms),
        *(_of_touchpoint(touchpoint) if touchpoint else ()),
    )


def _of_stack(stack: Stack) -> Iterator[JudgedStatement]:
    for statement in stack.vision:
        yield JudgedStatement(statement.id, Kind.VISION, statement.text)
    narrative = stack.narrative
    if narrative.start:
        yield JudgedStatement(narrative.start.id, Kind.START, narrative.start.text)
    for milestone in narrative.milestones:
        yield JudgedStatement(milestone.id, Kind.MILESTONE, _milestone_text(milestone))
    if narrative.end:
        yield JudgedStatement(narrative.end.id, Kind.END, narrative.end.text)
    for promise in stack.promises:
        yield JudgedStatement(promise.id, Kind.PROMISE, _promise_text(promise))
    for kind, section in (
        (Kind.NEVER, stack.never),
        (Kind.TONE, stack.tone),
        (Kind.PRINCIPLE, stack.principles),
        (Kind.SYSTEM, stack.system),
    ):
        for statement in section:
            yield JudgedStatement(statement.id, kind, statement.text)


def _of_touchpoint(touchpoint: Touchpoint) -> Iterator[JudgedStatement]:
    for item in touchpoint.checklist:
        yield JudgedStatement(item.id, Kind.CHECKLIST, item.text)


def _milestone_text(milestone: Milestone) -> str:
    parts = [f"{milestone.name}: {milestone.text}"]
    if milestone.obstacle:
        parts.append(f"Obstacle: {milestone.obstacle}")
    if milestone.feeling:
        parts.append(f"Feeling: {milestone.feeling}")
    return "\n".join(parts)


def _promise_text(promise: Promise) -> str:
    return f"{promise.text}\nLimits: {promise.limits}" if promise.limits else promise.text


def _term_text(term: Term) -> str:
    statement = term_statement(term)
    return f"{statement}\nWhy: {term.why}" if term.why else statement
