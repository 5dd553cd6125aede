"""What a judge makes of an endpoint's answers, and of none."""

import asyncio
import io
import json
import socket

import pytest

from coherence.assessment import NotJudged
from coherence.judge import Usage, parse_reply
from tests.support import model_scripts as scripts
from tests.support.judges import failure, judging, prompt_of, reason
from tests.support.model_scripts import Behaviour
from tests.support.model_server import ModelServer
from tests.support.people import eventually

FITS = {"status": "ok", "assessments": []}
BRIEF_SECONDS = 0.3


async def test_an_answer_comes_back_word_for_word_with_its_cost(model: ModelServer) -> None:
    model.script(scripts.replies('{"status": "ok",  "assessments": []}\n'))
    async with judging(model) as judge:
        answer = await judge.ask(prompt_of())
    assert answer.content == '{"status": "ok",  "assessments": []}\n'
    asked = len(model.requests[0].system) + len(model.requests[0].user)
    assert answer.usage == Usage(prompt=asked // 4, completion=len(answer.content) // 4)


async def test_the_request_carries_the_texts_the_schema_and_the_key_of_the_stable_part(
    model: ModelServer,
) -> None:
    prompt = prompt_of("Ring us on Sundays.")
    async with judging(model) as judge:
        await judge.ask(prompt)
    [request] = model.requests
    assert (request.system, request.user) == (prompt.system, prompt.user)
    assert request.schema == prompt.schema
    assert request.body["prompt_cache_key"] == prompt.cache_key
    assert request.body.keys() == {"model", "messages", "response_format", "prompt_cache_key"}
    assert model.refused == []


async def test_an_honest_model_answers_in_the_agreed_form(model: ModelServer) -> None:
    async with judging(model) as judge:
        reply = parse_reply((await judge.ask(prompt_of("We get you paid."))).content)
    assert (reply.status, reply.skipped) == ("ok", 0)


async def test_tokens_that_the_endpoint_knew_already_are_counted(model: ModelServer) -> None:
    usage = {
        "prompt_tokens": 90,
        "completion_tokens": 7,
        "prompt_tokens_details": {"cached_tokens": 64},
    }
    choices = [{"message": {"content": "{}"}, "finish_reason": "stop"}]
    model.script(scripts.sends({"choices": choices, "usage": usage}))
    async with judging(model) as judge:
        assert (await judge.ask(prompt_of())).usage == Usage(prompt=90, cached=64, completion=7)


@pytest.mark.parametrize(
    "usage",
    [None, {}, "lots", {"prompt_tokens": -5, "completion_tokens": 1}, {"prompt_tokens": "many"}],
)
async def test_without_a_usable_count_the_cost_is_estimated_from_the_characters(
    model: ModelServer, usage: object
) -> None:
    choices = [{"message": {"content": "x" * 9}, "finish_reason": "stop"}]
    model.script(scripts.sends({"choices": choices, "usage": usage}))
    prompt = prompt_of()
    async with judging(model) as judge:
        spent = (await judge.ask(prompt)).usage
    assert spent == Usage(prompt=-(-len(prompt.system + prompt.user) // 4), completion=3)


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        (scripts.refuses(), NotJudged.REFUSED),
        (scripts.replies(FITS, finish_reason="content_filter"), NotJudged.REFUSED),
        (scripts.truncates(20, FITS), NotJudged.TRUNCATED),
        (scripts.truncates(0, FITS), NotJudged.TRUNCATED),
        (scripts.replies(FITS, finish_reason="tool_calls"), NotJudged.BAD_REPLY),
        (scripts.replies(""), NotJudged.BAD_REPLY),
        (scripts.replies(" \n"), NotJudged.BAD_REPLY),
        (scripts.html(), NotJudged.BAD_REPLY),
        (scripts.garbage(), NotJudged.BAD_REPLY),
        (scripts.garbage(b""), NotJudged.BAD_REPLY),
        (scripts.garbage(b'{"choices": [' * 5000), NotJudged.BAD_REPLY),
        (scripts.sends("a text"), NotJudged.BAD_REPLY),
        (scripts.sends(["a", "list"]), NotJudged.BAD_REPLY),
        (scripts.sends({"error": {"message": "with 200"}}), NotJudged.BAD_REPLY),
        (scripts.sends({"choices": None}), NotJudged.BAD_REPLY),
        (scripts.sends({"choices": []}), NotJudged.BAD_REPLY),
        (scripts.sends({"choices": [{}]}), NotJudged.BAD_REPLY),
        (scripts.sends({"choices": [{"message": None}]}), NotJudged.BAD_REPLY),
        (scripts.sends({"choices": [{"message": {"content": None}}]}), NotJudged.BAD_REPLY),
        (scripts.sends({"choices": [{"message": {"content": ["part"]}}]}), NotJudged.BAD_REPLY),
    ],
)
async def test_what_is_no_whole_answer_is_none(
    model: ModelServer, behaviour: Behaviour, expected: NotJudged
) -> None:
    model.script(behaviour)
    async with judging(model) as judge:
        failed = await failure(judge)
        assert (failed.reason, failed.usage.prompt > 0) == (expected, True)
        assert (await judge.ask(prompt_of())).content


async def test_a_cut_answer_says_what_it_has_cost(model: ModelServer) -> None:
    model.script(scripts.truncates(20, FITS))
    async with judging(model) as judge:
        assert (await failure(judge)).usage.completion == 20 // 4


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        (scripts.status(401, error="invalid_api_key"), NotJudged.MISCONFIGURED),
        (scripts.status(403), NotJudged.MISCONFIGURED),
        (scripts.status(404, error="model_not_found"), NotJudged.MISCONFIGURED),
        (scripts.redirects("https://elsewhere.example/v1"), NotJudged.MISCONFIGURED),
        (scripts.status(402), NotJudged.QUOTA_SPENT),
        (scripts.status(429, error="insufficient_quota"), NotJudged.QUOTA_SPENT),
        (scripts.status(413, body="Payload too large"), NotJudged.TOO_LONG),
        (scripts.status(400, error="context_length_exceeded"), NotJudged.TOO_LONG),
        (
            scripts.status(400, message="This model's maximum context length is 8192, with json_schema."),
            NotJudged.TOO_LONG,
        ),
        (scripts.status(400, body={"detail": "Prompt is too long"}), NotJudged.TOO_LONG),
        (scripts.status(400, error="content_filter", param="prompt"), NotJudged.REFUSED),
        (scripts.status(400, error="invalid_prompt", message="flagged"), NotJudged.REFUSED),
        (scripts.status(403, message="Your input was flagged"), NotJudged.REFUSED),
    ],
)  # fmt: skip
async def test_an_error_that_another_try_does_not_mend_is_asked_once_and_named(
    model: ModelServer, behaviour: Behaviour, expected: NotJudged
) -> None:
    model.always(behaviour)
    async with judging(model) as judge:
        assert await reason(judge) is expected
    assert len(model.requests) == 1


@pytest.mark.parametrize(
    ("key", "name"), [("sk-of-somebody-else", "gpt-5-mini"), ("sk-local-0123456789abcdef", "gpt-9")]
)
async def test_a_wrong_key_or_model_is_a_matter_of_settings(
    model: ModelServer, key: str, name: str
) -> None:
    async with judging(model, key=key, name=name) as judge:
        assert await reason(judge) is NotJudged.MISCONFIGURED


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        (scripts.status(429, headers={"Retry-After": "0"}), NotJudged.BUSY),
        (scripts.status(500, headers={"Retry-After": "0"}), NotJudged.UNREACHABLE),
        (scripts.status(503, headers={"Retry-After": "0"}), NotJudged.UNREACHABLE),
        (scripts.drops(), NotJudged.UNREACHABLE),
        (scripts.drops(b'{"choices": ['), NotJudged.UNREACHABLE),
    ],
)
async def test_a_passing_fault_is_asked_once_more(
    model: ModelServer, behaviour: Behaviour, expected: NotJudged
) -> None:
    model.script(behaviour, behaviour, behaviour)
    async with judging(model) as judge:
        assert await reason(judge) is expected
        assert len(model.requests) == 2
        assert (await judge.ask(prompt_of())).content
    assert len(model.requests) == 4


@pytest.mark.parametrize("wait", ["60", "99999999", "Wed, 21 Oct 2099 07:28:00 GMT"])
async def test_a_wait_beyond_the_deadline_is_not_begun(model: ModelServer, wait: str) -> None:
    model.always(scripts.status(429, headers={"Retry-After": wait}))
    async with judging(model) as judge:
        assert await reason(judge) is NotJudged.BUSY
    assert len(model.requests) == 1


@pytest.mark.parametrize("wait", ["soon", "-3", "99999999999", "Wed, 21 Oct 1999 07:28:00 GMT"])
async def test_a_wait_that_makes_no_sense_is_replaced_by_a_short_one(
    model: ModelServer, wait: str
) -> None:
    model.script(scripts.status(429, headers={"Retry-After": wait}))
    async with judging(model) as judge:
        assert (await judge.ask(prompt_of())).content
    assert len(model.requests) == 2


@pytest.mark.parametrize(
    "behaviour",
    [scripts.hangs(), scripts.drips(), scripts.slow(60, scripts.replies(FITS))],
    ids=["hangs", "drips", "slow"],
)
async def test_an_endpoint_that_takes_too_long_is_given_up_at_the_deadline(
    model: ModelServer, behaviour: Behaviour
) -> None:
    model.always(behaviour)
    async with judging(model, seconds=BRIEF_SECONDS) as judge:
        async with asyncio.timeout(BRIEF_SECONDS + 3):
            failed = await failure(judge)
        assert failed.reason is NotJudged.TIMEOUT
        assert failed.usage.prompt > 0
        await eventually(lambda: model.at_once == 0)


async def test_nobody_listening_is_an_endpoint_out_of_reach(model: ModelServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    model.url = f"http://127.0.0.1:{port}/v1"
    async with judging(model) as judge:
        assert await reason(judge) is NotJudged.UNREACHABLE


async def test_a_question_that_is_taken_back_is_cancelled_and_not_a_failure(
    model: ModelServer, logged: io.StringIO
) -> None:
    model.script(scripts.hangs())
    async with judging(model) as judge:
        asking = asyncio.create_task(judge.ask(prompt_of()))
        await eventually(lambda: model.at_once == 1)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await eventually(lambda: model.at_once == 0)
    assert "model_failed" not in logged.getvalue()


async def test_a_lone_half_of_a_character_is_sent_as_a_question_mark(model: ModelServer) -> None:
    prompt = prompt_of()
    async with judging(model) as judge:
        await judge.ask(type(prompt)("A \ud83d half", "B", prompt.schema, "k"))
    assert model.requests[0].system == "A ? half"


async def test_a_failure_is_one_line_with_its_reason_status_and_model(
    model: ModelServer, logged: io.StringIO
) -> None:
    model.script(scripts.status(401, message=f"Incorrect key {model.key}"))
    async with judging(model) as judge:
        await failure(judge)
    [line] = logged.getvalue().splitlines()
    assert "model_failed" in line
    for word in ("misconfigured", "401", "gpt-5-mini"):
        assert word in line
    assert json.dumps(model.key)[1:-1] not in line
