"""The duty in Block Kit: the card, the journeys, the coming terms, and why somebody serves."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    ContextBlock,
    Element,
    PlainText,
    SectionBlock,
    Text,
)

from coherence.champion.duty import TERMS_SHOWN, ComingTerms, Duty, Why
from coherence.champion.offers import Offer, Offered
from handlers.blocks import champion_actions as actions
from handlers.blocks.message import Message, modal, plain_modal, section
from handlers.champion_place import ChampionPlace
from handlers.voice import champion_duty as voice

CARD_ACTION: Final = "champion_card"
"""Shows the duty of one journey of several."""
MORE_ACTION: Final = "champion_more"
"""Shows the buttons that had no room; its value says which journey, and what was asked."""
PAGE_PREFIX: Final = "champion_page_"
"""Actions that begin so lead to another page of the coming terms."""

_AT_FIRST: Final = 5
_ROWS: Final = 4
_ACTIONS: Final = {
    Offered.TERMS: actions.TERMS,
    Offered.STEP_IN: actions.STEP_IN,
    Offered.WHY: actions.WHY,
    Offered.COVER: actions.COVER,
    Offered.SIT_OUT: actions.SIT_OUT,
    Offered.SWAP: actions.SWAP,
    Offered.MINE: actions.MINE,
    Offered.CALENDAR: actions.CALENDAR,
    Offered.SET_UP: actions.SET_UP,
    Offered.SURFACES: actions.SURFACES,
}


def loading_modal(title: str) -> dict[str, Any]:
    """Shown at once, while the content is on its way."""
    return plain_modal(title, voice.loading(), voice.CLOSE)


def card_message(duty: Duty, reader: str, *, asked: str = "", all_offers: bool = False) -> Message:
    """Who is on duty; `asked` are the words for a day, kept for when more buttons are wanted."""
    return Message(voice.summary(duty, reader), list(_card(duty, reader, asked, all_offers)))


def journeys_message(duties: Sequence[Duty], reader: str) -> Message:
    """Who is on duty in each journey, with the way to its card."""
    return Message(voice.SUMMARY, [_journey(duty, reader) for duty in duties])


def terms_modal(coming: ComingTerms, reader: str) -> dict[str, Any]:
    """A page of the coming terms, in two columns."""
    if not coming.terms:
        return plain_modal(voice.TERMS_TITLE, voice.no_terms(), voice.CLOSE)
    rows = [voice.term_row(term, coming, reader) for term in coming.terms]
    blocks: list[Block] = [section("intro", voice.terms_intro(coming))]
    for begin in range(0, len(rows), _ROWS):
        fields = [Text(cell) for row in rows[begin : begin + _ROWS] for cell in row]
        blocks.append(SectionBlock(fields=list(fields), block_id=f"terms_{begin}"))
    blocks.append(ContextBlock([Text(voice.until(coming))], block_id="until"))
    if turns := list(_paging(coming)):
        blocks.append(ActionsBlock(turns, block_id="paging"))
    return modal(voice.TERMS_TITLE, blocks, close=voice.CLOSE)


def which_journey_modal(error: str) -> dict[str, Any]:
    """There are several journeys; how to name one."""
    return plain_modal(voice.TERMS_TITLE, voice.which_journey(error), voice.CLOSE)


def why_modal(reason: Why | None) -> dict[str, Any]:
    """Why somebody serves; None where they serve in no term any more."""
    said = voice.why(reason) if reason else [voice.why_not()]
    return plain_modal(voice.WHY_TITLE, "\n\n".join(said), voice.CLOSE)


def _card(duty: Duty, reader: str, asked: str, all_offers: bool) -> Iterator[Block]:  # noqa: FBT001 - handed on
    said = "\n".join([voice.heading(duty), *voice.lines(duty, reader)])
    yield section("duty", said)
    if times := voice.times(duty):
        yield ContextBlock([Text(times)], block_id="times")
    offers = duty.offers
    has_more = len(offers) > _AT_FIRST and not all_offers
    shown = [_button(each, duty) for each in (offers[: _AT_FIRST - 1] if has_more else offers)]
    if has_more:
        place = ChampionPlace(duty.journey_id, about=asked).text()
        shown.append(Button(PlainText(voice.MORE), MORE_ACTION, value=place))
    if shown:
        yield ActionsBlock(shown, block_id="offers")


def _button(offer: Offer, duty: Duty) -> Element:
    place = ChampionPlace(duty.journey_id, offer.start).text()
    return Button(PlainText(voice.label(offer, duty)), _ACTIONS[offer.what], value=place)


def _journey(duty: Duty, reader: str) -> Block:
    place = ChampionPlace(duty.journey_id).text()
    button = Button(PlainText(voice.DETAILS), CARD_ACTION, value=place)
    return SectionBlock(
        Text(voice.brief(duty, reader)), block_id=f"journey_{duty.journey_id}", accessory=button
    )


def _paging(coming: ComingTerms) -> Iterator[Element]:
    if coming.skipped:
        yield _page(voice.EARLIER, coming, max(coming.skipped - TERMS_SHOWN, 0))
    if coming.has_more:
        yield _page(voice.LATER, coming, coming.skipped + TERMS_SHOWN)


def _page(label: str, coming: ComingTerms, skipped: int) -> Element:
    place = ChampionPlace(coming.journey_id, coming.since, str(skipped))
    return Button(PlainText(label), f"{PAGE_PREFIX}{skipped}", value=place.text())
