"""The playbook: the stack made readable, as Markdown. Lean on purpose; a fat one is not read."""

from collections.abc import Iterator

from coherence.stack.document import Milestone, Promise, Stack, Term, Touchpoint


def render_playbook(stack: Stack) -> str:
    """Render the stack as Markdown: the narrative arc, the principles, a checklist per touchpoint."""
    sections = [
        _section(f"# {stack.journey}", _vision(stack)),
        _section("## The story", _arc(stack)),
        _section("## What we promise, and how far", map(promise_line, stack.promises)),
        _section("## What nobody says", (item.text for item in stack.never)),
        _section("## How we sound", (item.text for item in stack.tone)),
        _section("## Our words", map(term_line, stack.terms)),
        _section("## Design principles", (item.text for item in stack.principles)),
        _section("## What makes it hold", _system(stack)),
        *(_section(*_checklist(touchpoint)) for touchpoint in stack.touchpoints),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def promise_line(promise: Promise) -> str:
    """A promise with its limits, in one line."""
    return f"{promise.text} Limits: {promise.limits}" if promise.limits else promise.text


def term_line(term: Term) -> str:
    """A term and what it stands in for, in one line."""
    line = f"We say “{term.use}”, not {', '.join(term.instead_of)}."
    return f"{line} {term.why}" if term.why else line


def _section(heading: str, lines: Iterator[str]) -> str:
    body = "\n".join(f"- {' '.join(line.split())}" for line in lines)
    return f"{heading}\n\n{body}" if body else ""


def _vision(stack: Stack) -> Iterator[str]:
    return (item.text for item in stack.vision)


def _arc(stack: Stack) -> Iterator[str]:
    narrative = stack.narrative
    if narrative.start:
        yield f"From: {narrative.start.text}"
    yield from map(_milestone, narrative.milestones)
    if narrative.end:
        yield f"To: {narrative.end.text}"


def _milestone(milestone: Milestone) -> str:
    extras = [
        f"In the way: {milestone.obstacle.removesuffix('.')}." if milestone.obstacle else "",
        f"Feeling: {milestone.feeling.removesuffix('.')}." if milestone.feeling else "",
    ]
    return " ".join([f"**{milestone.name}** {milestone.text}", *filter(None, extras)])


def _system(stack: Stack) -> Iterator[str]:
    for item in stack.system:
        yield f"{item.text} ({item.owner})" if item.owner else item.text


def _checklist(touchpoint: Touchpoint) -> tuple[str, Iterator[str]]:
    owner = f" ({touchpoint.owner})" if touchpoint.owner else ""
    lines = [item.text for item in touchpoint.checklist]
    if touchpoint.max_words:
        lines.append(f"At most {touchpoint.max_words} words")
    return f"## Checklist: {touchpoint.name}{owner}", iter(lines)
