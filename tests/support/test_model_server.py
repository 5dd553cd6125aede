"""The local model refuses what OpenAI's API refuses, and can be told how to behave."""

from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.support.judges import SCHEMA
from tests.support.model_questions import BadRequest, Question, check_request, check_strict_schema
from tests.support.model_server import KEY, MODEL, NAMED, ModelServer

MESSAGES = [{"role": "system", "content": "Reply in JSON."}, {"role": "user", "content": "Hello"}]
BODY: dict[str, Any] = {"model": MODEL, "messages": MESSAGES}


def by_schema(schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    described = {"name": "reply", "strict": True, "schema": schema, **more}
    return {**BODY, "response_format": {"type": "json_schema", "json_schema": described}}


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"messages": MESSAGES},
        {**BODY, "model": ""},
        {**BODY, "messages": []},
        {**BODY, "messages": [{"role": "system", "content": None}]},
        {**BODY, "messages": [{"role": "boss", "content": "x"}]},
        {**BODY, "messages": [{"role": "user", "content": "x", "tone": "y"}]},
        {**BODY, "cache_key": "x"},
        {**BODY, "temperature": 0},
        {**BODY, "max_tokens": 100},
        {**BODY, "prompt_cache_key": "x" * 65},
        {**BODY, "response_format": {"type": "yaml"}},
        {**BODY, "messages": [{"role": "user", "content": "x"}], "response_format": {"type": "json_object"}},
        by_schema({"type": "array", "items": {"type": "string"}}),
        by_schema(SCHEMA, name="has spaces"),
        by_schema(SCHEMA, mode="x"),
        by_schema({**SCHEMA, "additionalProperties": True}),
        by_schema({**SCHEMA, "required": ["status"]}),
        by_schema({**SCHEMA, "default": {}}),
        by_schema({**SCHEMA, "properties": {**SCHEMA["properties"], "status": {"minLength": 1}}}),
    ],
)  # fmt: skip
def test_what_the_real_api_refuses_is_refused(body: Any) -> None:
    with pytest.raises(BadRequest):
        check_request(body)


def test_what_the_real_api_takes_is_taken() -> None:
    for extra in ({}, {"prompt_cache_key": "x" * 64}, {"response_format": {"type": "json_object"}}):
        assert check_request({**BODY, **extra})
    assert check_request(by_schema(SCHEMA))


def test_a_schema_nested_too_deeply_is_refused() -> None:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(11):
        schema = {
            "type": "object",
            "properties": {"below": schema},
            "required": ["below"],
            "additionalProperties": False,
        }
    with pytest.raises(BadRequest, match="nesting"):
        check_strict_schema(schema)


def test_statements_and_sentences_are_read_from_the_prompt() -> None:
    system = 'Judge. [1]\n{"id": "P4", "text": "A person answers."}\nEnd.'
    user = 'Data [see] below\n<m-1>\n[{"id": "S1", "text": "Hi ] there \\"x\\""}]\n</m-1>'
    messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
    question = Question({"model": MODEL, "messages": messages}, {})
    assert [(each.id, each.text) for each in question.statements] == [("P4", "A person answers.")]
    assert [(each.id, each.text) for each in question.sentences] == [("S1", 'Hi ] there "x"')]


async def test_it_lists_its_model_and_takes_a_script_by_name(model: ModelServer) -> None:
    root = model.url.removesuffix("/v1")
    headers = {"Authorization": f"Bearer {KEY}"}
    async with aiohttp.ClientSession(headers=headers) as http:
        async with http.get(f"{model.url}/models") as listed:
            assert (await listed.json())["data"][0]["id"] == MODEL
        async with http.post(f"{root}/script", json={"behaviour": "429"}) as taken:
            assert taken.status == 200
        async with http.post(f"{model.url}/chat/completions", json=BODY) as answer:
            assert answer.status == 429
        async with http.post(f"{root}/script", json={"behaviour": "sing"}) as refused:
            assert (await refused.json())["known"] == sorted(NAMED)
        async with http.post(f"{root}/script", json={"behaviour": None}):
            pass
        async with http.post(f"{model.url}/chat/completions", json=BODY) as answer:
            assert (answer.status, model.at_once) == (200, 0)


async def test_a_word_in_the_draft_chooses_a_behaviour(model: ModelServer) -> None:
    user = '[{"id": "S1", "text": "Hello model:refuse"}]'
    body = {**BODY, "messages": [MESSAGES[0], {"role": "user", "content": user}]}
    headers = {"Authorization": f"Bearer {KEY}"}
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.post(f"{model.url}/chat/completions", json=body) as answer,
    ):
        [choice] = (await answer.json())["choices"]
    assert choice["message"]["refusal"]


def test_the_page_names_every_behaviour() -> None:
    page = (Path(__file__).parents[2] / "docs/sandbox.md").read_text()
    assert [
        name for name in NAMED if f"`{name}`" not in page and f"`model:{name}`" not in page
    ] == []
