"""Whatever people write around the duty, its letters and forms are within Slack's limits and never act."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from coherence.champion.handover import Briefing, Change, Note, Publication, Turn
from coherence.champion.service import MAX_CHANGE, MAX_NOTES, LookBacks, Said
from coherence.champion.stints import Service, Stint
from coherence.drift.digest import Some
from coherence.drift.report import State
from handlers.blocks import champion_round as blocks
from handlers.blocks.message import MAX_SECTION
from handlers.champion_place import ChampionPlace
from handlers.voice import champion_round as voice
from sandbox.limits import check_view
from tests.coherence.champion.resolved_rotas import rota_of
from tests.coherence.champion.rotas import ANA, BO
from tests.handlers.test_blocks_within_limits import is_a_message, texts
from tests.handlers.test_drift_within_limits import report

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
END = START + timedelta(weeks=1)
MANY = tuple(f"U{number:010}" for number in range(200))
PLACE = ChampionPlace("j" * 32, START)


def one_line(text: str) -> str:
    """As the name of a journey may be."""
    return " ".join(text.split())[:75]


def turn(journey: str, users: tuple[str, ...] = (BO,), *, is_short: bool = False) -> Turn:
    rota = replace(rota_of(), journey=one_line(journey), journey_id="j" * 32)
    end = START + timedelta(days=1) if is_short else END
    service = Service(ANA, START, end)
    return Turn(rota, service, users, users, "Europe/London", is_first=True)


def briefing(text: str, *, is_acknowledged: bool) -> Briefing:
    reports = tuple(report(text[:300], number + 1, State.RESOLVED) for number in range(5))
    return Briefing(
        turn=turn(text, MANY, is_short=True),
        notes=[Note("a former colleague & <!channel>", text), Note(BO, text)],
        open=Some(10_000, reports),
        resolved=Some(10_000, reports),
        published=[Publication(number, text, "U0HANNA") for number in range(30)],
        now=END,
        acknowledged_at=END if is_acknowledged else None,
    )


@settings(max_examples=30, deadline=None)
@given(text=texts, is_acknowledged=st.booleans())
def test_letters_are_messages(*, text: str, is_acknowledged: bool) -> None:
    written = text[:MAX_NOTES]
    rota = replace(rota_of(), journey=one_line(written))
    is_a_message(blocks.incoming_message(briefing(written, is_acknowledged=is_acknowledged)))
    for users in ((), (ANA,), MANY):
        change = Change(rota, Stint(START, END, users), MANY, is_return=False)
        is_a_message(blocks.handover_message(change))
    for write in (blocks.reminder_message, blocks.notes_message, blocks.look_back_message):
        is_a_message(write(turn(written)))
    is_a_message(blocks.channel_trouble_message(one_line(written), "C0ONBOARD", "is_archived"))


@settings(max_examples=30, deadline=None)
@given(text=texts)
def test_forms_are_modals_and_hold_what_was_written(text: str) -> None:
    said = Said(Service(ANA, START, END), None, text[:MAX_NOTES], 3, text[:MAX_CHANGE])
    check_view(blocks.notes_form(said, PLACE), "modal")
    check_view(blocks.look_back_form(said, PLACE), "modal")
    check_view(blocks.guide_modal(), "modal")
    check_view(blocks.done_modal(voice.NOTES_TITLE, voice.notes_kept()), "modal")


def test_the_longest_words_fit_into_what_they_are_put() -> None:
    ampersands = "&" * MAX_NOTES
    for text in (ampersands, "&\n" * (MAX_NOTES // 2), "a" * MAX_NOTES):
        is_a_message(blocks.incoming_message(briefing(text, is_acknowledged=False)))
    found = LookBacks(3, 2.5, [ampersands[:MAX_CHANGE]] * 3)
    assert len(voice.look_backs(found)) < MAX_SECTION
