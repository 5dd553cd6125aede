"""Endpoints differ: what a judge learns of one, and that it learns nothing wrong."""

import asyncio

import pytest

from bot.model_request import Form, Part, Rung
from coherence.assessment import NotJudged
from tests.support import model_scripts as scripts
from tests.support.judges import SCHEMA, judging, prompt_of, reason
from tests.support.model_server import Abilities, ModelServer

CALLS_AT_ONCE = 16


def sent(model: ModelServer) -> list[tuple[str, bool]]:
    return [(each.rung, "prompt_cache_key" in each.body) for each in model.requests]


@pytest.mark.parametrize("vague", [False, True], ids=["named", "vague"])
@pytest.mark.parametrize(
    ("schema", "json_object", "cache_key", "rung"),
    [
        (True, True, True, Rung.SCHEMA),
        (False, True, True, Rung.OBJECT),
        (False, False, True, Rung.PLAIN),
        (True, True, False, Rung.SCHEMA),
        (False, True, False, Rung.OBJECT),
        (False, False, False, Rung.PLAIN),
    ],
)
async def test_the_firmest_form_that_an_endpoint_takes_is_found_and_remembered(
    model: ModelServer, *, schema: bool, json_object: bool, cache_key: bool, rung: Rung, vague: bool
) -> None:
    model.abilities = Abilities(schema, json_object, cache_key, vague)
    async with judging(model) as judge:
        await judge.ask(prompt_of())
        assert judge.rung is rung
        tried = len(model.requests)
        await judge.ask(prompt_of())
    assert len(model.requests) == tried + 1
    assert model.refused == []


async def test_a_named_fault_costs_nothing_but_what_is_named(model: ModelServer) -> None:
    model.abilities = Abilities(json_schema=False)
    async with judging(model) as judge:
        await judge.ask(prompt_of())
    assert sent(model) == [("json_schema", True), ("json_object", True)]


async def test_an_unnamed_fault_costs_the_cache_key_first(model: ModelServer) -> None:
    model.abilities = Abilities(json_schema=False, vague=True)
    async with judging(model) as judge:
        await judge.ask(prompt_of())
    assert sent(model) == [("json_schema", True), ("json_schema", False), ("json_object", False)]


@pytest.mark.parametrize(
    ("abilities", "fence"),
    [(Abilities(json_schema=False), False), (Abilities(json_schema=False, json_object=False), True)],
)  # fmt: skip
async def test_where_no_schema_is_taken_the_model_is_told_it(
    model: ModelServer, abilities: Abilities, fence: bool
) -> None:
    model.abilities = abilities
    prompt = prompt_of()
    async with judging(model) as judge:
        await judge.ask(prompt)
    told = model.requests[-1].system
    assert told.startswith(prompt.system)
    assert '"additionalProperties":false' in told.replace(" ", "")
    assert ("```json" in told) is fence
    assert str(SCHEMA["properties"]["status"]["enum"][1]) in told


async def test_calls_that_meet_one_refusal_at_once_climb_down_one_rung(model: ModelServer) -> None:
    model.abilities = Abilities(json_schema=False)
    async with judging(model) as judge:
        await asyncio.gather(*(judge.ask(prompt_of()) for _ in range(CALLS_AT_ONCE)))
        assert judge.rung is Rung.OBJECT
    assert {rung for rung, _ in sent(model)} == {"json_schema", "json_object"}
    assert all(cache_key for _, cache_key in sent(model))


async def test_a_question_that_is_refused_in_every_form_teaches_nothing(model: ModelServer) -> None:
    model.script(*[scripts.status(400, body={"error": "Bad Request"})] * 4)
    async with judging(model) as judge:
        assert await reason(judge) is NotJudged.MISCONFIGURED
        assert len(model.requests) == 4
        await judge.ask(prompt_of())
    assert sent(model)[-1] == ("json_schema", True)


@pytest.mark.parametrize("status", [401, 429, 500])
async def test_a_failure_of_another_kind_does_not_climb_down(
    model: ModelServer, status: int
) -> None:
    model.always(scripts.status(status, headers={"Retry-After": "0"}))
    async with judging(model) as judge:
        await reason(judge)
        assert judge.rung is Rung.SCHEMA
    assert set(sent(model)) == {("json_schema", True)}


async def test_what_a_server_repeats_of_the_question_is_not_its_complaint(
    model: ModelServer,
) -> None:
    echo = {"loc": ["body", "prompt_cache_key"], "msg": "Extra inputs", "input": "response_format"}
    model.script(scripts.status(422, body={"detail": [echo]}))
    async with judging(model) as judge:
        await judge.ask(prompt_of())
    assert sent(model) == [("json_schema", True), ("json_schema", False)]


def test_a_form_is_given_up_part_by_part_and_ends() -> None:
    assert Form().without([]) is None
    assert Form(Rung.PLAIN, cache_key=False).without(list(Part)) is None
    assert Form().without([Part.REPLY_FORMAT]) == Form(Rung.OBJECT)
    assert Form(cache_key=False).without([Part.CACHE_KEY]) is None


async def test_all_forms_share_one_deadline(model: ModelServer) -> None:
    model.script(scripts.status(400, param="response_format"), scripts.hangs())
    async with judging(model, seconds=0.3) as judge:
        async with asyncio.timeout(3):
            assert await reason(judge) is NotJudged.TIMEOUT
        assert judge.rung is Rung.SCHEMA
