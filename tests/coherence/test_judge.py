import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coherence.assessment import NotJudged
from coherence.judge import JudgeFailed, ModelRelation, Reply, parse_reply

REMARK: dict[str, Any] = {
    "sentence_id": "S1",
    "statement_id": "P1",
    "message_quote": 'a "{quote}"',
    "statement_quote": "```json {}```",
    "relation": "contradicts",
    "why": "It says otherwise.",
    "rewrite": None,
}
DOCUMENT: dict[str, Any] = {"status": "ok", "assessments": [REMARK]}
CONTENT = json.dumps(DOCUMENT)
PARSED = parse_reply(CONTENT)


def refused(content: str) -> bool:
    try:
        parse_reply(content)
    except JudgeFailed as failed:
        return failed.reason is NotJudged.BAD_REPLY
    return False


def test_a_reply_is_taken_apart() -> None:
    (remark,) = PARSED.assessments

    assert (PARSED.status, PARSED.skipped) == ("ok", 0)
    assert remark.relation is ModelRelation.CONTRADICTS
    assert remark.model_dump() == REMARK


@pytest.mark.parametrize(
    "content",
    [
        f"\ufeff{CONTENT}",
        f"\n\n {CONTENT}\n",
        f"```json\n{CONTENT}\n```",
        f"```\n```json\n{CONTENT}\n```\n```",
        f"Here {{as agreed}} it is: {CONTENT} I hope that {{helps}}.",
        f'I use {{"a"}} and {{"b": }} below.\n{CONTENT}',
        f'My notes: {{"plan": ["look", "judge"]}}\n{CONTENT}',
        f"{CONTENT}\nOnce more:\n{CONTENT}",
        json.dumps({**DOCUMENT, "model": "x", "assessments": [{**REMARK, "score": 0.9}]}),
        json.dumps(DOCUMENT, indent=2),
    ],
)
def test_what_stands_around_a_reply_does_not_matter(content: str) -> None:
    assert parse_reply(content) == PARSED


@pytest.mark.parametrize(
    "content",
    [
        "",
        "I can't help with that.",
        "null",
        "[]",
        CONTENT[:-1],
        CONTENT.replace('"ok"', '"fine"'),
        CONTENT.replace('"ok"', '["ok"]'),
        CONTENT.replace('"ok"', "null"),
        CONTENT.replace("null", "NaN"),
        CONTENT.replace("null", "Infinity"),
        CONTENT.replace("}]", "},]"),
        CONTENT.replace('"why"', '"rewrite": "x", "why"'),
        CONTENT.replace('"status"', '"status": "cannot_judge", "status"'),
        '{"status": "ok"}',
        '{"status": "ok", "assessments": {}}',
        '{"status": "ok", "assessments": null}',
        '{"result": ' + CONTENT + "}",
        f'[{CONTENT}, {{"status": "ok", "assessments": []}}]',
        '{"status": "ok", "assessments": []} or rather ' + CONTENT,
        '{"a":' * 100_000,
        '{"status": "ok", "assessments": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"status": "ok", "n": ' + "9" * 10_000 + ', "assessments": []}',
        " " * 2_000_001,
    ],
)
def test_what_is_no_reply_or_more_than_one_is_refused(content: str) -> None:
    assert refused(content)


@pytest.mark.parametrize(
    "assessment",
    [
        None,
        "text",
        [],
        {},
        {**REMARK, "relation": "hates"},
        {**REMARK, "relation": None},
        {**REMARK, "sentence_id": 1},
        {**REMARK, "message_quote": None},
        {**REMARK, "why": ["a"]},
        {**REMARK, "rewrite": 3},
        {**REMARK, "message_quote": "\ud800"},
        {**REMARK, "message_quote": "x" * 8_001},
        {**REMARK, "sentence_id": "S" * 65},
        {key: value for key, value in REMARK.items() if key != "why"},
    ],
)
def test_an_assessment_without_the_agreed_form_is_skipped_and_counted(assessment: object) -> None:
    reply = parse_reply(json.dumps({"status": "ok", "assessments": [assessment, REMARK]}))

    assert reply == Reply(status="ok", assessments=PARSED.assessments, skipped=1)


@pytest.mark.parametrize("words", ["why", "rewrite"])
def test_a_model_that_rambles_keeps_its_quotes(words: str) -> None:
    rambling = {**REMARK, words: "and so on " * 20_000}

    (remark,) = parse_reply(json.dumps({"status": "ok", "assessments": [rambling]})).assessments

    assert remark.message_quote == REMARK["message_quote"]
    assert 0 < len(getattr(remark, words)) <= 8_000


def test_a_missing_rewrite_is_none() -> None:
    without = {key: value for key, value in REMARK.items() if key != "rewrite"}

    assert parse_reply(json.dumps({"status": "ok", "assessments": [without]})) == PARSED


def test_who_can_not_judge_needs_no_assessments() -> None:
    assert parse_reply('{"status": "cannot_judge"}') == Reply(status="cannot_judge", assessments=())


@pytest.mark.parametrize(("sent", "taken"), [(500, 500), (1_000, 1_000), (1_500, 1_000)])
def test_a_thousand_assessments_are_read_and_the_rest_is_counted(sent: int, taken: int) -> None:
    reply = parse_reply(json.dumps({"status": "ok", "assessments": [REMARK] * sent}))

    assert (len(reply.assessments), reply.skipped) == (taken, sent - taken)


@given(st.integers(0, len(CONTENT) - 1))
@settings(max_examples=200, deadline=None)
def test_a_reply_cut_off_anywhere_is_refused(at: int) -> None:
    assert refused(CONTENT[:at])
    assert refused(f"```json\n{CONTENT[:at]}")


@given(st.text())
@settings(max_examples=200, deadline=None)
def test_nothing_that_comes_back_makes_it_stumble(content: str) -> None:
    assert refused(content)


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=4),
            st.dictionaries(st.sampled_from([*REMARK, *DOCUMENT]), inner, max_size=6),
        ),
        max_leaves=12,
    )
)
@settings(max_examples=200, deadline=None)
def test_any_json_in_place_of_an_assessment_is_at_most_skipped(document: object) -> None:
    content = json.dumps({"status": "ok", "assessments": [document]})
    if refused(content):
        assert "NaN" in content or "Infinity" in content
        return
    reply = parse_reply(content)
    assert len(reply.assessments) + reply.skipped == 1
