"""The fields of an item's form: what Slack shows for a key, and how what was entered is read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from slackblocks import (
    Element,
    NumberInput,
    Option,
    PlainText,
    PlainTextInput,
    RadioButtonGroup,
    StaticMultiSelectMenu,
    StaticSelectMenu,
)

from coherence.errors import InvalidItem
from coherence.evaluation import EXPECTED_VERDICTS
from coherence.stack.document import Example, Stack, Touchpoint
from coherence.stack.fields import Item
from handlers.voice import stack_editing as voice
from handlers.voice.mrkdwn import clip

INPUT_ACTION = "value"
MAX_TYPED = 3_000
"""What fits into Slack's text input."""

_MAX_OPTIONS = 100
_NONE = "-"

Content: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """A text on one line."""

    key: str
    required: bool = False
    most: int = 75

    def element(self, value: object, _stack: Stack) -> Element | None:
        """What is shown, with the item's value in it; None where there is nothing to choose from."""
        return PlainTextInput(INPUT_ACTION, initial_value=typed(value), max_length=self.most)

    def read(self, state: Content) -> object:
        """The value for the item, from what Slack reports."""
        return (state["value"] or "").strip()


@dataclass(frozen=True)
class _Paragraph(Line):
    """A text of several lines."""

    most: int = 2_000

    def element(self, value: object, _stack: Stack) -> Element:
        return PlainTextInput(
            INPUT_ACTION, initial_value=typed(value), max_length=self.most, multiline=True
        )


@dataclass(frozen=True)
class Phrases(_Paragraph):
    """Phrases, one per line."""

    most: int = MAX_TYPED

    def read(self, state: Content) -> object:
        """One phrase for each line, none twice."""
        lines = (line.strip() for line in (state["value"] or "").splitlines())
        return list(dict.fromkeys(line for line in lines if line))


@dataclass(frozen=True)
class _Number(Line):
    """A whole number."""

    def element(self, value: object, _stack: Stack) -> Element:
        return NumberInput(
            is_decimal_allowed=False, action_id=INPUT_ACTION, initial_value=typed(value)
        )

    def read(self, state: Content) -> object:
        typed = (state["value"] or "").strip()
        try:
            return int(typed) if typed else None
        except ValueError:
            raise InvalidItem({self.key: voice.whole_number()}) from None


@dataclass(frozen=True)
class _MilestoneChoice(Line):
    """One of the narrative's milestones, or none."""

    def element(self, value: object, stack: Stack) -> Element:
        milestones = stack.narrative.milestones[: _MAX_OPTIONS - 1]
        options = [
            Option(PlainText(voice.no_milestone()), _NONE),
            *(Option(PlainText(clip(f"{m.id} {m.name}", 75)), m.id) for m in milestones),
        ]
        chosen = next((o for o in options if o.value == value), options[0])
        return StaticSelectMenu(INPUT_ACTION, options=options, initial_option=chosen)

    def read(self, state: Content) -> object:
        value = (state["selected_option"] or {"value": _NONE})["value"]
        return None if value == _NONE else value


@dataclass(frozen=True)
class _TouchpointChoice(_MilestoneChoice):
    """One of the touchpoints, or none."""

    def element(self, value: object, stack: Stack) -> Element:
        # The chosen one first, so that it is there however many there are.
        touchpoints = sorted(stack.touchpoints, key=lambda each: each.id != value)
        options = [
            Option(PlainText(voice.no_touchpoint()), _NONE),
            *(
                Option(PlainText(clip(f"{t.id} {t.name}", 75)), t.id)
                for t in touchpoints[: _MAX_OPTIONS - 1]
            ),
        ]
        chosen = next((o for o in options if o.value == value), options[0])
        return StaticSelectMenu(INPUT_ACTION, options=options, initial_option=chosen)


@dataclass(frozen=True)
class _VerdictChoice(Line):
    """The verdict that an example should get."""

    def element(self, value: object, _stack: Stack) -> Element:
        options = [
            Option(PlainText(voice.verdict_option(verdict)), verdict)
            for verdict in EXPECTED_VERDICTS
        ]
        chosen = next((o for o in options if o.value == value), None)
        return RadioButtonGroup(INPUT_ACTION, options, initial_option=chosen)

    def read(self, state: Content) -> object:
        return (state["selected_option"] or {"value": None})["value"]


@dataclass(frozen=True)
class _StatementChoices(Line):
    """The lines of the narrative that an example is about."""

    def element(self, value: object, stack: Stack) -> Element | None:
        chosen = set(value) if isinstance(value, list | tuple) else set()
        lines = sorted(_lines_of(stack), key=lambda item: item.id not in chosen)
        options = [
            Option(PlainText(clip(f"{item.id} {_words_of(item)}".strip(), 75)), item.id)
            for item in lines[:_MAX_OPTIONS]
        ]
        if not options:
            return None
        initial = [option for option in options if option.value in chosen]
        return StaticMultiSelectMenu(INPUT_ACTION, options, initial_options=initial or None)

    def read(self, state: Content) -> object:
        return [option["value"] for option in state["selected_options"]]


_STATEMENT = (_Paragraph("text", required=True),)
FIELDS: dict[str, tuple[Line, ...]] = {
    "vision": _STATEMENT,
    "narrative.from": _STATEMENT,
    "narrative.to": _STATEMENT,
    "narrative.milestones": (
        Line("name", required=True),
        *_STATEMENT,
        _Paragraph("obstacle"),
        _Paragraph("feeling"),
    ),
    "promises": (*_STATEMENT, _Paragraph("limits")),
    "never": (*_STATEMENT, Phrases("patterns")),
    "tone": (*_STATEMENT, Phrases("avoid")),
    "terms": (
        Line("use", required=True, most=200),
        Phrases("instead_of", required=True),
        _Paragraph("why"),
    ),
    "principles": _STATEMENT,
    "system": (*_STATEMENT, Line("owner")),
    "touchpoints": (
        Line("name", required=True),
        Line("owner"),
        _MilestoneChoice("milestone"),
        _Number("max_words"),
        _Paragraph("copy", most=MAX_TYPED),
    ),
    "checklist": (*_STATEMENT, Phrases("requires"), Phrases("forbids")),
    "examples": (
        _Paragraph("text", required=True, most=MAX_TYPED),
        _VerdictChoice("verdict", required=True),
        _TouchpointChoice("touchpoint"),
        _StatementChoices("statements"),
        _Paragraph("why"),
    ),
}


def typed(value: object) -> str | None:
    """A value as it stands in a text input."""
    if isinstance(value, list):
        return "\n".join(value)
    return None if value is None else str(value)


def _lines_of(stack: Stack) -> Iterator[Item]:
    for item in stack.items():
        if not isinstance(item, Example | Touchpoint):
            yield item


def _words_of(item: Item) -> str:
    held = item.model_dump()
    words = next((held[key] for key in ("name", "use", "text", "message") if held.get(key)), "")
    return " ".join(str(words).split())
