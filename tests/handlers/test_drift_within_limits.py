"""Whatever people write into a drift report, what the bot builds is within Slack's limits and never acts."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from coherence.drift.choices import DriftJourney
from coherence.drift.report import (
    Change,
    Detail,
    Event,
    Evidence,
    EvidenceKind,
    Link,
    LinkKind,
    NewReport,
    Page,
    Report,
    Resolution,
    Severity,
    State,
)
from coherence.drift.telling import Letter
from coherence.stack.document import Layer, Stack
from handlers.blocks import drift, drift_detail, drift_forms, drift_report
from handlers.blocks.drift_letter import letter_message
from handlers.voice.drift_life import changed_meanwhile
from sandbox.limits import check_view
from tests.handlers.test_blocks_within_limits import (
    is_a_message,
    stack_with,
    stacks,
    texts,
)

WHEN = datetime(2026, 3, 2, tzinfo=UTC)
STACK = stack_with("a line", "Onboarding", 2)


def is_a_modal(view: dict[str, Any]) -> None:
    """Within limits; no text of Slack's markup pings anybody. Metadata and plain text never do."""
    check_view(view, "modal")
    texts_shown = [block["text"]["text"] for block in view["blocks"] if block["type"] == "section"]
    assert "<!channel>" not in str(texts_shown)
    assert "<@U0MAYA>" not in str(texts_shown)


def report(
    text: str, number: int, state: State = State.REPORTED, *, is_late: bool = False
) -> Report:
    return Report(
        workspace_id="T1",
        number=number,
        journey_id="j" * 32,
        state=state,
        resolution=Resolution.NARRATIVE_CHANGED if state is State.RESOLVED else None,
        layer=Layer.NARRATIVE,
        layer_is_guess=is_late,
        severity=Severity.NOTICEABLE,
        touchpoint_id="C1",
        statement_ids=("P1", "N1", "gone"),
        summary=text[:300],
        reporter="U0TOM",
        owner="U0SAM" if is_late else None,
        snoozed_until=date(2026, 4, 1) if is_late else None,
        came_from=None,
        version_number=3 if is_late else None,
        me_too=2,
        revision=4,
        reported_at=WHEN,
        changed_at=WHEN,
        resolved_at=None,
    )


def detail(text: str, state: State, pieces: int) -> Detail:
    evidence = [
        Evidence(
            n,
            EvidenceKind.MESSAGE,
            WHEN,
            text * 20,
            "U0TOM",
            "C0SALES",
            permalink="https://larkfield.slack.com/archives/C0SALES/p1?thread_ts=1&cid=C",
        )
        for n in range(pieces)
    ]
    events = [
        Event(what, None, "vision" if what is Change.LAYER else None, text * 3, "U0TOM", WHEN)
        for what in Change
        if what is not Change.LINK
    ]
    links = [
        Link(LinkKind.TICKET, f"https://tickets.example/{'&' * 1_900}", "U0TOM", WHEN),
        Link(LinkKind.TICKET, text, "U0TOM", WHEN),
        Link(LinkKind.ITEM, "P1", "U0TOM", WHEN),
        Link(LinkKind.ITEM, "P99", "U0TOM", WHEN),
        Link(LinkKind.REPORT, "7", "U0TOM", WHEN),
    ]
    return Detail(
        report(text, 1, state, is_late=pieces > 1),
        text[:75],
        tuple(evidence),
        tuple(events * (1 + pieces)),
        tuple(links),
        may_change=True,
    )


@settings(max_examples=15, deadline=None)
@given(text=texts, content=stacks, count=st.integers(0, 10))
def test_the_list_is_within_limits_and_never_acts(text: str, content: Stack, count: int) -> None:
    page = Page(tuple(report(text, n, is_late=bool(n % 2)) for n in range(1, count + 1)), 1)
    listed = drift.Listed(
        "j" * 32, text[:75], layer="vision", text=text[: drift.MAX_WORDS], back=(9,) * 60
    )
    assert drift.Listed.load(listed.dump()) == listed
    is_a_modal(drift.list_modal(page, listed, content))
    is_a_modal(drift.list_modal(Page((), None), drift.Listed(), None))


@settings(max_examples=20, deadline=None)
@given(text=texts, state=st.sampled_from(State), pieces=st.sampled_from([0, 1, 13]))
def test_a_report_and_its_forms_are_within_limits_and_never_act(
    text: str, state: State, pieces: int
) -> None:
    shown = drift_detail.Shown(detail(text, state, pieces), "U0TOM", STACK)
    listed = drift.Listed("j" * 32, text[:75], text=text[: drift.MAX_WORDS], back=(9_999,) * 60)
    is_a_modal(drift_detail.detail_modal(shown, listed, "A notice"))
    opened = drift_detail.Opened(1, 4, 9, listed)
    assert drift_detail.Opened.load(opened.dump()) == opened
    is_a_modal(drift_forms.triage_form(shown, opened))
    is_a_modal(drift_forms.link_form(shown, opened))
    typed = {"resolution": "fixed", "note": text[: drift_forms.MAX_NOTE], "until": "2026-04-01"}
    for form in (drift_forms.resolve_form, drift_forms.reopen_form, drift_forms.snooze_form):
        is_a_modal(form(opened, typed, changed_meanwhile(shown.detail.events, STACK)))


def test_what_a_report_names_is_among_the_choices_of_however_many() -> None:
    checklist = [{"id": f"K{n}", "text": "a line"} for n in range(5)]
    content = Stack.model_validate(
        {
            "format": 1,
            "journey": "Onboarding",
            "language": "en",
            "touchpoints": [
                {
                    "id": f"C{n}",
                    "name": f"Page {n}",
                    "owner": "Tom",
                    "checklist": [{**each, "id": f"{each['id']}-{n}"} for each in checklist],
                }
                for n in range(130)
            ],
        }
    )
    last, line = "C129", "K4-129"
    named = replace(report("text", 1), touchpoint_id=last, statement_ids=(line,))
    shown = drift_detail.Shown(
        replace(detail("text", State.REPORTED, 0), report=named), "U0TOM", content
    )
    triage = drift_forms.triage_form(shown, drift_detail.Opened(1, 4))
    is_a_modal(triage)
    assert initial(triage, "touchpoint_id") == [last]
    assert initial(triage, "statement_ids") == [line]
    draft = NewReport("T1", "U0TOM", "text", touchpoint_id=last, statement_ids=(line,))
    journey = DriftJourney("j" * 32, "Onboarding", content, anonymous=False)
    form = drift_report.report_form(draft, drift_report.Offered((), journey), "{}")
    is_a_modal(form)
    assert initial(form, "touchpoint") == [last]
    assert initial(form, "statements") == [line]
    listed = drift.Listed("j" * 32, "Onboarding", touchpoint=last)
    view = drift.list_modal(Page((), None), listed, content)
    [menu] = [
        e
        for b in view["blocks"]
        for e in b.get("elements", [])
        if e["action_id"] == "drift_filter_touchpoint"
    ]
    assert menu["initial_option"]["value"] == last


def initial(view: dict[str, Any], field: str) -> list[str]:
    """What a menu of a form has chosen at first."""
    [block] = [each for each in view["blocks"] if each["block_id"].partition("@")[0] == field]
    element = block["element"]
    chosen = element.get("initial_options") or [element["initial_option"]]
    return [each["value"] for each in chosen]


@settings(max_examples=20, deadline=None)
@given(
    text=texts, state=st.sampled_from(State), reader=st.sampled_from(["U0TOM", "U0SAM", "U0LUIS"])
)
def test_a_letter_is_within_limits_and_never_acts(text: str, state: State, reader: str) -> None:
    held = detail(text, state, 2)
    is_a_message(letter_message(Letter(held.report, held.events, None), reader))
