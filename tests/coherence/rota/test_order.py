"""Whose turn it is when life interferes."""

from datetime import date, datetime, timedelta

import pytest

from coherence.rota.engine import lay_over, on_duty, preview, terms
from coherence.rota.term import Source, Term
from tests.coherence.rota.rotas import after, away, day, rota, served

WEEK = 7


def week(number: int) -> date:
    return day(WEEK * number)


def off(user: str, first: int, last: int | None = None) -> dict[str, object]:
    """Away in the weeks from one to another, both included; Mondays to Sundays."""
    return away(user, week(first), week((last or first) + 1) - timedelta(days=1))


def test_people_serve_one_after_another() -> None:
    assert served(rota("ana", "bo", "cy"), 5) == ["ana", "bo", "cy", "ana", "bo"]


def test_who_is_passed_over_comes_next() -> None:
    content = rota("ana", "bo", "cy", absences=[off("bo", 1)])
    assert served(content, 6) == ["ana", "cy", "bo", "ana", "cy", "bo"]


def test_a_long_absence_is_made_up_for_by_one_turn() -> None:
    content = rota("ana", "bo", "cy", absences=[off("ana", 0, 6)])
    assert served(content, 11) == ["bo", "cy"] * 3 + ["bo", "ana", "cy", "bo", "ana"]


def test_an_absence_that_begins_on_the_day_of_handing_over_leaves_the_term_alone() -> None:
    content = rota("ana", "bo", absences=[away("ana", week(1), week(1))])
    assert served(content, 3) == ["ana", "bo", "ana"]


@pytest.mark.parametrize("away_on", [0, 3, 6])
def test_an_absence_on_any_day_of_a_term_counts(away_on: int) -> None:
    content = rota("ana", "bo", absences=[away("ana", day(away_on), day(away_on))])
    assert served(content, 2) == ["bo", "ana"]


def test_a_newcomer_waits_behind_everybody() -> None:
    content = rota("ana", {"user": "new", "joined": day(8)}, "bo", "cy")
    assert served(content, 7) == ["ana", "bo", "cy", "ana", "bo", "new", "cy"]


def test_who_leaves_is_left_out_and_the_others_move_up() -> None:
    content = rota("ana", {"user": "bo", "left": week(4)}, "cy")
    assert served(content, 7) == ["ana", "bo", "cy", "ana", "cy", "ana", "cy"]


def test_pairs_are_taken_two_at_a_time_the_first_of_them_leads() -> None:
    four = rota("ana", "bo", "cy", "di", per_term=2)
    assert served(four, 3) == ["ana+bo", "cy+di", "ana+bo"]
    three = rota("ana", "bo", "cy", per_term=2)
    assert served(three, 3) == ["ana+bo", "cy+ana", "bo+cy"]


def test_who_is_left_of_a_pair_leads_alone() -> None:
    assert served(rota("ana", per_term=2), 2) == ["ana", "ana"]
    content = rota("ana", "bo", per_term=2, absences=[off("ana", 0)])
    assert served(content, 2) == ["bo", "ana+bo"]


def test_a_group_serves_together_or_lets_the_next_one_go_first() -> None:
    content = rota(["ana", "bo"], ["cy", "di"], "eve", absences=[off("di", 1)])
    assert served(content, 4) == ["ana+bo", "eve", "cy+di", "ana+bo"]


def test_a_part_of_a_group_serves_before_a_term_is_vacant() -> None:
    content = rota(["ana", "bo"], absences=[off("bo", 0)])
    [first, second] = terms(content, until=after(content, 8))
    assert (first.users, first.why) == (("ana",), "Next in the order among those available.")
    assert second.users == ("ana", "bo")


def test_a_part_of_a_group_that_had_its_rest_serves_before_one_that_had_not() -> None:
    absences = [off("cy", 1), off("di", 1), off("bo", 3), off("di", 3), off("bo", 4), off("di", 4)]
    content = rota(["ana", "bo"], ["cy", "di"], rest={"max_per_year": 2}, absences=absences)
    assert served(content, 5) == ["ana+bo", "ana+bo", "cy+di", "cy", "ana"]
    found = terms(content, until=after(content, 7 * 5))
    assert ["less rest" in term.why for term in found[:5]] == [False, False, False, False, True]


def test_a_group_goes_on_without_those_who_left() -> None:
    content = rota(["ana", {"user": "bo", "left": week(1)}], "cy")
    assert served(content, 3) == ["ana+bo", "cy", "ana"]


def test_a_term_that_nobody_can_serve_is_vacant_and_the_order_waits() -> None:
    content = rota("ana", "bo", absences=[off("ana", 1), off("bo", 1)])
    found = terms(content, until=after(content, 20))
    assert [term.users for term in found] == [("ana",), (), ("bo",)]
    assert found[1].source is Source.VACANT


def test_somebody_rested_goes_before_somebody_who_just_served() -> None:
    # Alone until she joins, Ana would be first in the order again.
    newcomer = {"user": "new", "joined": day(1)}
    assert served(rota("ana", newcomer, rest={"min_gap_terms": 1}), 3) == ["ana", "new", "ana"]
    assert served(rota("ana", newcomer), 3) == ["ana", "ana", "new"]


def test_the_most_turns_of_a_year_pass_people_over_until_the_next_year() -> None:
    content = rota(
        "ana", "bo", start="2026-12-07", rest={"max_per_year": 1},
        absences=[away("bo", "2026-12-07", "2026-12-13")],
    )  # fmt: skip
    found = terms(content, until=after(content, 27))
    assert [term.users[0] for term in found] == ["ana", "bo", "ana", "bo"]
    assert [term.why.partition(",")[1] for term in found] == ["", "", ",", ","]
    assert terms(content, until=after(content, 29))[-1].why == "Next in the order."


def test_holidays_matter_to_terms_of_one_day_only() -> None:
    members = [{"user": "ana", "country": "GB"}, {"user": "bo", "country": "US"}]
    daily = {"every": 1, "unit": "day"}
    good_friday = rota(*members, start="2026-04-03", cadence=daily)
    assert served(good_friday, 2) == ["bo", "ana"]
    working_days = rota(*members, start="2026-04-03", cadence=daily, weekdays=["fri", "mon"])
    assert served(working_days, 2) == ["bo", "ana"]
    assert served(rota(*members, start="2026-04-03"), 2) == ["ana", "bo"]


def test_an_override_covers_its_time_and_leaves_the_order_alone() -> None:
    override = {"from": "2026-03-04T09:00", "to": "2026-03-18T09:00+01:00", "users": ["zoe"]}
    content = rota("ana", "bo", "cy", overrides=[override])
    found = preview(content, day(0), week(4))
    assert [(f"{term.start:%d %H}", *term.users) for term in found] == [
        ("02 09", "ana"), ("04 09", "zoe"), ("18 08", "cy"), ("23 09", "ana"),
    ]  # fmt: skip


def test_who_covers_takes_the_turn_and_who_was_covered_for_comes_next() -> None:
    content = rota("ana", "bo", "cy")
    [first, second] = terms(content, until=after(content, 8))
    covered = Term(first.start, first.end, ("cy",), Source.COVER, "Covered.")
    future = terms(
        content,
        [covered, Term(*_place(second), ("bo",), Source.ROTA, "")],
        until=after(content, 27),
    )
    assert [term.users for term in future] == [("ana",), ("cy",)]


def test_a_swap_counts_as_the_turn_of_whoever_gave_it_away() -> None:
    content = rota("ana", "bo", "cy")
    [first] = terms(content, until=after(content, 1))
    swapped = Term(*_place(first), ("cy",), Source.SWAP, "Swapped.", turn=("ana",))
    future = terms(content, [swapped], until=after(content, 20))
    assert [term.users for term in future] == [("bo",), ("cy",)]


def test_what_was_agreed_is_laid_over_the_terms_and_keeps_its_own_words() -> None:
    content = rota("ana", "bo")
    planned = terms(content, until=after(content, 8))
    cover = Term(after(content, 2), after(content, 9), ("cy",), Source.COVER, "Cy offered.")
    found = list(lay_over(planned, [cover]))
    assert [(*term.users, (term.end - term.start).days) for term in found] == [
        ("ana", 2), ("cy", 7), ("bo", 5),
    ]  # fmt: skip
    assert found[1] == cover


def test_settled_terms_answer_for_their_own_time() -> None:
    content = rota("ana", "bo")
    settled = [
        Term(*_place(term), ("zoe",), Source.ROTA, "")
        for term in terms(content, until=after(content, 1))
    ]
    for history in ((), settled):
        found = [on_duty(content, after(content, days), history) for days in (-1, 6, 7)]
        first = "zoe" if history else "ana"
        assert [term and term.users[0] for term in found] == [
            None,
            first,
            "ana" if history else "bo",
        ]


def test_an_edited_cadence_begins_where_the_settled_terms_end() -> None:
    content = rota("ana", "bo")
    history = terms(content, until=after(content, 8))
    monthly = rota("ana", "bo", start="2026-04-01", cadence={"every": 1, "unit": "month"})
    future = terms(monthly, history, until=after(content, 31))
    assert [(f"{term.start:%m-%d}", *term.users) for term in future] == [
        ("03-16", "ana"), ("04-01", "bo"),
    ]  # fmt: skip


def test_the_reason_says_how_somebody_was_found_and_names_nobody() -> None:
    content = rota(
        "ana", "bo", rest={"min_gap_terms": 1}, absences=[off("bo", 1), off("ana", 3), off("bo", 3)]
    )
    found = terms(content, until=after(content, 27))
    assert [(*term.users, term.why) for term in found] == [
        ("ana", "Next in the order."),
        ("ana", "Next in the order, with less rest so that the term is not vacant."),
        ("bo", "Next in the order."),
        ("Nobody on the rota is available for the whole term.",),
    ]


def _place(term: Term) -> tuple[datetime, datetime]:
    return term.start, term.end
