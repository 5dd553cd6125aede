"""Whatever a stack and a draft hold, what the bot builds is within Slack's limits and never acts."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coherence.assessment import NotJudged, assess, clean_draft
from coherence.check import JourneyChoice
from coherence.check_result import CheckResult
from coherence.drift.choices import DriftJourney, JourneyName
from coherence.drift.duplicates import Duplicate, Likeness
from coherence.drift.report import EvidenceKind, NewEvidence, NewReport, Report, State
from coherence.drift.report import Severity as DriftSeverity
from coherence.feedback import MAX_REASON, Decision, SetAside
from coherence.findings import Finding, Relation, Severity, Source, group_key
from coherence.outbox import Undelivered
from coherence.rereading import Progress
from coherence.rereading_effect import Clash, Shift, check_effect, touchpoint_effect
from coherence.rereading_news import Effect, News, Overtaken
from coherence.rules import compile_stack
from coherence.stack.document import Stack
from coherence.stack.versions import PublishedStack
from coherence.stewards import Person
from handlers.blocks import check, check_answer, check_feedback, drift_report, stack, undelivered
from handlers.blocks.check import FormContext
from handlers.blocks.help import help_message
from handlers.blocks.message import Message, plain_message
from handlers.blocks.rereading import news_message
from handlers.drift_drafts import MAX_METADATA, Drafts
from handlers.places import private
from handlers.voice import drift_report as drift_voice
from handlers.voice import help as voice
from handlers.voice.mrkdwn import one_line
from sandbox.limits import check_message, check_view

HOSTILE = "<!channel> & <@U0MAYA> *_~`> "
LONGEST = (HOSTILE.strip(), (HOSTILE * 60).strip(), "x" * 2_000, "&" * 2_000)
letters = st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"])
texts = st.text(letters, min_size=1, max_size=300).filter(str.strip) | st.sampled_from(LONGEST)
names = st.text(letters, min_size=1, max_size=75).filter(str.strip)


def stack_with(text: str, name: str, items: int) -> Stack:
    return Stack.model_validate(
        {
            "format": 1,
            "journey": name,
            "language": "en",
            "vision": [{"id": f"V{n}", "text": text} for n in range(items)],
            "narrative": {
                "from": {"id": "N0", "text": text},
                "milestones": [
                    {"id": f"N{n}", "name": name, "text": text, "obstacle": text, "feeling": text}
                    for n in range(1, items)
                ],
            },
            "promises": [{"id": "P1", "text": text, "limits": text}],
            "never": [{"id": f"X{n}", "text": text, "patterns": ["we"]} for n in range(items)],
            "terms": [{"id": "W1", "use": "job", "instead_of": ["project"], "why": text}],
            "touchpoints": [
                {"id": f"C{n}", "name": name, "owner": name, "max_words": 1} for n in range(items)
            ],
        }
    )


stacks = st.builds(stack_with, texts, names, st.integers(1, 110))


def result(content: Stack, draft: str) -> CheckResult:
    return CheckResult(
        check_id="c" * 32,
        workspace_id="T1",
        user_id="U0MAYA",
        channel_id="C1",
        journey_id="j" * 32,
        journey=content.journey,
        stack_version=1,
        language=content.language,
        touchpoint=content.touchpoints[0],
        found=assess(compile_stack(content), draft, content.touchpoints[0].id),
    )


def is_a_message(message: Message) -> None:
    payload: dict[str, Any] = message.payload()
    check_message(payload["text"], payload["blocks"])
    assert "<!channel>" not in str(payload)
    assert "<@U0MAYA>" not in str(payload)
    assert "\n" not in payload["text"]


def is_a_modal(view: dict[str, Any]) -> None:
    check_view(view, "modal")
    shown = {**view, "blocks": _mrkdwn(view["blocks"]), "private_metadata": ""}
    assert "<!channel>" not in str(shown)


def _mrkdwn(blocks: list[dict[str, Any]]) -> list[Any]:
    texts = [block.get("text") for block in blocks if block["type"] == "section"]
    return [text for text in texts if text and text["type"] == "mrkdwn"]


@settings(max_examples=40, deadline=None)
@given(content=stacks, draft=texts.map(lambda text: f"we {text}"))
def test_an_answer_is_within_limits_and_never_acts(content: Stack, draft: str) -> None:
    answer = result(content, draft)
    is_a_message(check_answer.answer_message(answer))
    is_a_message(check_answer.direct_answer(answer))
    is_a_modal(check_answer.answer_modal(answer))


def judged(text: str, count: int, *, unjudged: NotJudged | None) -> CheckResult:
    """An answer with so many findings of a model about as many lines, and all the rest there can be."""
    answer = result(stack_with("a line", "Onboarding", 2), "we say so")
    findings = tuple(
        Finding(
            statement_id=f"P{n}",
            source=Source.MODEL,
            relation=Relation.CONTRADICTS,
            severity=Severity.HIGH,
            start=0,
            end=2,
            quote=text,
            statement=text,
            why=text,
            suggestion=text,
        )
        for n in range(count)
    )
    found = replace(
        answer.found, findings=findings, unjudged=unjudged, rewrite=text * 20, left_out=3
    )
    helpful = frozenset(map(group_key, findings))
    return replace(answer, found=found, helpful=helpful)


@settings(max_examples=40, deadline=None)
@given(
    text=texts,
    count=st.sampled_from([1, 12, 40]),
    unjudged=st.sampled_from([None, *NotJudged]),
)
def test_a_judged_answer_is_within_limits_and_never_acts(
    text: str, count: int, unjudged: NotJudged | None
) -> None:
    answer = judged(text, count, unjudged=unjudged)
    is_a_message(check_answer.answer_message(answer))
    is_a_message(check_answer.direct_answer(answer))
    is_a_modal(check_answer.answer_modal(answer))
    dismissed = replace(answer, dismissed=frozenset(answer.wordings[:1]))
    is_a_message(check_answer.answer_message(dismissed))


@settings(max_examples=25, deadline=None)
@given(text=texts, everybody=st.booleans())
def test_setting_aside_is_within_limits_and_never_acts(text: str, *, everybody: bool) -> None:
    answer = judged(text, 30, unjudged=None)
    place = private(f"https://hooks.example.com/{'x' * 500}")
    about = check_feedback.Dismissing(answer.check_id, "g" * 16, everybody, place)
    assert check_feedback.Dismissing.load(about.dump()) == about
    is_a_modal(check_feedback.dismiss_form(answer, answer.found.findings, about))
    decision = Decision("U0TOM", everybody, (HOSTILE * 20)[:MAX_REASON])
    entries = [
        SetAside((finding,), (decision, decision), may_restore=everybody)
        for finding in answer.found.findings
    ]
    is_a_modal(check_feedback.set_aside_modal(answer, entries, place))
    is_a_modal(check_feedback.set_aside_modal(answer, [], place))


@settings(max_examples=25, deadline=None)
@given(content=stacks, draft=texts.map(lambda text: f"we {text}"), several=st.booleans())
def test_the_form_is_within_limits(content: Stack, draft: str, several: bool) -> None:
    choices = [
        JourneyChoice(f"j{n}", content.journey, content.touchpoints) for n in range(1 + several)
    ]
    is_a_modal(check.check_form(choices, FormContext("C1")))
    is_a_modal(check.check_form(choices, FormContext("C1"), result(content, draft)))


@settings(max_examples=25, deadline=None)
@given(content=stacks)
def test_the_playbook_is_within_limits_and_never_acts(content: Stack) -> None:
    published_at = datetime(2026, 3, 2, tzinfo=UTC)
    published = PublishedStack("j1", 1, content, HOSTILE, HOSTILE * 60, published_at)
    is_a_modal(stack.playbook_modal(published))


@pytest.mark.parametrize("length", [3_001, 20_000, 40_000])
@pytest.mark.parametrize("character", ["x", "<", "&"])
def test_a_long_draft_is_shown_whole_and_within_limits(length: int, character: str) -> None:
    draft = clean_draft(f"we {character * (length - 3)}")
    view = check.read_only_draft(draft)
    is_a_modal(view)
    assert "".join(block["text"]["text"] for block in view["blocks"][2:]) == draft


@given(word=texts)
def test_help_is_within_limits_and_never_acts(word: str) -> None:
    is_a_message(plain_message(voice.unknown_command(one_line(word, 40))))
    is_a_message(help_message(None))
    is_a_message(help_message("model.example"))


@settings(max_examples=25, deadline=None)
@given(content=stacks, copy=texts, done=st.integers(0, 300))
def test_what_a_version_changes_is_within_limits_and_never_acts(
    content: Stack, copy: str, done: int
) -> None:
    lines = [item.id for item in content.items()]
    change = Shift(tuple(lines[::2]), tuple(lines[1::2]))
    found = [Clash(line, Severity.HIGH, False, 0, len(copy)) for line in lines]
    touchpoints = [each.model_copy(update={"live_text": copy}) for each in content.touchpoints]
    progress = Progress(2, 300, len(touchpoints), done)
    effects = [touchpoint_effect(content, each, found, change) for each in touchpoints]
    effect = Effect(
        version=2,
        from_version=1,
        progress=progress,
        touchpoints=tuple(effects),
        checks=check_effect(content, [change] * 300),
        by_model=done,
        left_to_people=done,
        unread=1,
    )
    told: tuple[News, ...] = (progress, effect, Overtaken(2))
    for news in told:
        is_a_message(news_message(content.journey, news))


@given(key=st.text(letters, min_size=1, max_size=200), error=texts, count=st.integers(0, 30))
def test_the_list_of_the_undelivered_is_within_limits_and_never_acts(
    key: str, error: str, count: int
) -> None:
    due_at = datetime(2026, 3, 2, tzinfo=UTC)
    listed = [
        Undelivered(f"{key}{n}", "k", "C1", None, due_at, error[:80], may_have_arrived=True)
        for n in range(count)
    ]
    is_a_modal(undelivered.undelivered_modal(listed, {"k": HOSTILE}))


def evidence(text: str, kind: EvidenceKind, *, private: bool) -> NewEvidence:
    link = "https://larkfield.slack.com/archives/C0ONBOARD/p1772445600000100"
    ts = "1772445600.000100"
    return NewEvidence(
        kind, text, text[:80], "C0ONBOARD", is_private=private, permalink=link, message_ts=ts
    )


@settings(max_examples=25, deadline=None)
@given(content=stacks, text=texts, private=st.booleans(), several=st.booleans())
def test_a_drift_report_is_within_limits_and_never_acts(
    content: Stack, text: str, *, private: bool, several: bool
) -> None:
    names = [JourneyName(f"j{n}", content.journey) for n in range(150 if several else 1)]
    journey = DriftJourney("j0", content.journey, content, anonymous=private)
    kept = tuple(evidence(text * 20, kind, private=private) for kind in EvidenceKind)
    draft = NewReport(
        "T1", "U1", text, evidence=kept * 4, journey_id="j0", statement_ids=("P1", "V0")
    )
    metadata = Drafts(lambda: 0.0).dump(replace(draft, evidence=kept))
    form = drift_report.report_form(
        draft, drift_report.Offered(names, journey), metadata, drift_voice.deleted()
    )
    is_a_modal(form)
    nothing = replace(journey, stack=None)
    is_a_modal(drift_report.report_form(draft, drift_report.Offered(names, nothing), metadata))
    is_a_modal(drift_report.report_form(draft, drift_report.Offered(names, None), metadata))
    is_a_modal(drift_report.offer_modal(kept[0], metadata))


@settings(max_examples=25, deadline=None)
@given(text=texts, name=names)
def test_what_was_reported_is_within_limits_and_never_acts(text: str, name: str) -> None:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    report = Report(
        "T1", 12, "j0", State.REPORTED, None, None, layer_is_guess=False,
        severity=DriftSeverity.SMALL, touchpoint_id=None, statement_ids=(), summary=text[:300],
        reporter=None, owner=None, snoozed_until=None, came_from=None, version_number=None,
        me_too=3, revision=1, reported_at=at, changed_at=at, resolved_at=None,
    )  # fmt: skip
    found = [Duplicate(replace(report, number=n), Likeness.SAME_MESSAGE) for n in range(1, 4)]
    is_a_modal(drift_report.duplicates_modal(found, "{}"))
    is_a_modal(drift_report.done_modal(drift_voice.saved(report, name, link_alone=True), 12))
    is_a_modal(drift_report.done_modal(drift_voice.noted(report, anonymous=True), None))


@settings(max_examples=25, deadline=None)
@given(text=texts, count=st.integers(0, 3))
def test_a_drift_draft_fits_into_a_form_and_is_whole_while_the_process_lives(
    text: str, count: int
) -> None:
    kept = tuple(evidence(text * 50, kind, private=True) for kind in EvidenceKind)[:count]
    draft = NewReport("T1", "U1", text * 5, evidence=kept, delivery_id="drift:1")
    drafts = Drafts(lambda: 0.0)
    metadata = drafts.dump(draft)
    assert len(metadata) <= MAX_METADATA
    person = Person("T1", "U1")
    assert drafts.load(metadata, person) == draft
    outlived = Drafts(lambda: 0.0).load(metadata, person)
    assert [e.permalink for e in outlived.evidence] == [e.permalink for e in kept]
    assert outlived.delivery_id == draft.delivery_id
