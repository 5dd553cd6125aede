"""The letters and forms of the duty as it goes round, in Block Kit."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ContextBlock,
    InputBlock,
    Option,
    PlainText,
    PlainTextInput,
    RadioButtonGroup,
    Text,
)

from coherence.champion.handover import Briefing, Change, Turn
from coherence.champion.service import MAX_CHANGE, MAX_NOTES, Said
from coherence.champion.stints import is_short
from handlers.blocks import champion_actions as actions
from handlers.blocks.message import Message, modal, plain_modal, section, whole_lines
from handlers.champion_place import ChampionPlace
from handlers.voice import champion_round as voice

NOTES_CALLBACK: Final = "champion_notes"
LOOK_BACK_CALLBACK: Final = "champion_look_back"
INPUT_ACTION: Final = "value"


def reminder_message(turn: Turn) -> Message:
    """Some working days before a term."""
    place = _place(turn)
    offers = [(actions.SIT_OUT, voice.SIT_OUT), (actions.SWAP, voice.SWAP)]
    buttons = [] if turn.service.arranged else [_button(*offer, place) for offer in offers]
    return Message(
        voice.reminder_line(turn),
        [section("reminder", voice.reminder(turn)), *_actions(buttons)],
    )


def notes_message(turn: Turn) -> Message:
    """The day before a handover."""
    button = _button(actions.NOTES, voice.LEAVE_NOTES, _place(turn))
    return Message(
        voice.notes_line(turn), [section("notes", voice.notes_wanted(turn)), *_actions([button])]
    )


def noted_message(turn: Turn) -> Message:
    """In the place of the request for notes, once there are some."""
    button = _button(actions.NOTES, voice.CHANGE_NOTES, _place(turn))
    return Message(
        voice.noted_line(turn), [section("notes", voice.noted(turn)), *_actions([button])]
    )


def handover_message(change: Change) -> Message:
    """To the journey's channel."""
    return Message(
        voice.handover_line(change),
        [
            section("handover", voice.handover(change)),
            ContextBlock([Text(voice.handover_more(change))], block_id="more"),
        ],
    )


def incoming_message(briefing: Briefing) -> Message:
    """To who begins; what there is nothing of is left out."""
    return Message(voice.incoming_line(briefing), list(_incoming(briefing)))


def look_back_message(turn: Turn) -> Message:
    """After a term."""
    button = _button(actions.LOOK_BACK, voice.LOOK_BACK, _place(turn))
    return Message(
        voice.look_back_line(turn),
        [section("look_back", voice.look_back(turn)), *_actions([button])],
    )


def looked_back_message() -> Message:
    """In the place of the two questions, once they are answered."""
    return Message(voice.looked_back(), [section("look_back", voice.looked_back())])


def channel_trouble_message(journey: str, channel_id: str, error: str) -> Message:
    """To stewards."""
    said = voice.channel_trouble(journey, channel_id, error)
    return Message(voice.channel_trouble_line(journey), [section("trouble", said)])


def loading_modal(title: str) -> dict[str, Any]:
    """Shown at once, while the form is on its way."""
    return plain_modal(title, voice.loading(), voice.CANCEL)


def done_modal(title: str, sentence: str) -> dict[str, Any]:
    """What a form became."""
    return plain_modal(title, sentence, voice.CLOSE)


def notes_form(said: Said, place: ChampionPlace) -> dict[str, Any]:
    """Notes for whoever comes next."""
    text = PlainTextInput(
        INPUT_ACTION,
        initial_value=said.notes or None,
        multiline=True,
        max_length=MAX_NOTES,
        placeholder=PlainText(voice.NOTES_PLACEHOLDER),
    )
    field = InputBlock(
        PlainText(voice.NOTES_LABEL),
        text,
        block_id="notes",
        hint=PlainText(voice.NOTES_HINT),
        optional=True,
    )
    return _form(voice.NOTES_TITLE, [field], NOTES_CALLBACK, place)


def look_back_form(said: Said, place: ChampionPlace) -> dict[str, Any]:
    """The two questions."""
    options = {
        weight: Option(PlainText(words), str(weight)) for weight, words in voice.WEIGHTS.items()
    }
    weight = RadioButtonGroup(
        INPUT_ACTION, list(options.values()), initial_option=options.get(said.weight or 0)
    )
    change = PlainTextInput(
        INPUT_ACTION,
        initial_value=said.change or None,
        multiline=True,
        max_length=MAX_CHANGE,
        placeholder=PlainText(voice.CHANGE_PLACEHOLDER),
    )
    blocks = [
        InputBlock(PlainText(voice.WEIGHT_LABEL), weight, block_id="weight"),
        InputBlock(
            PlainText(voice.CHANGE_LABEL),
            change,
            block_id="change",
            hint=PlainText(voice.CHANGE_HINT),
            optional=True,
        ),
    ]
    return _form(voice.LOOK_BACK_TITLE, blocks, LOOK_BACK_CALLBACK, place)


def guide_modal() -> dict[str, Any]:
    """One page for the first time."""
    pages = [section(f"guide_{number}", words) for number, words in enumerate(voice.guide())]
    return modal(voice.GUIDE_TITLE, pages, close=voice.CLOSE)


def notes_in(view: Mapping[str, Any]) -> str:
    """The notes that were entered."""
    return _typed(view, "notes")


def look_back_in(view: Mapping[str, Any]) -> tuple[int | None, str]:
    """How heavy it was, None where nothing was chosen, and what should change."""
    chosen = view["state"]["values"]["weight"][INPUT_ACTION].get("selected_option")
    return int(chosen["value"]) if chosen else None, _typed(view, "change")


def _incoming(briefing: Briefing) -> Iterator[Block]:
    yield section("incoming", voice.incoming(briefing))
    for number, note in enumerate(briefing.notes[:2]):
        yield section(f"note_{number}", voice.notes(note))
    if briefing.open.count:
        yield section("open", whole_lines(voice.open_drift(briefing.open, briefing.now)))
        yield ContextBlock([Text(voice.all_drift())], block_id="all")
    else:
        yield section("open", voice.nothing_open())
    if briefing.resolved.count:
        yield section("resolved", whole_lines(voice.resolved(briefing.resolved)))
    if briefing.published:
        yield section("published", whole_lines(voice.published(briefing.published)))
    yield from _answers(briefing)


def _answers(briefing: Briefing) -> Iterator[Block]:
    place = _place(briefing.turn)
    buttons = []
    if briefing.acknowledged_at is None:
        buttons.append(_button(actions.ACKNOWLEDGE, voice.ACKNOWLEDGE, place))
    if is_short(briefing.turn.service):
        # Nobody asks for notes before so short a term ends.
        buttons.append(_button(actions.NOTES, voice.LEAVE_NOTES, place))
    if briefing.turn.is_first:
        buttons.append(_button(actions.GUIDE, voice.HOW_IT_WORKS, place))
    if briefing.acknowledged_at is not None:
        yield ContextBlock([Text(voice.acknowledged(briefing))], block_id="acknowledged")
    yield from _actions(buttons)


def _place(turn: Turn) -> ChampionPlace:
    return ChampionPlace(turn.rota.journey_id, turn.service.start)


def _button(action_id: str, words: str, place: ChampionPlace) -> Button:
    return Button(PlainText(words), action_id, value=place.text())


def _actions(buttons: Sequence[Button]) -> list[Block]:
    return [ActionsBlock(list(buttons), block_id="answers")] if buttons else []


def _typed(view: Mapping[str, Any], field: str) -> str:
    return str(view["state"]["values"][field][INPUT_ACTION].get("value") or "")


def _form(
    title: str, blocks: Sequence[Block], callback_id: str, place: ChampionPlace
) -> dict[str, Any]:
    return modal(
        title,
        blocks,
        close=voice.CANCEL,
        submit=voice.SAVE,
        callback_id=callback_id,
        private_metadata=place.text(),
    )
