"""The lines of a narrative as a menu to choose from, grouped as the editor groups them."""

from collections.abc import Collection, Iterator, Sequence
from typing import TypeAlias, TypeVar

from slackblocks import Option, OptionGroup, PlainText

from coherence.stack.document import Stack, Term, Touchpoint
from coherence.stack.editing import checklist_of
from coherence.stack.fields import Item
from handlers.voice import drift_report as voice
from handlers.voice import stack_words as words
from handlers.voice.mrkdwn import clip

_MAX_LABEL = 75
_MAX_GROUP = 100
_MAX_GROUPS = 100
_MAX_LINES = 400
"""Of all groups: a view holds 250 kB, and an option some 200 bytes."""

_Section: TypeAlias = tuple[str, Sequence[Item]]
_Named = TypeVar("_Named", bound=Item)


def statement_groups(stack: Stack, chosen: Collection[str] = ()) -> list[OptionGroup]:
    """The lines of a narrative by section; of very many, the chosen ones and the first."""
    sections = list(_sections(stack))
    left = _MAX_LINES - sum(_count_chosen(items, chosen) for _, items in sections)
    groups = []
    for label, items in _first_sections(sections, chosen):
        own = _count_chosen(items, chosen)
        kept = _first(items, chosen, min(left + own, _MAX_GROUP))
        left -= len(kept) - own
        if kept:
            options = [
                Option(PlainText(voice.statement(each.id, _text(each))), each.id) for each in kept
            ]
            groups.append(OptionGroup(PlainText(clip(label, _MAX_LABEL)), options))
    return groups


def first_touchpoints(stack: Stack, chosen: str | None, limit: int) -> list[Touchpoint]:
    """As many touchpoints as a menu takes: the first, and the chosen one in any case."""
    return _first(stack.touchpoints, (chosen,), limit)


def count_lines(stack: Stack) -> int:
    """All lines that there are to choose from."""
    return sum(len(items) for _, items in _sections(stack))


def _first(items: Sequence[_Named], chosen: Collection[str | None], limit: int) -> list[_Named]:
    if len(items) <= limit:
        return list(items)
    wanted = [each for each in items if each.id in chosen]
    rest = [each for each in items if each.id not in chosen]
    kept = {each.id for each in [*wanted, *rest][:limit]}
    return [each for each in items if each.id in kept]


def _first_sections(sections: Sequence[_Section], chosen: Collection[str]) -> list[_Section]:
    """As many sections with lines as a menu has groups: those with a chosen line in any case."""
    filled = [n for n, (_, items) in enumerate(sections) if items]
    wanted = [n for n in filled if _count_chosen(sections[n][1], chosen)]
    kept = set([*wanted, *(n for n in filled if n not in wanted)][:_MAX_GROUPS])
    return [sections[n] for n in filled if n in kept]


def _count_chosen(items: Sequence[Item], chosen: Collection[str]) -> int:
    return sum(each.id in chosen for each in items)


def _sections(stack: Stack) -> Iterator[_Section]:
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
