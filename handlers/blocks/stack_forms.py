"""The form of one item of the narrative: labelled fields, phrases one per line."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from slackblocks import Block, DividerBlock, Element, InputBlock, PlainText

from coherence.errors import InvalidItem
from coherence.stack.drafts import Basis, Clash, Desk
from coherence.stack.editing import find_item
from handlers.blocks.message import MAX_SECTION, modal, section
from handlers.blocks.stack_fields import (
    FIELDS,
    INPUT_ACTION,
    MAX_TYPED,
    Content,
    Line,
    Phrases,
    typed,
)
from handlers.voice import stack_editing as voice
from handlers.voice import stack_words as words
from handlers.voice.mrkdwn import clip

FORM_CALLBACK = "stack_item"


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
    return fields_in(view, Where.load(view["private_metadata"]).section)


def fields_in(view: Mapping[str, Any], section_name: str) -> dict[str, Any]:
    """The same for a form with the fields of a section's items."""
    readers: dict[str, Callable[[Content], object]] = {
        each.key: each.read for each in FIELDS[words.kind_of(section_name)]
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
        [*notice, *inputs(desk, where.section, item)],
        close=voice.CANCEL,
        submit=voice.SAVE,
        callback_id=FORM_CALLBACK,
        private_metadata=context.dump(),
    )


def inputs(desk: Desk, section_name: str, item: Content) -> Iterator[Block]:
    """The fields of a section's items, filled in from one; what no field holds is named."""
    for each in FIELDS[words.kind_of(section_name)]:
        value = item.get(each.key)
        if len(typed(value) or "") > MAX_TYPED:
            yield section(f"long_{each.key}", voice.too_long_for_a_form(each.key, MAX_TYPED))
        elif (element := each.element(value, desk.stack)) is not None:
            yield _input(each, element, desk)


def _input(each: Line, element: Element, desk: Desk) -> InputBlock:
    # Slack keeps what was typed in a block of the same id: after a clash the block is another.
    return InputBlock(
        PlainText(words.label(each.key)),
        element,
        block_id=f"{each.key}@{desk.basis.version or ''}.{desk.basis.revision or ''}",
        hint=PlainText(voice.phrases_hint()) if isinstance(each, Phrases) else None,
        optional=not each.required,
    )


def _key_of(block_id: str) -> str:
    return block_id.partition("@")[0]


def _merged_id(clash: Clash, where: Where) -> str:
    # Only the two ends of the story clash when they are added: both stewards wrote the first.
    return where.item_id or clash.conflicts[0].id
