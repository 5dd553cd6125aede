"""The lines of a narrative as a menu to choose from, grouped as the editor groups them."""

from collections.abc import Collection, Iterator, Sequence

from slackblocks import Option, OptionGroup, PlainText

from coherence.stack.document import Stack, Term
from coherence.stack.editing import checklist_of
from coherence.stack.fields import Item
from handlers.voice import drift_report as voice
from handlers.voice import stack_words as words
from handlers.voice.mrkdwn import clip

_MAX_LABEL = 75
_MAX_GROUP = 100
_MAX_LINES = 400
"""Of all groups: a view holds 250 kB, and an option some 200 bytes."""


def statement_groups(stack: Stack, chosen: Collection[str] = ()) -> list[OptionGroup]:
    """The lines of a narrative by section; of very many, the chosen ones and the first."""
    left, groups = _MAX_LINES, []
    for label, items in _sections(stack):
        kept = _first(items, chosen, min(left, _MAX_GROUP))
        left -= len(kept)
        if kept:
            options = [
                Option(PlainText(voice.statement(each.id, _text(each))), each.id) for each in kept
            ]
            groups.append(OptionGroup(PlainText(clip(label, _MAX_LABEL)), options))
    return groups


def count_lines(stack: Stack) -> int:
    """All lines that there are to choose from."""
    return sum(len(items) for _, items in _sections(stack))


def _first(items: Sequence[Item], chosen: Collection[str], limit: int) -> list[Item]:
    if len(items) <= limit:
        return list(items)
    wanted = [each for each in items if each.id in chosen]
    rest = [each for each in items if each.id not in chosen]
    kept = {each.id for each in [*wanted, *rest][:limit]}
    return [each for each in items if each.id in kept]


def _sections(stack: Stack) -> Iterator[tuple[str, Sequence[Item]]]:
    story = stack.narrative
    edges = [edge for edge in (story.start, *story.milestones, story.end) if edge]
    yield words.LAYERS["vision"], stack.vision
    yield words.LAYERS["narrative"], edges
    yield words.LAYERS["promises"], stack.promises
    yield words.LAYERS["never"], stack.never
    yield words.LAYERS["tone"], stack.tone
    yield words.LAYERS["terms"], stack.terms
    yield words.LAYERS["principles"], stack.principles
    yield words.LAYERS["system"], stack.system
    for touchpoint in stack.touchpoints:
        title = words.place_title(checklist_of(touchpoint.id), touchpoint.name)
        yield title, touchpoint.checklist


def _text(item: Item) -> str:
    if isinstance(item, Term):
        return f"{item.use}, instead of {', '.join(item.instead_of)}"
    return str(getattr(item, "text", ""))
