"""Whatever there is, a Home is within Slack's limits, has no empty part and pings nobody."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from coherence.drift.report import Severity
from coherence.home import (
    COUNTED,
    SHOWN,
    SHOWN_JOURNEYS,
    Due,
    HomePage,
    Invitation,
    JourneyDuty,
    OwnCheck,
    Queue,
    Reports,
    Task,
    Wanted,
)
from coherence.rituals.action import Action
from coherence.rota.term import Source, Term
from coherence.stack.document import Verdict
from handlers.blocks.home import home_view, sentence_view
from sandbox.limits import check_view
from tests.handlers.test_blocks_within_limits import texts
from tests.handlers.test_drift_within_limits import report

WHEN = datetime(2026, 3, 2, 9, tzinfo=UTC)
WEEK = timedelta(weeks=1)
MOST_BLOCKS = 99

few = st.integers(0, SHOWN)
counts = st.integers(0, COUNTED + 1)
people = st.sampled_from([(), ("U0MAYA",), ("U0ME", "U0TOM"), ("a former colleague",)])


def term(users: tuple[str, ...]) -> Term:
    return Term(WHEN, WHEN + WEEK, users, Source.ROTA, "their turn", None)


def task(text: str, number: int, days_late: int = 0) -> Task:
    due_on = date(2026, 3, 2)
    action = Action(f"{number:032}:1", "r" * 32, text[:200], "U0ME", due_on, WHEN)
    return Task(text[:80], action, due_on + timedelta(days=days_late))


@st.composite
def reports(draw: st.DrawFn) -> Reports:
    shown = draw(few)
    count = shown + draw(counts) if shown else 0
    text = draw(texts)
    return Reports(tuple(report(text, n) for n in range(1, shown + 1)), min(count, COUNTED + 1))


@st.composite
def pages(draw: st.DrawFn) -> HomePage:
    name = draw(texts)
    mine = term(draw(people))
    duties = tuple(
        JourneyDuty(
            f"{number:032}",
            name,
            draw(st.one_of(st.none(), st.builds(term, people))),
            (mine,) * draw(st.integers(0, 2)),
            takes_part=draw(st.booleans()),
        )
        for number in range(draw(st.integers(0, SHOWN_JOURNEYS)))
    )
    due = tuple(Due(f"{n:032}", name, WHEN, WHEN + WEEK) for n in range(draw(few)))
    kinds = st.sampled_from(["swap", "cover", "other"])
    return HomePage(
        user_id="U0ME",
        now=WHEN,
        is_steward=draw(st.booleans()),
        has_narrative=draw(st.booleans()),
        duties=duties,
        more_duties=draw(few),
        invitations=tuple(Invitation(f"{n:032}", name) for n in range(draw(few))),
        requests=tuple(
            Wanted(f"{n:032}", name, f"{n:032}", draw(kinds), "U0TOM", WHEN, WHEN + WEEK)
            for n in range(draw(few))
        ),
        more_requests=draw(few),
        to_acknowledge=due,
        notes_due=due,
        tasks=tuple(task(name, n, draw(st.integers(-9, 9))) for n in range(draw(few))),
        more_tasks=draw(few),
        assigned=draw(reports()),
        queue=draw(
            st.one_of(
                st.none(),
                st.builds(
                    Queue,
                    reports(),
                    st.dictionaries(st.sampled_from(Severity), st.integers(0, 9)),
                    st.just({"j" * 32: name, "other": name}),
                ),
            )
        ),
        reports=draw(reports()),
        checks=tuple(
            OwnCheck(WHEN, draw(st.sampled_from(Verdict)), draw(st.one_of(st.none(), texts)))
            for _ in range(draw(few))
        ),
        undelivered=draw(counts),
    )


def shown_texts(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["text"]] if isinstance(node.get("text"), str) else []
        return own + [text for value in node.values() for text in shown_texts(value)]
    return [text for child in node for text in shown_texts(child)] if isinstance(node, list) else []


@settings(max_examples=80, deadline=None)
@given(page=pages())
def test_a_home_is_within_limits_whatever_there_is(page: HomePage) -> None:
    view = home_view(page)
    check_view(view, "home")
    assert len(view["blocks"]) <= MOST_BLOCKS
    assert "<!channel>" not in str(shown_texts(view))


@settings(max_examples=80, deadline=None)
@given(page=pages())
def test_no_heading_stands_alone(page: HomePage) -> None:
    kinds = [block["type"] for block in home_view(page)["blocks"]]
    assert kinds[-1] != "header"
    assert ("header", "header") not in pairwise(kinds)


def test_the_fullest_home_has_room_left() -> None:
    some = Reports(tuple(report("&" * 300, n) for n in range(1, SHOWN + 1)), COUNTED + 1)
    place = "j" * 32
    due = tuple(Due(f"{n:032}", "<" * 300, WHEN, WHEN + WEEK) for n in range(SHOWN))
    full = HomePage(
        user_id="U0ME",
        now=WHEN,
        is_steward=True,
        has_narrative=True,
        duties=tuple(
            JourneyDuty(f"{n:032}", "<" * 300, term(("U0ME",)), (term(("U0ME",)),) * 2, True)
            for n in range(SHOWN_JOURNEYS)
        ),
        more_duties=1,
        invitations=tuple(Invitation(f"{n:032}", "<" * 300) for n in range(SHOWN)),
        requests=tuple(
            Wanted(place, "<" * 300, f"{n:032}", "swap", "U0TOM", WHEN, WHEN) for n in range(SHOWN)
        ),
        more_requests=1,
        to_acknowledge=due,
        notes_due=due,
        tasks=tuple(task("&" * 300, n, 9) for n in range(SHOWN)),
        more_tasks=COUNTED,
        assigned=some,
        queue=Queue(some, {Severity.SERIOUS: 1}, {place: "<" * 300, "other": "Other"}),
        reports=some,
        checks=tuple(OwnCheck(WHEN, Verdict.CONFLICT, "&" * 400) for _ in range(SHOWN)),
        undelivered=COUNTED + 1,
    )
    view = home_view(full)
    check_view(view, "home")
    assert len(view["blocks"]) < 80


def test_a_home_of_one_sentence_is_a_home() -> None:
    check_view(sentence_view("Something went wrong."), "home")
