"""Passing, swapping, covering and stepping in, in Block Kit."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    DateTimePicker,
    InputBlock,
    Option,
    PlainText,
    SectionBlock,
    StaticSelectMenu,
    Text,
    UserSelectMenu,
)

from coherence.champion.announcing import NEXT
from coherence.champion.arrangements import Arrangement
from coherence.champion.letters import mark, unmark
from coherence.champion.passing import Pass
from coherence.champion.requests import Request, RequestKind
from coherence.champion.resolved import ResolvedRota
from coherence.champion.stepping_in import SteppedIn
from coherence.champion.swaps import Asking, Exchange, Wish
from coherence.champion.telling import ChangedLetter, GoneLetter, RequestLetter
from coherence.rota.term import Source, Term
from handlers.blocks import champion_actions as actions
from handlers.blocks.message import Message, modal, plain_modal, section
from handlers.champion_place import ChampionPlace
from handlers.voice import champion_swap as voice
from handlers.voice.mrkdwn import clip

SIT_OUT_CALLBACK: Final = "champion_sit_out"
ASK_CALLBACKS: Final = {
    RequestKind.SWAP: "champion_ask_swap",
    RequestKind.COVER: "champion_ask_cover",
}
ACCEPT_CALLBACK: Final = "champion_accept"
STEP_IN_CALLBACK: Final = "champion_step_in"
HAND_BACK_ACTION: Final = "champion_hand_back"
INPUT_ACTION: Final = "value"

_OPTION: Final = 75
_OPEN_SHOWN: Final = 10
_MAX_METADATA: Final = 3_000

State = Mapping[str, Any]


def loading_modal(title: str) -> dict[str, Any]:
    """Shown at once, while the window is on its way."""
    return plain_modal(title, voice.loading(), voice.CLOSE)


def done_modal(title: str, sentence: str) -> dict[str, Any]:
    """What a form became."""
    return plain_modal(title, sentence, voice.CLOSE)


def pass_modal(found: Pass, place: ChampionPlace) -> dict[str, Any]:
    """Before somebody sits a term out; near it, a part of it may be covered instead."""
    if found.is_done:
        return done_modal(voice.SIT_OUT_TITLE, voice.passed(found))
    blocks: list[Block] = [section("pass", voice.offer_pass(found))]
    if found.is_near:
        blocks.append(_buttons("instead", [_button(actions.COVER, voice.ASK_FOR_COVER, place)]))
    return modal(
        voice.SIT_OUT_TITLE,
        blocks,
        close=voice.KEEP,
        submit=voice.SIT_OUT,
        callback_id=SIT_OUT_CALLBACK,
        private_metadata=place.text(),
    )


def passed_message(found: Pass) -> Message:
    """In the place of the message in which somebody began to sit a term out."""
    return Message(voice.passed_line(found), [section("passed", voice.passed(found))])


def ask_modal(
    asking: Asking, kind: RequestKind, place: ChampionPlace, notice: str | None = None
) -> dict[str, Any]:
    """What somebody has asked for already, and the form to ask."""
    title = voice.SWAP_TITLE if kind is RequestKind.SWAP else voice.COVER_TITLE
    blocks: list[Block] = [section("notice", notice)] if notice else []
    blocks += [_open_request(each, asking.rota) for each in asking.open[:_OPEN_SHOWN]]
    term = _chosen(asking, place)
    if term is None:
        nothing = voice.nothing_to_swap() if kind is RequestKind.SWAP else voice.nothing_to_cover()
        return modal(title, [*blocks, section("nothing", nothing)], close=voice.CLOSE)
    blocks.append(section("asking", voice.asking(asking.rota, kind)))
    if kind is RequestKind.SWAP:
        blocks.append(_term_menu(asking, term))
    else:
        blocks += _span_pickers(asking, term)
    held = {"place": replace(place, start=term.start).text(), "request": uuid4().hex}
    return modal(
        title,
        [*blocks, _whom()],
        close=voice.CANCEL,
        submit=voice.ASK,
        callback_id=ASK_CALLBACKS[kind],
        private_metadata=json.dumps(held),
    )


def wish_in(view: State) -> tuple[Wish, ChampionPlace]:
    """What somebody asks for, and where they began to."""
    held = json.loads(view["private_metadata"])
    place = ChampionPlace.of_text(held["place"])
    values = view["state"]["values"]
    chosen = values.get("term", {}).get(INPUT_ACTION, {}).get("selected_option") or {}
    wish = Wish(
        place.journey_id,
        held["request"],
        next(kind for kind, name in ASK_CALLBACKS.items() if name == view["callback_id"]),
        unmark(chosen["value"]) if chosen else _start_of(place),
        values["whom"][INPUT_ACTION].get("selected_user") or None,
        _picked(values, "first"),
        _picked(values, "last"),
    )
    return wish, place


def asked_message(request: Request, rota: ResolvedRota) -> Message:
    """In the place of the message in which somebody began to ask."""
    said = voice.has_asked(request, rota)
    return Message(voice.has_asked_line(rota), [section("asked", said)])


def accept_modal(
    exchange: Exchange, place: ChampionPlace, notice: str | None = None
) -> dict[str, Any]:
    """What is taken and what is given, to be confirmed."""
    held = {
        "place": place.text(),
        "gives": mark(exchange.gives.start) if exchange.gives else None,
    }
    blocks = [section("notice", notice)] if notice else []
    return modal(
        voice.ACCEPT_TITLE,
        [*blocks, section("offer", voice.offered(exchange))],
        close=voice.CANCEL,
        submit=voice.ACCEPT_SWAP if exchange.gives else voice.ACCEPT_COVER,
        callback_id=ACCEPT_CALLBACK,
        private_metadata=json.dumps(held),
    )


def accepted_in(view: State) -> tuple[ChampionPlace, datetime | None]:
    """Which request was confirmed, and the beginning of the term that is given."""
    held = json.loads(view["private_metadata"])
    gives = unmark(held["gives"]) if held["gives"] else None
    return ChampionPlace.of_text(held["place"]), gives


def step_in_modal(rota: ResolvedRota, term: Term, place: ChampionPlace) -> dict[str, Any]:
    """Before somebody steps in."""
    blocks: list[Block] = [
        section("step_in", voice.step_in(rota, term)),
        _picker("until", voice.LAST_LABEL, term.end),
    ]
    return modal(
        voice.STEP_IN_TITLE,
        blocks,
        close=voice.CANCEL,
        submit=voice.STEP_IN,
        callback_id=STEP_IN_CALLBACK,
        private_metadata=place.text(),
    )


def until_in(view: State) -> datetime:
    """Until when somebody steps in."""
    picked = _picked(view["state"]["values"], "until")
    return picked or datetime.min.replace(tzinfo=UTC)


def stepped_in_modal(
    stepped: SteppedIn, rota: ResolvedRota, place: ChampionPlace
) -> dict[str, Any]:
    """After somebody has stepped in, with the way back where all that it covers can be kept."""
    held = json.dumps(
        {
            "made": _dump(stepped.made),
            "covered": [_dump(each) for each in stepped.covered],
            "relieved": stepped.relieved,
        }
    )
    blocks: list[Block] = [section("stepped_in", voice.stepped_in(stepped, rota))]
    if len(held) > _MAX_METADATA:
        return modal(voice.STEP_IN_TITLE, blocks, close=voice.CLOSE)
    blocks.append(_buttons("back", [_button(HAND_BACK_ACTION, voice.HAND_BACK, place)]))
    return modal(voice.STEP_IN_TITLE, blocks, close=voice.CLOSE, private_metadata=held)


def stepped_in(view: State) -> SteppedIn:
    """What the window is about that offers the way back."""
    held = json.loads(view["private_metadata"])
    covered = tuple(_load(each) for each in held["covered"])
    return SteppedIn(_load(held["made"]), covered, tuple(held["relieved"]))


def request_message(letter: RequestLetter) -> Message:
    """To somebody who is asked; with buttons while there is something to answer."""
    blocks: list[Block] = [section("request", voice.request(letter))]
    if voice.is_answerable(letter):
        place = ChampionPlace(letter.rota.journey_id, None, letter.request.id)
        is_swap = letter.request.kind is RequestKind.SWAP
        yes = voice.YES_SWAP if is_swap else voice.YES_COVER
        buttons = [
            _button(actions.ACCEPT, yes, place, is_first=True),
            _button(actions.REFUSE, voice.NO, place),
        ]
        blocks.append(_buttons("answers", buttons))
    return Message(voice.request_line(letter), blocks)


def settled_message(letter: RequestLetter) -> Message:
    """To who asked."""
    return Message(voice.settled_line(letter), [section("settled", voice.settled(letter))])


def changed_message(letter: ChangedLetter) -> Message:
    """To somebody whose term has moved; one that became theirs may be passed on."""
    blocks: list[Block] = [section("changed", voice.changed(letter))]
    if letter.what == NEXT:
        place = ChampionPlace(letter.rota.journey_id, letter.start)
        buttons = [
            _button(actions.SIT_OUT, voice.SIT_OUT, place),
            _button(actions.COVER, voice.ASK_FOR_COVER, place),
        ]
        blocks.append(_buttons("sit_out", buttons))
    return Message(voice.changed_line(letter), blocks)


def gone_message(letter: GoneLetter) -> Message:
    """To stewards."""
    return Message(voice.gone_line(letter), [section("gone", voice.gone(letter))])


def _chosen(asking: Asking, place: ChampionPlace) -> Term | None:
    """The term that a button was about; else the first."""
    wanted = (term for term in asking.terms if term.start == place.start)
    return next(wanted, asking.terms[0] if asking.terms else None)


def _start_of(place: ChampionPlace) -> datetime:
    if place.start is None:
        raise ValueError("names no term")
    return place.start


def _open_request(request: Request, rota: ResolvedRota) -> SectionBlock:
    place = ChampionPlace(request.journey_id, None, request.id)
    return SectionBlock(
        Text(voice.open_request(request, rota)),
        block_id=f"open_{request.id}",
        accessory=_button(actions.WITHDRAW, voice.WITHDRAW, place),
    )


def _term_menu(asking: Asking, term: Term) -> InputBlock:
    options = {
        mark(each.start): Option(
            PlainText(clip(voice.term_option(each, asking.rota, asking.now), _OPTION)),
            mark(each.start),
        )
        for each in asking.terms
    }
    menu = StaticSelectMenu(
        action_id=INPUT_ACTION,
        options=list(options.values()),
        initial_option=options[mark(term.start)],
    )
    return InputBlock(PlainText(voice.TERM_LABEL), menu, block_id="term")


def _span_pickers(asking: Asking, term: Term) -> Sequence[Block]:
    return [
        section("covered", voice.covered_term(term, asking.rota)),
        _picker("first", voice.FIRST_LABEL, max(term.start, asking.now)),
        _picker("last", voice.LAST_LABEL, term.end),
    ]


def _picker(block_id: str, label: str, initial: datetime) -> InputBlock:
    picker = DateTimePicker(INPUT_ACTION, initial_datetime=int(initial.timestamp()))
    return InputBlock(
        PlainText(label), picker, block_id=block_id, hint=PlainText(voice.PICKER_HINT)
    )


def _picked(values: State, block_id: str) -> datetime | None:
    epoch = values.get(block_id, {}).get(INPUT_ACTION, {}).get("selected_date_time")
    return datetime.fromtimestamp(int(epoch), UTC) if epoch else None


def _whom() -> InputBlock:
    menu = UserSelectMenu(INPUT_ACTION, placeholder=PlainText(voice.WHOM_PLACEHOLDER))
    return InputBlock(
        PlainText(voice.WHOM_LABEL),
        menu,
        block_id="whom",
        hint=PlainText(voice.WHOM_HINT),
        optional=True,
    )


def _buttons(block_id: str, buttons: Sequence[Button]) -> ActionsBlock:
    return ActionsBlock(list(buttons), block_id=block_id)


def _button(action_id: str, words: str, place: ChampionPlace, *, is_first: bool = False) -> Button:
    return Button(
        PlainText(words), action_id, value=place.text(), style="primary" if is_first else None
    )


def _dump(arranged: Arrangement) -> dict[str, Any]:
    return {
        "start": arranged.start.isoformat(),
        "end": arranged.end.isoformat(),
        "users": arranged.users,
        "source": arranged.source.value,
        "made_by": arranged.made_by,
        "made_at": arranged.made_at.isoformat(),
    }


def _load(held: Mapping[str, Any]) -> Arrangement:
    return Arrangement(
        datetime.fromisoformat(held["start"]),
        datetime.fromisoformat(held["end"]),
        tuple(held["users"]),
        Source(held["source"]),
        held["made_by"],
        datetime.fromisoformat(held["made_at"]),
    )
