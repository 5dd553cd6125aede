"""How a narrative begins, in Block Kit: the choice, the interview, the file, the preview."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    DividerBlock,
    InputBlock,
    Option,
    PlainText,
    PlainTextInput,
    RadioButtonGroup,
    StaticSelectMenu,
)

from coherence.interview import PROMISES, Interview, PromiseAnswer, split_words
from coherence.judging import is_too_long_to_judge
from coherence.setup import JourneyStatus, Preview
from coherence.stack.versions import PublishedStack
from handlers.blocks.message import modal, section
from handlers.blocks.setup import INPUT_ACTION, Membership
from handlers.blocks.stack import draft_blocks
from handlers.voice import setup as voice
from handlers.voice.mrkdwn import clip
from handlers.voice.stack import too_long_to_judge

SOURCE_CALLBACK = "setup_source"
INTERVIEW_CALLBACK = "setup_interview"
FILE_CALLBACK = "setup_file"
PUBLISH_CALLBACK = "setup_publish"
PART_ACTION = "setup_part"

SOURCE_BLOCK = "source"
NOTE_BLOCK = "note"
LANGUAGE_BLOCK = "language"

INTERVIEW, EXAMPLE, FILE, DRAFT = "interview", "example", "file", "draft"

MAX_PART = 3_000
"""What fits into Slack's text input."""

MAX_PARTS = 20
_FIRST_PARTS = 2
_MAX_ANSWER = 2_000
_MAX_NOTE = 300
_MAX_PLAYBOOK = 94


@dataclass(frozen=True)
class NarrativeForm:
    """What the forms of a narrative remember; `seen` stands for the draft that is previewed."""

    journey_id: str
    seen: str = ""
    parts: int = _FIRST_PARTS

    def dump(self) -> str:
        """As a view's private metadata."""
        return json.dumps(asdict(self))

    @classmethod
    def load(cls, metadata: str) -> "NarrativeForm":
        """From a view's private metadata."""
        return cls(**json.loads(metadata))


def source_form(status: JourneyStatus) -> dict[str, Any]:
    """How the narrative shall begin; a draft that is there comes first."""
    options = [
        Option(PlainText(clip(label, 75)), value, description=PlainText(clip(description, 75)))
        for value, label, description in voice.sources(status)
    ]
    choice = RadioButtonGroup(INPUT_ACTION, options, initial_option=options[0])
    blocks: list[Block] = [
        section("intro", voice.source(status)),
        InputBlock(PlainText(voice.source_label()), choice, block_id=SOURCE_BLOCK),
    ]
    return _form(
        voice.SOURCE_TITLE, blocks, SOURCE_CALLBACK, status.settings.journey_id, voice.NEXT
    )


def interview_form(journey_id: str, answers: Interview | None = None) -> dict[str, Any]:
    """The questions, with earlier answers in them."""
    given = answers or Interview("", "", "")
    blocks: list[Block] = [
        section("intro", voice.interview_intro()),
        _answer("vision", voice.VISION_LABEL, given.vision, voice.VISION_HINT),
        _answer("start", voice.FROM_LABEL, given.start, voice.FROM_HINT),
        _answer("end", voice.TO_LABEL, given.end, voice.TO_HINT),
        *(block for n in range(1, PROMISES + 1) for block in _promise(n, given)),
        _avoided(given),
        _language(given.language),
    ]
    return _form(voice.INTERVIEW_TITLE, blocks, INTERVIEW_CALLBACK, journey_id, voice.SHOW_PLAYBOOK)


def interview_answers(view: Mapping[str, Any]) -> Interview:
    """What was answered."""
    values = view["state"]["values"]

    def answer(block_id: str) -> str:
        return (values[block_id][INPUT_ACTION]["value"] or "").strip()

    return Interview(
        vision=answer("vision"),
        start=answer("start"),
        end=answer("end"),
        promises=tuple(
            PromiseAnswer(answer(f"promise_{n}"), answer(f"limits_{n}"))
            for n in range(1, PROMISES + 1)
        ),
        avoid=split_words(answer("avoid")),
        language=values[LANGUAGE_BLOCK][INPUT_ACTION]["selected_option"]["value"],
    )


def file_form(form: NarrativeForm) -> dict[str, Any]:
    """A stack file, to paste in parts."""
    blocks: list[Block] = [section("intro", voice.file_intro())]
    for number in range(1, form.parts + 1):
        part = PlainTextInput(action_id=INPUT_ACTION, multiline=True, max_length=MAX_PART)
        label = PlainText(voice.part_label(number))
        blocks.append(InputBlock(label, part, block_id=f"part_{number}", optional=number > 1))
    if form.parts < MAX_PARTS:
        more = Button(PlainText(voice.ANOTHER_PART), action_id=PART_ACTION, value="more")
        blocks.append(ActionsBlock([more], block_id="more"))
    return modal(
        voice.FILE_TITLE,
        blocks,
        close=voice.BACK,
        submit=voice.SHOW_PLAYBOOK,
        callback_id=FILE_CALLBACK,
        private_metadata=form.dump(),
    )


def pasted_file(view: Mapping[str, Any]) -> str:
    """The parts as one text, each beginning on a line of its own."""
    return "".join(_parts(view).values())


def part_with_fault(view: Mapping[str, Any], sentence: str) -> str:
    """The block of the part that holds the line a sentence begins with; the first if it names none."""
    named = re.match(r"line (\d+)", sentence)
    lines = int(named[1]) if named else 1
    parts = _parts(view)
    for block_id, part in parts.items():
        lines -= part.count("\n")
        if lines <= 0:
            return block_id
    return next(reversed(parts), "part_1")


def _parts(view: Mapping[str, Any]) -> dict[str, str]:
    values = view["state"]["values"]
    form = NarrativeForm.load(view["private_metadata"])
    names = [f"part_{number}" for number in range(1, form.parts + 1)]
    pasted = {name: values[name][INPUT_ACTION]["value"] or "" for name in names}
    return {name: f"{part.removesuffix(chr(10))}\n" for name, part in pasted.items() if part}


def preview_modal(
    preview: Preview, note: str | None = None, notice: str | None = None
) -> dict[str, Any]:
    """The draft as a playbook, with a note to publish it."""
    initial = note or (voice.FIRST_NOTE if preview.version is None else None)
    too_long = is_too_long_to_judge(preview.draft.stack)
    field = PlainTextInput(action_id=INPUT_ACTION, initial_value=initial, max_length=_MAX_NOTE)
    blocks: list[Block] = [
        *([section("notice", notice)] if notice else []),
        section("intro", voice.preview(preview)),
        *([section("too_long", too_long_to_judge())] if too_long else []),
        InputBlock(
            PlainText(voice.NOTE_LABEL), field, block_id=NOTE_BLOCK, hint=PlainText(voice.NOTE_HINT)
        ),
        DividerBlock(block_id="rule"),
        *draft_blocks(preview.draft.stack, _MAX_PLAYBOOK),
    ]
    return modal(
        voice.PREVIEW_TITLE,
        blocks,
        close=voice.BACK,
        submit=voice.PUBLISH,
        callback_id=PUBLISH_CALLBACK,
        private_metadata=NarrativeForm(preview.journey_id, preview.seen).dump(),
    )


def done_modal(
    published: PublishedStack, channels: Sequence[str], membership: Membership
) -> dict[str, Any]:
    """The narrative is published, and what to do next."""
    note = membership.note(channels)
    blocks: list[Block] = [
        section("published", voice.published(published)),
        section("try_it", voice.try_it(channels)),
        *([section("invite", note)] if note else []),
    ]
    return modal(voice.DONE_TITLE, blocks, close=voice.DONE, clear_on_close=True)


def _form(
    title: str, blocks: Sequence[Block], callback_id: str, journey_id: str, submit: str
) -> dict[str, Any]:
    return modal(
        title,
        blocks,
        close=voice.BACK,
        submit=submit,
        callback_id=callback_id,
        private_metadata=NarrativeForm(journey_id).dump(),
    )


def _answer(
    block_id: str, label: str, given: str, hint: str | None = None, *, optional: bool = False
) -> InputBlock:
    # What may be left out is one line, so that the form stays short.
    field = PlainTextInput(
        action_id=INPUT_ACTION,
        multiline=not optional,
        initial_value=given or None,
        max_length=_MAX_ANSWER,
    )
    return InputBlock(
        PlainText(label),
        field,
        block_id=block_id,
        hint=PlainText(hint) if hint else None,
        optional=optional,
    )


def _promise(number: int, given: Interview) -> list[Block]:
    held = given.promises[number - 1] if number <= len(given.promises) else PromiseAnswer("")
    return [
        _answer(f"promise_{number}", voice.promise_label(number), held.text, optional=True),
        _answer(
            f"limits_{number}",
            voice.limits_label(number),
            held.limits,
            voice.LIMITS_HINT if number == 1 else None,
            optional=True,
        ),
    ]


def _avoided(given: Interview) -> InputBlock:
    field = PlainTextInput(
        action_id=INPUT_ACTION,
        initial_value=", ".join(given.avoid) or None,
        placeholder=PlainText(voice.AVOID_PLACEHOLDER),
    )
    return InputBlock(
        PlainText(voice.AVOID_LABEL),
        field,
        block_id="avoid",
        hint=PlainText(voice.AVOID_HINT),
        optional=True,
    )


def _language(chosen: str) -> InputBlock:
    options = {code: Option(PlainText(name), code) for code, name in voice.LANGUAGES.items()}
    menu = StaticSelectMenu(
        action_id=INPUT_ACTION,
        options=list(options.values()),
        initial_option=options.get(chosen, options["en"]),
    )
    return InputBlock(PlainText(voice.LANGUAGE_LABEL), menu, block_id=LANGUAGE_BLOCK)
