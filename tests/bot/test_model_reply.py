"""Whatever an endpoint sends, it is an answer or a failure with a reason."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.model_reply import estimate, read_completion
from coherence.judge import Answer, JudgeFailed
from tests.support.judges import prompt_of

PROMPT = prompt_of()
WHOLE: dict[str, Any] = {
    "id": "1",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "{}"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 5, "completion_tokens": 2},
}  # fmt: skip
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(), below, max_size=3),
    max_leaves=8,
)


def outcome(body: bytes) -> Answer | JudgeFailed:
    try:
        return read_completion(body, PROMPT)
    except JudgeFailed as failed:
        return failed


@given(st.binary() | ANYTHING.map(lambda each: json.dumps(each).encode()))
def test_anything_at_all_is_read_or_refused(body: bytes) -> None:
    assert outcome(body).usage.prompt > 0


@given(
    st.fixed_dictionaries(
        {
            "choices": st.lists(
                st.fixed_dictionaries({"message": ANYTHING, "finish_reason": ANYTHING}) | ANYTHING
            ),
            "usage": ANYTHING
            | st.fixed_dictionaries(
                {
                    "prompt_tokens": ANYTHING,
                    "completion_tokens": ANYTHING,
                    "prompt_tokens_details": ANYTHING,
                }
            ),
        }
    )
)
def test_anything_in_the_shape_of_a_completion_is_read_or_refused(document: object) -> None:
    usage = outcome(json.dumps(document).encode()).usage
    assert min(usage.prompt, usage.cached, usage.completion) >= 0
    assert usage.cached <= usage.prompt


@given(st.integers(min_value=0))
def test_a_completion_cut_at_any_byte_is_no_answer(at: int) -> None:
    whole = json.dumps(WHOLE).encode()
    assert isinstance(outcome(whole[: at % len(whole)]), JudgeFailed)
    assert isinstance(outcome(whole), Answer)


def test_an_estimate_is_never_nothing_and_rounds_up() -> None:
    characters = len(PROMPT.system) + len(PROMPT.user)
    assert estimate(PROMPT, "12345").completion == 2
    assert 0 <= estimate(PROMPT).prompt * 4 - characters < 4
