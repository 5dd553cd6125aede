"""One's own duty, in Block Kit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ConfirmationDialogue,
    DatePicker,
    DividerBlock,
    InputBlock,
    PlainText,
    PlainTextInput,
    SectionBlock,
    Text,
)

from coherence.champion.leave import Consequence, Days, Effect
from coherence.champion.member import MemberState
from coherence.champion.mine import MyDuty, MyRota
from handlers.blocks.champion_actions import COVER
from handlers.blocks.champion_invitation import answer_buttons
from handlers.blocks.message import modal, plain_modal, section, whole_lines
from handlers.champion_place import ChampionPlace
from handlers.voice import champion_mine as voice

PAUSE_ACTION: Final = "champion_mine_pause"
RESUME_ACTION: Final = "champion_mine_resume"
LEAVE_ROTA_ACTION: Final = "champion_mine_leave_rota"
ADD_LEAVE_ACTION: Final = "champion_mine_add_leave"
REMOVE_LEAVE_ACTION: Final = "champion_mine_remove_leave"
COUNTRY_ACTION: Final = "champion_mine_country"
MESSAGES_ACTION: Final = "champion_mine_messages"
LEAVE_CALLBACK: Final = "champion_mine_leave"
COUNTRY_CALLBACK: Final = "champion_mine_country"
INPUT_ACTION: Final = "value"

_MOST_ROTAS: Final = 15
_MOST_COVERS: Final = 5

State = Mapping[str, Any]


@dataclass(frozen=True)
class Notice:
    """What has just been done; `covers` are terms that somebody should be asked to cover."""

    sentence: str
    covers: Sequence[Consequence] = ()


def loading_modal() -> dict[str, Any]:
    """Shown at once, while the content is on its way."""
    return plain_modal(voice.TITLE, voice.loading(), voice.CLOSE)


def my_duty_modal(duty: MyDuty, notice: Notice | None = None) -> dict[str, Any]:
    """Everything about one's own duty, and how to change it."""
    return modal(voice.TITLE, list(_blocks(duty, notice)), close=voice.CLOSE)


def leave_notice(days: Days, found: Sequence[Consequence], now: datetime) -> Notice:
    """What follows from days away."""
    covers = [each for each in found if each.effect is Effect.NEEDS_COVER]
    return Notice(voice.saved_leave(days, found, now), covers[:_MOST_COVERS])


def leave_form() -> dict[str, Any]:
    """From when until when."""
    first, last = DatePicker(INPUT_ACTION), DatePicker(INPUT_ACTION)
    blocks = [
        InputBlock(PlainText(voice.FIRST), first, block_id="first"),
        InputBlock(PlainText(voice.LAST), last, block_id="last", hint=PlainText(voice.LAST_HINT)),
    ]
    return modal(
        voice.LEAVE_TITLE,
        blocks,
        close=voice.CANCEL,
        submit=voice.SAVE,
        callback_id=LEAVE_CALLBACK,
    )


def leave_answer(view: State) -> Days:
    """The days that were entered."""
    values = view["state"]["values"]
    first, last = (
        date.fromisoformat(values[name][INPUT_ACTION]["selected_date"])
        for name in ("first", "last")
    )
    return Days(first, last)


def country_form(country: str | None) -> dict[str, Any]:
    """Whose public holidays count."""
    element = PlainTextInput(
        action_id=INPUT_ACTION,
        initial_value=country,
        max_length=2,
        placeholder=PlainText(voice.COUNTRY_PLACEHOLDER),
    )
    block = InputBlock(
        PlainText(voice.COUNTRY),
        element,
        block_id="country",
        hint=PlainText(voice.COUNTRY_HINT),
        optional=True,
    )
    return modal(
        voice.COUNTRY_TITLE,
        [block],
        close=voice.CANCEL,
        submit=voice.SAVE,
        callback_id=COUNTRY_CALLBACK,
    )


def country_answer(view: State) -> str:
    """What was entered."""
    return str(view["state"]["values"]["country"][INPUT_ACTION].get("value") or "")


def _blocks(duty: MyDuty, notice: Notice | None) -> Iterator[Block]:
    if notice:
        yield from _notice(notice)
    if not duty.rotas:
        yield section("nothing", voice.nothing())
    for mine in duty.rotas[:_MOST_ROTAS]:
        yield from _rota(mine, duty.now)
    if duty.serves:
        yield DividerBlock(block_id="rule")
        yield from _leave(duty)
        yield DividerBlock(block_id="rule_choices")
        yield from _choices(duty)


def _notice(notice: Notice) -> Iterator[Block]:
    yield section("notice", whole_lines(notice.sentence))
    for number, each in enumerate(notice.covers):
        place = ChampionPlace(each.journey_id, each.term.start)
        button = _button(voice.ASK_FOR_COVER, COVER, place.text(), "primary")
        yield ActionsBlock([button], block_id=f"cover_{number}")
    yield DividerBlock(block_id="rule_notice")


def _rota(mine: MyRota, now: datetime) -> Iterator[Block]:
    yield section(f"rota_{mine.journey_id}", whole_lines(voice.rota(mine, now)))
    yield ActionsBlock([*_rota_buttons(mine)], block_id=f"do_{mine.journey_id}")


def _rota_buttons(mine: MyRota) -> list[Button]:
    place = ChampionPlace(mine.journey_id)
    if mine.state is not MemberState.SERVING:
        join, decline = answer_buttons(ChampionPlace(mine.journey_id, about=mine.about))
        return [join, decline] if mine.state is MemberState.ASKED else [join]
    rest = (
        _button(voice.PAUSE, PAUSE_ACTION, place.text())
        if mine.paused_from is None
        else _button(voice.RESUME, RESUME_ACTION, place.text(), "primary")
    )
    confirm = ConfirmationDialogue(
        title=PlainText(voice.LEAVE_ROTA_TITLE),
        text=PlainText(voice.leaving()),
        confirm=PlainText(voice.LEAVE_ROTA_YES),
        deny=PlainText(voice.LEAVE_ROTA_NO),
    )
    leave = Button(
        PlainText(voice.LEAVE_ROTA),
        action_id=LEAVE_ROTA_ACTION,
        value=place.text(),
        confirm=confirm,
    )
    return [rest, leave]


def _leave(duty: MyDuty) -> Iterator[Block]:
    yield section("away", voice.AWAY if duty.leave else voice.NO_LEAVE)
    for each in duty.leave:
        yield SectionBlock(
            Text(voice.days(each.days, duty.now)),
            block_id=f"away_{each.id}",
            accessory=_button(voice.REMOVE, REMOVE_LEAVE_ACTION, each.id),
        )
    add = _button(voice.ADD_LEAVE, ADD_LEAVE_ACTION, "add")
    yield ActionsBlock([add], block_id="add_leave")


def _choices(duty: MyDuty) -> Iterator[Block]:
    yield SectionBlock(
        Text(voice.holidays(duty.country)),
        block_id="holidays",
        accessory=_button(voice.CHANGE, COUNTRY_ACTION, duty.country or "none"),
    )
    label = voice.SWITCH_OFF if duty.messages else voice.SWITCH_ON
    wanted = "off" if duty.messages else "on"
    yield SectionBlock(
        Text(voice.messages(duty)),
        block_id="messages",
        accessory=_button(label, MESSAGES_ACTION, wanted),
    )


def _button(
    label: str, action_id: str, value: str, style: Literal["primary"] | None = None
) -> Button:
    return Button(PlainText(label), action_id=action_id, value=value, style=style)
