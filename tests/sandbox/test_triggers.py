import pytest

from sandbox.triggers import Triggers
from sandbox.wire import SlackError
from tests.sandbox.blocks import modal
from tests.sandbox.minimal_app import Controls, MinimalApp


async def trigger_from(app: MinimalApp, controls: Controls) -> str:
    await controls.post("shortcut", user="U0MAYA", callback_id="anywhere")
    return str((await app.next_payload())["trigger_id"])


def test_a_trigger_expires() -> None:
    triggers = Triggers(lifetime=-1)
    with pytest.raises(SlackError, match="expired_trigger_id"):
        triggers.look_at(triggers.make("U0MAYA"))


async def test_a_trigger_opens_one_view(app: MinimalApp, controls: Controls) -> None:
    trigger_id = await trigger_from(app, controls)
    opened = await app.call("views.open", trigger_id=trigger_id, view=modal())
    assert opened["view"]["callback_id"] == "form"
    again = await app.call("views.open", trigger_id=trigger_id, view=modal())
    assert again["error"] == "exchanged_trigger_id"


async def test_a_refused_view_leaves_the_trigger_usable(
    app: MinimalApp, controls: Controls
) -> None:
    trigger_id = await trigger_from(app, controls)
    refused = await app.call("views.open", trigger_id=trigger_id, view=modal(submit=None))
    assert refused["error"] == "invalid_arguments"
    assert (await app.call("views.open", trigger_id=trigger_id, view=modal()))["ok"]


async def test_an_unknown_trigger_is_invalid(app: MinimalApp) -> None:
    answer = await app.call("views.open", trigger_id="1.2.abc", view=modal())
    assert answer["error"] == "invalid_trigger_id"
