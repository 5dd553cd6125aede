"""The form of one item of the narrative: labelled fields, phrases one per line."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

from slackblocks import (
    Block,
    DividerBlock,
    Element,
    InputBlock,
    NumberInput,
    Option,
    PlainText,
    PlainTextInput,
    StaticSelectMenu,
)

from coherence.errors import InvalidItem
from coherence.stack.document import Stack
from coherence.stack.drafts import Basis, Clash, Desk
from coherence.stack.editing import find_item
from handlers.blocks.message import MAX_SECTION, modal, section
from handlers.voice import stack_editing as voice
from handlers.voice import stack_words as words
from handlers.voice.mrkdwn import clip

FORM_CALLBACK = "stack_item"
INPUT_ACTION = "value"
MAX_TYPED = 3_000

_MAX_OPTIONS = 100
_NO_MILESTONE = "-"

Content: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Where:
    """Where a steward is in the editor, and what they have seen of the narrative.

    `place` is a layer or a checklist's section; `item_id` is the item that a form is about.
    """

    journey_id: str
    basis: Basis = field(default_factory=Basis)
    place: str = "vision"
    page: int = 0
    section: str = ""
    item_id: str | None = None

    def dump(self) -> str:
        """As a view's private metadata."""
        return json.dumps(asdict(self))

    @classmethod
    def load(cls, metadata: str) -> "Where":
        """From a view's private metadata."""
        held = json.loads(metadata)
        return cls(**{**held, "basis": Basis(**held["basis"])})


@dataclass(frozen=True)
class _Line:
    """A text on one line."""

    key: str
    required: bool = False
    most: int = 75

    def element(self, value: object, _stack: Stack) -> Element:
        return PlainTextInput(INPUT_ACTION, initial_value=_typed(value), max_length=self.most)

    def read(self, state: Content) -> object:
        return (state["value"] or "").strip()


@dataclass(frozen=True)
class _Text(_Line):
    """A text of several lines."""

    most: int = 2_000

    def element(self, value: object, _stack: Stack) -> Element:
        return PlainTextInput(
            INPUT_ACTION, initial_value=_typed(value), max_length=self.most, multiline=True
        )


@dataclass(frozen=True)
class _Phrases(_Text):
    """Phrases, one per line."""

    most: int = MAX_TYPED

    def read(self, state: Content) -> object:
        lines = (line.strip() for line in (state["value"] or "").splitlines())
        return list(dict.fromkeys(line for line in lines if line))


@dataclass(frozen=True)
class _Number(_Line):
    """A whole number."""

    def element(self, value: object, _stack: Stack) -> Element:
        return NumberInput(
            is_decimal_allowed=False, action_id=INPUT_ACTION, initial_value=_typed(value)
        )

    def read(self, state: Content) -> object:
        typed = (state["value"] or "").strip()
        try:
            return int(typed) if typed else None
        except ValueError:
            raise InvalidItem({self.key: voice.whole_number()}) from None


@dataclass(frozen=True)
class _Milestone(_Line):
    """One of the narrative's milestones, or none."""

    def element(self, value: object, stack: Stack) -> Element:
        milestones = stack.narrative.milestones[: _MAX_OPTIONS - 1]
        options = [
            Option(PlainText(voice.no_milestone()), _NO_MILESTONE),
            *(Option(PlainText(clip(f"{m.id} {m.name}", 75)), m.id) for m in milestones),
        ]
        chosen = next((o for o in options if o.value == value), options[0])
        return StaticSelectMenu(INPUT_ACTION, options=options, initial_option=chosen)

    def read(self, state: Content) -> object:
        value = (state["selected_option"] or {"value": _NO_MILESTONE})["value"]
        return None if value == _NO_MILESTONE else value


_STATEMENT = (_Text("text", required=True),)
_FIELDS: dict[str, tuple[_Line, ...]] = {
    "vision": _STATEMENT,
    "narrative.from": _STATEMENT,
    "narrative.to": _STATEMENT,
    "narrative.milestones": (
        _Line("name", required=True),
        *_STATEMENT,
        _Text("obstacle"),
        _Text("feeling"),
    ),
    "promises": (*_STATEMENT, _Text("limits")),
    "never": (*_STATEMENT, _Phrases("patterns")),
    "tone": (*_STATEMENT, _Phrases("avoid")),
    "terms": (
        _Line("use", required=True, most=200),
        _Phrases("instead_of", required=True),
        _Text("why"),
    ),
    "principles": _STATEMENT,
    "system": (*_STATEMENT, _Line("owner")),
    "touchpoints": (
        _Line("name", required=True),
        _Line("owner"),
        _Milestone("milestone"),
        _Number("max_words"),
        _Text("copy", most=MAX_TYPED),
    ),
    "checklist": (*_STATEMENT, _Phrases("requires"), _Phrases("forbids")),
}


def item_form(desk: Desk, where: Where) -> dict[str, Any]:
    """The form of an item as it is now, or of a new one. Raises NoItem."""
    item = find_item(desk.stack, where.section, where.item_id) if where.item_id else {}
    return _form(desk, where, item, [])


def clash_form(clash: Clash, where: Where) -> dict[str, Any]:
    """The form again with theirs beside yours; what does not clash is merged in it."""
    item = find_item(clash.merged, where.section, _merged_id(clash, where))
    notice: list[Block] = [
        section(f"clash_{n}", clip(paragraph, MAX_SECTION))
        for n, paragraph in enumerate(voice.clash(clash, where.item_id))
    ]
    return _form(clash.desk, where, item, [*notice, DividerBlock(block_id="clash_rule")])


def read_fields(view: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a submitted form by the item's keys. Raises InvalidItem for what is no number."""
    where = Where.load(view["private_metadata"])
    readers: dict[str, Callable[[Content], object]] = {
        each.key: each.read for each in _FIELDS[words.kind_of(where.section)]
    }
    return {
        (key := _key_of(block_id)): readers[key](state[INPUT_ACTION])
        for block_id, state in view["state"]["values"].items()
    }


def field_errors(view: Mapping[str, Any], error: InvalidItem) -> dict[str, str]:
    """A sentence under each field it is about; what no field holds goes under the first."""
    blocks = {
        _key_of(block["block_id"]): block["block_id"]
        for block in view["blocks"]
        if block["type"] == "input"
    }
    first = next(iter(blocks.values()))
    return {blocks.get(key, first): sentence for key, sentence in error.fields.items()}


def _form(desk: Desk, where: Where, item: Content, notice: list[Block]) -> dict[str, Any]:
    context = Where(
        desk.journey_id, desk.basis, where.place, where.page, where.section, where.item_id
    )
    return modal(
        words.form_title(where.section, where.item_id),
        [*notice, *_inputs(desk, where.section, item)],
        close=voice.CANCEL,
        submit=voice.SAVE,
        callback_id=FORM_CALLBACK,
        private_metadata=context.dump(),
    )


def _inputs(desk: Desk, section_name: str, item: Content) -> Iterator[Block]:
    for each in _FIELDS[words.kind_of(section_name)]:
        value = item.get(each.key)
        if len(_typed(value) or "") > MAX_TYPED:
            yield section(f"long_{each.key}", voice.too_long_for_a_form(each.key, MAX_TYPED))
        else:
            yield _input(each, value, desk)


def _input(each: _Line, value: object, desk: Desk) -> InputBlock:
    # Slack keeps what was typed in a block of the same id: after a clash the block is another.
    return InputBlock(
        PlainText(words.label(each.key)),
        each.element(value, desk.stack),
        block_id=f"{each.key}@{desk.basis.version or ''}.{desk.basis.revision or ''}",
        hint=PlainText(voice.phrases_hint()) if isinstance(each, _Phrases) else None,
        optional=not each.required,
    )


def _key_of(block_id: str) -> str:
    return block_id.partition("@")[0]


def _typed(value: object) -> str | None:
    if isinstance(value, list):
        return "\n".join(value)
    return None if value is None else str(value)


def _merged_id(clash: Clash, where: Where) -> str:
    # Only the two ends of the story clash when they are added: both stewards wrote the first.
    return where.item_id or clash.conflicts[0].id
