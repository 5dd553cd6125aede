"""Whatever a stack and a draft hold, what the bot builds is within Slack's limits and never acts."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coherence.assessment import assess, clean_draft
from coherence.check import JourneyChoice
from coherence.check_result import CheckResult
from coherence.outbox import Undelivered
from coherence.rules import compile_stack
from coherence.stack.document import Stack
from coherence.stack.versions import PublishedStack
from handlers.blocks import check, stack, undelivered
from handlers.blocks.check import FormContext
from handlers.blocks.help import help_message
from handlers.blocks.message import Message, plain_message
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
    assert "<!channel>" not in str({**view, "blocks": _mrkdwn(view["blocks"])})


def _mrkdwn(blocks: list[dict[str, Any]]) -> list[Any]:
    texts = [block.get("text") for block in blocks if block["type"] == "section"]
    return [text for text in texts if text and text["type"] == "mrkdwn"]


@settings(max_examples=40, deadline=None)
@given(content=stacks, draft=texts.map(lambda text: f"we {text}"))
def test_an_answer_is_within_limits_and_never_acts(content: Stack, draft: str) -> None:
    answer = result(content, draft)
    is_a_message(check.answer_message(answer))
    is_a_message(check.direct_answer(answer))
    is_a_modal(check.answer_modal(answer))


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
    content = stack_with("a line", "Onboarding", 1)
    draft = clean_draft(f"we {character * (length - 3)}")
    view = check.read_only_draft(result(content, draft))
    is_a_modal(view)
    assert "".join(block["text"]["text"] for block in view["blocks"][2:]) == draft


@given(word=texts)
def test_help_is_within_limits_and_never_acts(word: str) -> None:
    is_a_message(plain_message(voice.unknown_command(one_line(word, 40))))
    is_a_message(help_message())


@settings(max_examples=25, deadline=None)
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
