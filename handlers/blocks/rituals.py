"""Rituals in Block Kit: the list, what comes next, and what was saved."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Final

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ConfirmationDialogue,
    ContextBlock,
    DividerBlock,
    Element,
    PlainText,
    Text,
)

from coherence.rituals.ritual import RitualKind
from coherence.rituals.setup import JourneyRituals, RitualPreview, RitualSaved, RitualStatus
from handlers.blocks import ritual_actions as actions
from handlers.blocks.message import modal, plain_modal, section, whole_lines
from handlers.blocks.setup import Membership
from handlers.voice import rituals as voice
from handlers.voice.ritual_words import KINDS

PREVIEW_CALLBACK: Final = "ritual_preview"
ADD_PREFIX: Final = f"{actions.SET_UP}_"
"""With the kind of a new ritual after it."""

_SHOWN: Final = 30


def loading_modal() -> dict[str, Any]:
    """Shown at once, while the content is on its way."""
    return plain_modal(voice.TITLE, voice.loading(), voice.CLOSE)


def list_modal(
    journeys: Sequence[JourneyRituals], channel_id: str | None, notice: str | None = None
) -> dict[str, Any]:
    """The rituals of all journeys; remembers the channel in which somebody asked for it."""
    return modal(
        voice.TITLE,
        [
            *([section("notice", notice)] if notice else []),
            section("about", voice.about()),
            *_journeys(journeys),
        ],
        close=voice.CLOSE,
        private_metadata=channel_id,
    )


def coming_modal(preview: RitualPreview, now: datetime) -> dict[str, Any]:
    """What a ritual will post, when, and to whom."""
    blocks = [*_coming(preview, now)]
    return modal(voice.COMING_TITLE, blocks, close=voice.BACK)


def preview_modal(
    preview: RitualPreview,
    now: datetime,
    *,
    metadata: str,
    membership: Membership,
) -> dict[str, Any]:
    """What would come of a plan, to be looked at before it is saved."""
    note = _invitation(preview, membership)
    return modal(
        voice.PREVIEW_TITLE,
        [*([section("invite", note)] if note else []), *_coming(preview, now)],
        close=voice.BACK,
        submit=voice.SAVE,
        callback_id=PREVIEW_CALLBACK,
        private_metadata=metadata,
    )


def saved_modal(done: RitualSaved) -> dict[str, Any]:
    """It is kept; closing this closes the windows below it."""
    return modal(
        voice.SAVED_TITLE,
        [section("saved", voice.saved(done))],
        close=voice.CLOSE,
        clear_on_close=True,
    )


def _journeys(journeys: Sequence[JourneyRituals]) -> Iterator[Block]:
    shown = 0
    total = sum(len(each.rituals) for each in journeys)
    for number, each in enumerate(journeys):
        rituals = [*islice(each.rituals, _SHOWN - shown)]
        if rituals or number == 0:
            yield DividerBlock(block_id=f"rule_{each.journey_id}")
            yield section(f"journey_{each.journey_id}", voice.journey(each))
        for status in rituals:
            yield from _ritual(status, may_lead=each.may_lead)
        shown += len(rituals)
    if shown < total:
        yield ContextBlock([Text(voice.not_shown(total - shown))], block_id="not_shown")
    yield DividerBlock(block_id="rule_end")
    if any(each.may_lead for each in journeys):
        yield section("add", voice.add())
        yield ActionsBlock([*map(_add, RitualKind)], block_id="add_one")
    else:
        yield section("add", voice.nobody_leads())


def _ritual(status: RitualStatus, *, may_lead: bool) -> Iterator[Block]:
    one = status.ritual
    yield section(f"ritual_{one.id}", voice.ritual(status))
    buttons: list[Element] = (
        [] if status.trouble else [_button(voice.COMES_NEXT, actions.COMING, one.id)]
    )
    if may_lead:
        rest = (
            _button(voice.RESUME, actions.RESUME, one.id)
            if one.paused
            else _button(voice.PAUSE, actions.PAUSE, one.id)
        )
        buttons += [_button(voice.CHANGE, actions.EDIT, one.id), rest, _end(one.id, one.name)]
    if buttons:
        yield ActionsBlock(buttons, block_id=f"do_{one.id}")


def _end(ritual_id: str, name: str) -> Button:
    confirm = ConfirmationDialogue(
        title=PlainText(voice.END_TITLE),
        text=PlainText(voice.ending(name)),
        confirm=PlainText(voice.END_YES),
        deny=PlainText(voice.END_NO),
    )
    return Button(PlainText(voice.END), action_id=actions.END, value=ritual_id, confirm=confirm)


def _add(kind: RitualKind) -> Button:
    return _button(KINDS[kind], f"{ADD_PREFIX}{kind.value}", kind.value)


def _button(label: str, action_id: str, value: str) -> Button:
    return Button(PlainText(label), action_id=action_id, value=value)


def _coming(preview: RitualPreview, now: datetime) -> Iterator[Block]:
    yield section("heading", voice.heading(preview))
    rotates = preview.plan.kind is RitualKind.STAND_UP
    if not rotates and preview.coming:
        yield section("asked", whole_lines(voice.all_asked(preview.coming[0].questions)))
    yield DividerBlock(block_id="rule")
    for number, (each, when) in enumerate(zip(preview.coming, voice.when(preview), strict=True)):
        said = voice.comes(preview, each, when, with_questions=rotates, now=now)
        yield section(f"coming_{number}", said)
    yield DividerBlock(block_id="rule_end")
    yield section("told", voice.told(preview))


def _invitation(preview: RitualPreview, membership: Membership) -> str | None:
    channel_id = str(preview.plan.channel_id)
    if membership.channels is None:
        return voice.invite_if_needed(channel_id, membership.bot_user_id)
    if channel_id in membership.channels:
        return None
    return voice.invite(channel_id, membership.bot_user_id)
