"""What a ritual would post next: the questions whose turn it is, and what holidays do to its days."""

from datetime import date, datetime

from coherence.recurrence import Daily, Monthly, OnDate, Recurrence, Weekly, next_times
from coherence.rituals.coming import Moment, coming_moments, what_comes
from coherence.rituals.ritual import Question, RitualKind
from tests.coherence.champion.resolved_rotas import rota_of
from tests.coherence.champion.rotas import ANA, BO, CY
from tests.coherence.recurrences import at, repeating

MONDAYS = Weekly(weekdays=("mon",))
DECEMBER = at("2026-12-01T00:00")
THREE = tuple(Question(id=each, text=f"{each}?") for each in "abc")


def moments(recurrence: Recurrence, now: datetime = DECEMBER, count: int = 5) -> list[Moment]:
    found = coming_moments(recurrence, now, count)
    assert [each.at for each in found] == next_times(recurrence, now, count)
    return found


def test_a_holiday_that_is_kept_changes_nothing() -> None:
    found = moments(repeating(Weekly(weekdays=("fri",)), country="DE"))
    assert all(not each.moved and not each.skipped for each in found)


def test_what_a_holiday_leaves_out_is_told_with_the_time_after_it() -> None:
    fridays = repeating(Weekly(weekdays=("fri",)), country="DE", on_holiday="skip")
    found = moments(fridays)
    assert [each.skipped for each in found] == [
        (),
        (),
        (),
        (date(2026, 12, 25), date(2027, 1, 1)),
        (),
    ]


def test_a_holiday_of_today_is_told_while_its_time_is_still_to_come() -> None:
    daily = repeating(Daily(), country="DE", on_holiday="skip")
    [before] = moments(daily, at("2026-12-25T07:00"), 1)
    assert before.skipped == (date(2026, 12, 25), date(2026, 12, 26))
    [after] = moments(daily, at("2026-12-25T12:00"), 1)
    assert after.skipped == (date(2026, 12, 26),)


def test_a_day_that_a_holiday_moves_is_told_where_it_comes_to() -> None:
    found = moments(
        repeating(MONDAYS, country="GB-ENG", on_holiday="move"), at("2026-12-20T00:00"), 3
    )
    moved = {f"{each.at:%m-%d}": each.moved for each in found}
    assert moved == {"12-21": (), "12-29": (date(2026, 12, 28),), "01-04": ()}


def test_a_day_moved_out_of_the_past_is_told() -> None:
    found = moments(
        repeating(Weekly(weekdays=("fri",)), country="DE", on_holiday="move"),
        at("2026-12-26T00:00"),
        2,
    )
    assert found[0].at == at("2026-12-28T09:30")
    assert found[0].moved == (date(2026, 12, 25),)


def test_a_date_moves_from_a_weekend_too() -> None:
    found = moments(
        repeating(Monthly(on=OnDate(day=1)), on_holiday="move"), at("2026-07-15T00:00"), 1
    )
    assert found[0].moved == (date(2026, 8, 1),)


def test_nothing_is_told_twice_when_two_days_move_to_the_same() -> None:
    both = repeating(Weekly(weekdays=("fri", "mon")), country="DE", on_holiday="move")
    found = moments(both, at("2026-12-22T00:00"), 2)
    assert [each.moved for each in found] == [(date(2026, 12, 25),), (date(2027, 1, 1),)]


def test_a_stand_up_goes_on_from_the_question_that_was_asked_last() -> None:
    coming = what_comes(
        RitualKind.STAND_UP, repeating(MONDAYS), THREE, [["b"], ["a"]], rota=None, now=DECEMBER
    )
    assert [[each.id for each in one.questions] for one in coming] == [
        ["c"],
        ["a"],
        ["b"],
        ["c"],
        ["a"],
    ]
    assert all(one.champions == () for one in coming)


def test_any_other_ritual_asks_all_and_each_time_names_who_is_champion_then() -> None:
    coming = what_comes(
        RitualKind.FREE,
        repeating(MONDAYS),
        THREE,
        [],
        rota=rota_of(),
        now=at("2026-03-03T00:00"),
    )
    assert [one.champions for one in coming[:3]] == [(BO,), (CY,), (ANA,)]
    assert {len(one.questions) for one in coming} == {3}
