"""Set-up in Block Kit: the overview and the form of a journey."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    CheckboxGroup,
    ContextBlock,
    ConversationFilter,
    ConversationMultiSelectMenu,
    DividerBlock,
    Element,
    InputBlock,
    Option,
    PlainText,
    PlainTextInput,
    Text,
    TimePicker,
    UserMultiSelectMenu,
)

from coherence.journey_settings import MAX_CHANNELS, JourneySettings
from coherence.setup import JourneyStatus, Overview
from coherence.stewards import MAX_STEWARDS
from handlers.blocks.champion_actions import SET_UP
from handlers.blocks.message import Message, modal, plain_modal, section
from handlers.champion_place import ChampionPlace
from handlers.voice import setup as voice

OPEN_ACTION = "setup_open"
ADD_ACTION = "setup_add"
CHANGE_ACTION = "setup_change"
NARRATIVE_ACTION = "setup_narrative"
STEWARDS_ACTION = "setup_stewards"

JOURNEY_CALLBACK = "setup_journey"
STEWARDS_CALLBACK = "setup_stewards"

INPUT_ACTION = "value"
MOVE_BLOCK = "move"
STEWARDS_BLOCK = "stewards"

_SHOWN_JOURNEYS = 30


@dataclass(frozen=True)
class Membership:
    """Who the bot is, and the channels it is in; None where Slack does not tell."""

    bot_user_id: str
    channels: frozenset[str] | None

    def note(self, linked: Sequence[str]) -> str | None:
        """What to say about linked channels; None if there is nothing to say."""
        if not linked:
            return None
        if self.channels is None:
            return voice.invite_if_needed(self.bot_user_id)
        missing = [channel for channel in linked if channel not in self.channels]
        return voice.invite(missing, self.bot_user_id) if missing else None


@dataclass(frozen=True)
class JourneyForm:
    """What the form of a journey remembers until it is submitted.

    `seen` stands for the settings that it was opened on, None for a new journey; `asked` are the
    channels whose move the person is asked to confirm.
    """

    journey_id: str
    seen: str | None = None
    asked: tuple[str, ...] = ()

    def dump(self) -> str:
        """As a view's private metadata."""
        return json.dumps(asdict(self))

    @classmethod
    def load(cls, metadata: str) -> "JourneyForm":
        """From a view's private metadata."""
        held = json.loads(metadata)
        return cls(held["journey_id"], held["seen"], tuple(held["asked"]))


def loading_modal() -> dict[str, Any]:
    """Shown at once, while the content is on its way."""
    return plain_modal(voice.TITLE, voice.loading(), voice.CLOSE)


def offer_message(sentence: str) -> Message:
    """A sentence, already escaped, with the button that opens set-up."""
    return Message(sentence, offer_blocks(sentence))


def offer_modal(sentence: str) -> dict[str, Any]:
    """The same as a modal."""
    return modal(voice.TITLE, offer_blocks(sentence), close=voice.CLOSE)


def offer_blocks(sentence: str) -> list[Block]:
    """The same as blocks of something longer."""
    button = Button(PlainText(voice.SET_UP), action_id=OPEN_ACTION, value="open", style="primary")
    return [section("offer", sentence), ActionsBlock([button], block_id="offer_setup")]


def overview_modal(overview: Overview, membership: Membership) -> dict[str, Any]:
    """Everything that is set up, and how to change it."""
    blocks = [*_journeys(overview, membership), *_stewards(overview)]
    return modal(voice.TITLE, blocks, close=voice.CLOSE)


def journey_form(
    settings: JourneySettings, form: JourneyForm, notice: str | None = None
) -> dict[str, Any]:
    """The form of one journey; `notice` is shown above it."""
    is_new = form.seen is None
    blocks = [
        *([section("notice", notice)] if notice else []),
        *_journey_inputs(settings, asks_to_move=bool(form.asked)),
    ]
    return modal(
        voice.ADD_TITLE if is_new else voice.CHANGE_TITLE,
        blocks,
        close=voice.BACK,
        submit=voice.NEXT if is_new else voice.SAVE,
        callback_id=JOURNEY_CALLBACK,
        private_metadata=form.dump(),
    )


def moving_form(
    settings: JourneySettings, form: JourneyForm, owners: Mapping[str, str]
) -> dict[str, Any]:
    """The form again, asking to confirm that channels leave their journeys."""
    asking = JourneyForm(form.journey_id, form.seen, tuple(owners))
    return journey_form(settings, asking, voice.moving(owners))


def journey_answers(view: Mapping[str, Any]) -> tuple[JourneySettings, Collection[str]]:
    """What was entered in the form, and the channels whose move was confirmed."""
    values = view["state"]["values"]
    form = JourneyForm.load(view["private_metadata"])
    moved = values.get(MOVE_BLOCK, {}).get(INPUT_ACTION, {}).get("selected_options")
    settings = JourneySettings(
        journey_id=form.journey_id,
        name=_text(values, "name", "value"),
        channels=tuple(_list(values, "channels", "selected_conversations")),
        zone=_text(values, "zone", "value"),
        work_start=_text(values, "work_start", "selected_time"),
        work_end=_text(values, "work_end", "selected_time"),
    )
    return settings, form.asked if moved else ()


def stewards_form(named: Sequence[str]) -> dict[str, Any]:
    """Who keeps the narrative; remembers whom it was opened with."""
    menu = UserMultiSelectMenu(
        action_id=INPUT_ACTION,
        initial_users=list(named) or None,
        max_selected_items=MAX_STEWARDS,
        placeholder=PlainText(voice.STEWARDS_PLACEHOLDER),
    )
    blocks = [
        _input(STEWARDS_BLOCK, voice.STEWARDS_LABEL, menu, voice.STEWARDS_HINT, optional=True)
    ]
    return modal(
        voice.STEWARDS_TITLE,
        blocks,
        close=voice.BACK,
        submit=voice.SAVE,
        callback_id=STEWARDS_CALLBACK,
        private_metadata=json.dumps(list(named)),
    )


def stewards_answer(view: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Who was chosen, and who was a named steward when the form was opened."""
    chosen = _list(view["state"]["values"], STEWARDS_BLOCK, "selected_users")
    return chosen, list(json.loads(view["private_metadata"]))


def _journeys(overview: Overview, membership: Membership) -> Iterator[Block]:
    if not overview.journeys:
        yield section("welcome", voice.welcome())
    for status in overview.journeys[:_SHOWN_JOURNEYS]:
        yield from _journey(status, membership)
    if (unshown := len(overview.journeys) - _SHOWN_JOURNEYS) > 0:
        yield _context("unshown", voice.journeys_not_shown(unshown))
    label = voice.ADD_ANOTHER if overview.journeys else voice.ADD_FIRST
    add = _button(label, ADD_ACTION, "add", None if overview.journeys else "primary")
    yield ActionsBlock([add], block_id="add")


def _journey(status: JourneyStatus, membership: Membership) -> Iterator[Block]:
    journey_id = status.settings.journey_id
    yield section(f"journey_{journey_id}", voice.journey(status))
    begun = status.version is not None
    narrative = (
        _button(voice.NEW_DRAFT, NARRATIVE_ACTION, journey_id)
        if begun
        else _button(voice.BEGIN_NARRATIVE, NARRATIVE_ACTION, journey_id, "primary")
    )
    change = _button(voice.CHANGE, CHANGE_ACTION, journey_id)
    rota = _button(voice.ROTA, SET_UP, ChampionPlace(journey_id).text())
    yield ActionsBlock([narrative, change, rota], block_id=f"do_{journey_id}")
    if note := membership.note(status.settings.channels):
        yield _context(f"invite_{journey_id}", note)


def _stewards(overview: Overview) -> Iterator[Block]:
    yield DividerBlock(block_id="rule")
    yield section("stewards", voice.stewards(overview.stewards))
    choose = _button(voice.CHOOSE_STEWARDS, STEWARDS_ACTION, "choose")
    yield ActionsBlock([choose], block_id="choose_stewards")


def _journey_inputs(settings: JourneySettings, *, asks_to_move: bool) -> list[Block]:
    name = PlainTextInput(
        action_id=INPUT_ACTION, initial_value=settings.name or None, max_length=75
    )
    channels = ConversationMultiSelectMenu(
        action_id=INPUT_ACTION,
        initial_conversations=list(settings.channels) or None,
        max_selected_items=MAX_CHANNELS,
        filter=ConversationFilter(include=["public", "private"]),
        placeholder=PlainText(voice.CHANNELS_PLACEHOLDER),
    )
    zone = PlainTextInput(action_id=INPUT_ACTION, initial_value=settings.zone or None)
    start = TimePicker(action_id=INPUT_ACTION, initial_time=settings.work_start)
    end = TimePicker(action_id=INPUT_ACTION, initial_time=settings.work_end)
    return [
        _input("name", voice.NAME_LABEL, name, voice.NAME_HINT),
        _input("channels", voice.CHANNELS_LABEL, channels, voice.CHANNELS_HINT, optional=True),
        *([_move_input()] if asks_to_move else []),
        _input("zone", voice.ZONE_LABEL, zone, voice.ZONE_HINT),
        _input("work_start", voice.START_LABEL, start),
        _input("work_end", voice.END_LABEL, end),
    ]


def _move_input() -> InputBlock:
    boxes = CheckboxGroup(
        action_id=INPUT_ACTION, options=[Option(PlainText(voice.MOVE_OPTION), "move")]
    )
    return _input(MOVE_BLOCK, voice.MOVE_LABEL, boxes, optional=True)


def _input(
    block_id: str, label: str, element: Element, hint: str | None = None, *, optional: bool = False
) -> InputBlock:
    return InputBlock(
        PlainText(label),
        element,
        block_id=block_id,
        hint=PlainText(hint) if hint else None,
        optional=optional,
    )


def _button(
    label: str, action_id: str, value: str, style: Literal["primary"] | None = None
) -> Button:
    return Button(PlainText(label), action_id=action_id, value=value, style=style)


def _context(block_id: str, sentence: str) -> ContextBlock:
    return ContextBlock([Text(sentence)], block_id=block_id)


def _text(values: Mapping[str, Any], block_id: str, key: str) -> str:
    return str(values[block_id][INPUT_ACTION][key] or "")


def _list(values: Mapping[str, Any], block_id: str, key: str) -> list[str]:
    return list(values[block_id][INPUT_ACTION][key] or [])
