"""The doctor's line about the model."""

import socket
from typing import Any

import pytest

from bot.diagnosis import Finding, State
from bot.model_doctor import examine_model
from bot.settings import Settings
from tests.support import model_scripts as scripts
from tests.support.model_scripts import Behaviour
from tests.support.model_server import Abilities, ModelServer


async def examined(model: ModelServer, **changed: Any) -> Finding:
    return await examine_model(Settings.model_validate({**model.environment, **changed}))


async def test_without_a_key_nothing_is_asked() -> None:
    finding = await examine_model(Settings.model_validate({}))
    assert (finding.state, finding.detail) == (
        State.NOT_CHECKED,
        "without OPENAI_API_KEY checks run on rules",
    )


@pytest.mark.parametrize(
    ("abilities", "said"),
    [
        (Abilities(), "structured replies"),
        (Abilities(json_schema=False), "replies in JSON, but not by a schema"),
        (Abilities(json_schema=False, json_object=False), "replies as plain text only"),
    ],
)
async def test_it_tells_in_which_form_the_endpoint_replies(
    model: ModelServer, abilities: Abilities, said: str
) -> None:
    model.abilities = abilities
    finding = await examined(model)
    assert (finding.state, finding.advice) == (State.OK, None)
    assert finding.detail == f"gpt-5-mini answers; the endpoint gives {said}"


async def test_an_endpoint_that_takes_a_schema_and_keeps_to_none_is_not_ok(
    model: ModelServer,
) -> None:
    model.script(scripts.replies("Yes, I am here, how can I help?"))
    finding = await examined(model)
    assert finding.state is State.NOT_OK
    assert "does not answer in the form" in finding.detail


@pytest.mark.parametrize(
    ("behaviour", "detail", "advice"),
    [
        (scripts.status(401), "refuses OPENAI_API_KEY (401)", "copy the key again"),
        (scripts.status(403), "refuses OPENAI_API_KEY (403)", "may use gpt-5-mini"),
        (scripts.status(404), "does not know gpt-5-mini", "COHERENCE_MODEL and OPENAI_BASE_URL"),
        (scripts.status(400), "does not take the question (400)", "chat completions"),
        (scripts.redirects("http://127.0.0.1:9/"), "(307)", "OPENAI_BASE_URL is right"),
        (scripts.status(429, error="insufficient_quota"), "has nothing left", "limits and payment"),
        (scripts.status(429, headers={"Retry-After": "99"}), "no more requests", "try again later"),
        (scripts.status(500, headers={"Retry-After": "0"}), "can't be reached or fails", "the proxy"),
        (scripts.refuses(), "gives no usable answer (refused)", "another model"),
        (scripts.html(), "gives no usable answer (bad_reply)", "another model"),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_said_with_what_to_do(
    model: ModelServer, behaviour: Behaviour, detail: str, advice: str
) -> None:
    model.always(behaviour)
    finding = await examined(model)
    assert finding.state is State.NOT_OK
    assert detail in finding.detail
    assert advice in (finding.advice or "")


async def test_a_model_that_takes_too_long_is_named_with_the_limit(model: ModelServer) -> None:
    model.always(scripts.hangs())
    finding = await examined(model, COHERENCE_MODEL_SECONDS=0.3)
    assert finding.detail == "gpt-5-mini did not answer within 0.3 seconds"
    assert "raise COHERENCE_MODEL_SECONDS" in (finding.advice or "")


async def test_a_wrong_key_is_not_repeated(model: ModelServer) -> None:
    finding = await examined(model, OPENAI_API_KEY="sk-geheim-123456789")
    assert "(401)" in finding.detail
    assert "geheim" not in f"{finding}"


async def test_an_endpoint_out_of_reach_is_named_by_its_address(model: ModelServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
    finding = await examined(model, OPENAI_BASE_URL=address)
    assert finding.detail == f"{address} can't be reached or fails"


async def test_a_proxy_of_an_unknown_kind_is_named(
    model: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "gopher://127.0.0.1:9")
    finding = await examined(model, OPENAI_BASE_URL="https://model.example/v1")
    assert "proxy" in (finding.advice or "")
