"""Pinning a message as an example in Block Kit: the menu on an answer, the form, what came of it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ContextBlock,
    DividerBlock,
    Option,
    OverflowMenu,
    PlainText,
    SectionBlock,
    StaticSelectMenu,
    Text,
)

from coherence.check import JourneyChoice
from coherence.examples import SECTION, Pinned, Pinning
from coherence.stack.drafts import Basis
from handlers.blocks.message import MAX_SECTION, modal, plain_modal, section
from handlers.blocks.stack import OPEN_ACTION
from handlers.blocks.stack_fields import MAX_TYPED
from handlers.blocks.stack_forms import Where, inputs
from handlers.voice import examples as voice
from handlers.voice.mrkdwn import clip

SHORTCUT = "pin_example"
PIN_ACTION = "example_pin"
JOURNEY_ACTION = "example_journey"
FORM_CALLBACK = "example_form"

_MAX_OPTIONS = 100


@dataclass(frozen=True)
class PinContext:
    """What the form remembers: whose draft, what was seen of it, and what it is about."""

    held: str
    journey_id: str = ""
    basis: Basis = field(default_factory=Basis)
    example_id: str | None = None

    def dump(self) -> str:
        """As a view's private metadata."""
        return json.dumps(asdict(self))

    @classmethod
    def load(cls, metadata: str) -> "PinContext":
        """From a view's private metadata."""
        held = json.loads(metadata)
        return cls(**{**held, "basis": Basis(**held["basis"])})


def pin_menu(check_id: str) -> OverflowMenu:
    """The menu beside an answer's buttons."""
    return OverflowMenu(PIN_ACTION, [Option(PlainText(voice.PIN), check_id)])


def loading() -> dict[str, Any]:
    """Shown at once, while the form is on its way."""
    return plain_modal(voice.TITLE, voice.loading(), voice.CLOSE)


def journey_form(choices: Sequence[JourneyChoice], held: str) -> dict[str, Any]:
    """Which journey it is an example of."""
    options = [
        Option(PlainText(clip(choice.name, 75)), choice.journey_id)
        for choice in choices[:_MAX_OPTIONS]
    ]
    menu = StaticSelectMenu(
        JOURNEY_ACTION, options=options, placeholder=PlainText(voice.WHICH_JOURNEY)
    )
    blocks = [section("which", voice.which_journey()), ActionsBlock([menu], block_id="journey")]
    return modal(voice.TITLE, blocks, close=voice.CANCEL, private_metadata=PinContext(held).dump())


def pin_form(pinning: Pinning) -> dict[str, Any]:
    """The form: the message, the verdict it should get, what it is about, and why."""
    desk = pinning.desk
    context = PinContext(
        pinning.held, desk.journey_id, desk.basis, pinning.pinned.id if pinning.pinned else None
    )
    return modal(
        voice.TITLE,
        list(_form_blocks(pinning)),
        close=voice.CANCEL,
        submit=voice.SAVE,
        callback_id=FORM_CALLBACK,
        private_metadata=context.dump(),
    )


def pinned_modal(result: Pinned) -> dict[str, Any]:
    """What is in the draft now, and the way there."""
    where = Where(result.saved.desk.journey_id, place=SECTION)
    button = Button(PlainText(voice.OPEN_DRAFT), OPEN_ACTION, value="open")
    return modal(
        voice.TITLE,
        [section("pinned", voice.pinned(result)), ActionsBlock([button], block_id="open")],
        close=voice.CLOSE,
        private_metadata=where.dump(),
    )


def _form_blocks(pinning: Pinning) -> Iterator[Block]:
    if pinning.pinned is not None:
        yield section("already", voice.pinned_already(pinning.pinned))
    else:
        yield ContextBlock([Text(voice.intro(pinning.desk.stack.journey))], block_id="intro")
    item = pinning.item
    if len(item["text"]) > MAX_TYPED:
        yield from _whole(item["text"])
        item = {**item, "text": ""}
        yield from list(inputs(pinning.desk, SECTION, item))[1:]
    else:
        yield from inputs(pinning.desk, SECTION, item)


def _whole(text: str) -> Iterator[Block]:
    """A text too long for a field, to read."""
    yield section("long", voice.long_text(len(text), MAX_TYPED))
    for n, at in enumerate(range(0, len(text), MAX_SECTION)):
        yield SectionBlock(PlainText(text[at : at + MAX_SECTION]), block_id=f"part_{n}")
    yield DividerBlock(block_id="long_rule")
