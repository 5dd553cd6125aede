"""Whatever examples say, the windows about them are within Slack's limits and never act."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from coherence.assessment import NotJudged
from coherence.evaluating import Evaluation, Preview, Progress, Run
from coherence.evaluation import Case, Flip, Line, Outcome, Report
from coherence.examples import Pinned, Pinning, Suggested, find_same
from coherence.findings import Finding, Relation, Severity, Source
from coherence.proportions import Share
from coherence.stack.document import Example, Stack, Verdict
from coherence.stack.drafts import Desk, Saved
from coherence.stack.versions import PublishedStack
from handlers.blocks import evaluation as blocks
from handlers.blocks import examples as pin
from handlers.blocks.stack_changes import changes_modal
from handlers.blocks.stack_forms import Where
from handlers.voice import evaluation as voice
from sandbox.limits import check_view

HOSTILE = "<!channel> & <@U0MAYA> *_~`> "
AT = datetime(2026, 3, 2, tzinfo=UTC)
verdicts = st.sampled_from(list(Verdict))
expected = st.sampled_from(["fits", "suggestions", "conflict"])
texts = st.sampled_from([HOSTILE + "a", "&" * 3_000, "<" * 3_001, "x" * 40_000, (HOSTILE * 1_300)])


def stack_of(texts: list[tuple[str, str]], lines: int) -> Stack:
    examples = tuple(
        Example.model_validate({"id": f"E{n}", "text": text, "verdict": verdict, "why": HOSTILE})
        for n, (text, verdict) in enumerate(texts)
    )
    vision = [{"id": f"V{n}", "text": HOSTILE * 20} for n in range(lines)]
    stack = Stack.model_validate(
        {"format": 1, "journey": HOSTILE[:75], "language": "en", "vision": vision}
    )
    return stack.model_copy(update={"examples": examples})


stacks = st.builds(
    stack_of, st.lists(st.tuples(texts, expected), min_size=1, max_size=40), st.integers(0, 120)
)


def is_a_modal(view: dict[str, Any]) -> None:
    check_view(view, "modal")
    shown = [
        b["text"]["text"]
        for b in view["blocks"]
        if b["type"] == "section" and b["text"]["type"] == "mrkdwn"
    ]
    shown += [e["text"] for b in view["blocks"] if b["type"] == "context" for e in b["elements"]]
    assert "<!channel>" not in "".join(shown)
    assert "<@U0MAYA>" not in "".join(shown)


def finding(quote: str) -> Finding:
    return Finding(
        statement_id="V0",
        source=Source.MODEL,
        relation=Relation.DRIFTS,
        severity=Severity.MEDIUM,
        start=0,
        end=len(quote),
        quote=quote,
        statement="s",
        why="w",
    )


@settings(max_examples=25, deadline=None)
@given(stack=stacks, got=verdicts)
def test_the_windows_of_a_test(stack: Stack, got: Verdict) -> None:
    published = PublishedStack("j1", 1, stack, "hanna", HOSTILE, AT)
    outcomes = tuple(
        Outcome(
            Case(e.id, e.text, Verdict(e.verdict), None, (Line("V1"),)),
            got,
            NotJudged.TIMEOUT if got is Verdict.NOT_JUDGED else None,
            (finding(e.text[:500]),) * 30,
        )
        for e in stack.examples
    )
    wanted = {e.id: Verdict(e.verdict) for e in stack.examples}
    run = Run(1, HOSTILE, "1", AT, wanted, dict.fromkeys(wanted, got))
    flips = tuple(Flip(each, verdict, Verdict.FITS, got) for each, verdict in wanted.items())
    is_a_modal(blocks.result_modal(Evaluation(published, Report(outcomes), run, run, flips)))
    is_a_modal(blocks.last_run_modal(published, run, HOSTILE))
    is_a_modal(blocks.last_run_modal(published, None, None))
    desk = Desk("j1", stack, published, None)
    for preview in (
        Preview(len(wanted), flips, by_model=False),
        Preview(len(wanted), flips, by_model=True, unjudged=NotJudged.BUSY),
    ):
        shown = blocks.flips_blocks(preview, waits=preview.by_model)
        is_a_modal(changes_modal(desk, Where("j1"), flips=shown))


@settings(max_examples=25, deadline=None)
@given(stack=stacks)
def test_the_form_and_its_answer(stack: Stack) -> None:
    desk = Desk("j1", stack, None, None)
    for example in stack.examples:
        lines = tuple(item.id for item in stack.vision)
        new = Suggested(example.text.strip(), Verdict.CONFLICT, "C1", lines)
        is_a_modal(pin.pin_form(Pinning(desk, new, "h", None)))
        pinned = find_same(stack, example.text)
        assert pinned is not None
        is_a_modal(pin.pin_form(Pinning(desk, new, "h", pinned)))
        is_a_modal(pin.pinned_modal(Pinned(Saved(desk, is_new=True), example)))


def test_progress_is_a_window() -> None:
    async def show() -> dict[str, Any]:
        task: asyncio.Task[Any] = asyncio.create_task(asyncio.sleep(0))
        stack = stack_of([("a", "fits")], 1)
        published = PublishedStack("j1", 1, stack, "hanna", "n", AT)
        view = blocks.progress_modal(published, Progress(3, task, 1))
        await task
        return view

    is_a_modal(asyncio.run(show()))


def test_shares_are_told_in_the_words_of_a_brand_lead() -> None:
    def case(n: int, got: Verdict) -> Outcome:
        return Outcome(Case(f"E{n}", "a", Verdict.CONFLICT), got)

    found = [case(n, Verdict.CONFLICT) for n in range(11)]
    report = Report((*found, case(11, Verdict.NOT_JUDGED)))
    assert report.verdicts[Verdict.CONFLICT].recall == Share(11, 12)
    _, recall, precision, few = voice.rates_in_words(report)
    assert recall == "Of 12 conflicts, 11 were found (between 65 and 99 in a hundred at this size)."
    assert precision == (
        "“Conflict” was said 11 times, and was right 11 times "
        "(between 74 and 100 in a hundred at this size)."
    )
    assert few == (
        "Too few yet of messages with suggestions and messages that fit: it takes 5 of each to say."
    )
