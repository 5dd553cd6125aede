"""What an edit of a rota moves."""

from datetime import timedelta

from coherence.rota.changes import what_moves
from coherence.rota.document import Rota
from coherence.rota.engine import terms
from tests.coherence.rota.rotas import after, away, day, rota

THREE = rota("ana", "bo", "cy")


def moves(new: Rota, *, settled: int = 1, weeks: int = 6) -> list[tuple[str, str, str]]:
    history = terms(THREE, until=after(THREE, 7 * settled - 1))
    found = what_moves(THREE, new, history, until=after(THREE, 7 * weeks - 1))
    return [(f"{m.start:%m-%d}", "+".join(m.before), "+".join(m.after)) for m in found]


def test_nothing_moves_where_nothing_changed() -> None:
    assert moves(THREE) == []


def test_an_absence_moves_the_two_who_change_places() -> None:
    new = rota("ana", "bo", "cy", absences=[away("bo", day(7), day(13))])
    assert moves(new, weeks=3) == [("03-09", "bo", "cy"), ("03-16", "cy", "bo")]


def test_an_absence_in_a_settled_term_moves_nothing() -> None:
    assert moves(rota("ana", "bo", "cy", absences=[away("ana", day(2), day(4))])) == []


def test_a_newcomer_without_a_date_is_not_next() -> None:
    assert moves(rota("new", "ana", "bo", "cy"), weeks=5) == [("03-30", "bo", "new")]


def test_somebody_removed_is_followed_by_the_next() -> None:
    assert moves(rota("ana", "cy"), weeks=3) == [
        ("03-09", "bo", "cy"),
        ("03-16", "cy", "ana"),
    ]


def test_a_later_handover_makes_the_next_term_longer_and_no_term_of_a_few_hours() -> None:
    later = rota("ana", "bo", "cy", handover="12:00")
    assert moves(later, weeks=4) == [("03-16", "cy", "bo"), ("03-23", "ana", "cy")]
    history = terms(THREE, until=after(THREE, 1))
    found = what_moves(THREE, later, history, until=after(THREE, 20))
    assert [move.end - move.start for move in found] == [timedelta(hours=3)]
