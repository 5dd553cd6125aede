"""The window about calendars, in Block Kit."""

from collections.abc import Iterator
from typing import Any, Final

from slackblocks import ActionsBlock, Block, Button, PlainText

from coherence.champion.calendars import Address, Addresses
from handlers.blocks.message import modal, plain_modal, section
from handlers.champion_place import ChampionPlace
from handlers.voice import champion_calendar as voice

MAKE_ACTION: Final = "champion_feed_make"
STOP_ACTION: Final = "champion_feed_stop"
OWN: Final = "own"
"""In a button's value: one's own terms, not the rota."""


def loading_modal() -> dict[str, Any]:
    """Shown at once, while the content is on its way."""
    return plain_modal(voice.TITLE, voice.loading(), voice.CLOSE)


def calendar_modal(
    addresses: Addresses, reader: str, *, made: str | None = None, can_make: bool
) -> dict[str, Any]:
    """The calendars of a rota that a reader may follow; `made` is an address that was just made."""
    if not can_make:
        return plain_modal(voice.TITLE, voice.only_by_hand(addresses.journey), voice.CLOSE)
    return modal(voice.TITLE, list(_blocks(addresses, reader, made)), close=voice.CLOSE)


def _blocks(addresses: Addresses, reader: str, made: str | None) -> Iterator[Block]:
    yield section("intro", voice.made(made) if made else voice.intro())
    rota = addresses.of_rota
    yield section("rota", voice.of_rota(addresses.journey, rota))
    yield _button(addresses.journey_id, rota, "")
    if addresses.serves or addresses.of_own:
        yield section("own", voice.of_own(reader, addresses.of_own))
        yield _button(addresses.journey_id, addresses.of_own, OWN)


def _button(journey_id: str, address: Address | None, which: str) -> Block:
    read_out = voice.read_out(is_own=which == OWN, works=address is not None)
    if address is None:
        place = ChampionPlace(journey_id, about=which).text()
        button = Button(
            PlainText(voice.MAKE), MAKE_ACTION, value=place, accessibility_label=read_out
        )
    else:
        place = ChampionPlace(journey_id, about=address.id).text()
        button = Button(
            PlainText(voice.STOP),
            STOP_ACTION,
            value=place,
            style="danger",
            accessibility_label=read_out,
        )
    return ActionsBlock([button], block_id=f"{which or 'rota'}_button")
