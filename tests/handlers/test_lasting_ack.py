import json
from typing import Any

import pytest
from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult

from handlers.lasting_ack import use_lasting_ack


@pytest.fixture
def app() -> AsyncApp:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_token="xoxb-1")

    app = AsyncApp(authorize=authorize, signing_secret="s", request_verification_enabled=False)
    app.use(use_lasting_ack)
    return app


async def dispatch(app: AsyncApp, body: dict[str, Any]) -> BoltResponse:
    return await app.async_dispatch(AsyncBoltRequest(body=json.dumps(body), mode="socket_mode"))


async def test_a_listener_that_fails_right_after_its_ack_stays_acked(app: AsyncApp) -> None:
    async def fails(ack: AsyncAck) -> None:
        await ack()
        raise ZeroDivisionError

    async def quiet(error: Exception) -> None:
        assert isinstance(error, ZeroDivisionError)

    app.command("/coherence")(fails)
    app.error(quiet)
    answered = await dispatch(app, {"command": "/coherence", "team_id": "T1", "text": ""})
    assert answered.status == 200


async def test_an_error_handler_can_still_be_the_first_to_answer(app: AsyncApp) -> None:
    async def fails() -> None:
        raise ZeroDivisionError

    async def answers() -> BoltResponse:
        return BoltResponse(status=200, body="told")

    app.command("/coherence")(fails)
    app.error(answers)
    answered = await dispatch(app, {"command": "/coherence", "team_id": "T1", "text": ""})
    assert (answered.status, answered.body) == (200, "told")
