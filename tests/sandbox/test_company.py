import ast
from datetime import UTC, datetime
from pathlib import Path

import pytest

import sandbox
from sandbox.company import furnish
from sandbox.company_messages import SAID
from sandbox.server import RunningSandbox


async def test_every_message_is_by_somebody_in_its_channel(sandbox: RunningSandbox) -> None:
    world = sandbox.world
    for said in SAID:
        assert said.user in world.members
        assert said.user in world.channels[said.channel].members or world.members[said.user].is_bot


async def test_the_company_has_what_is_worth_trying(sandbox: RunningSandbox) -> None:
    messages = [m for c in sandbox.world.channels for m in sandbox.world.messages.public(c)]
    assert len(messages) >= 15
    assert any(not m.text and m.blocks and m.bot_id for m in messages), "only blocks"
    assert any(m.files for m in messages), "a file"
    assert any(sandbox.world.messages.replies(m) for m in messages), "a thread"


async def test_the_company_is_older_than_now_and_in_order(sandbox: RunningSandbox) -> None:
    for channel in sandbox.world.channels:
        stamps = [float(m.ts) for m in sandbox.world.messages.public(channel)]
        assert stamps == sorted(stamps)
        assert all(ts < sandbox.slack.clock.now() for ts in stamps)


async def test_the_company_speaks_on_working_days_in_working_hours(
    sandbox: RunningSandbox,
) -> None:
    for day in range(7):
        sandbox.slack.reset()
        sandbox.slack.clock.advance(day * 86_400)
        sandbox.world.clear()
        furnish(sandbox.world, sandbox.slack.clock)
        for channel in sandbox.world.channels:
            for message in sandbox.world.messages.public(channel):
                at = datetime.fromtimestamp(float(message.ts), UTC)
                assert at.weekday() < 5
                assert 9 <= at.hour < 17
                assert 0 < sandbox.slack.clock.now() - at.timestamp() < 8 * 86_400


@pytest.mark.parametrize(
    "module", sorted(Path(sandbox.__path__[0]).glob("*.py")), ids=lambda path: path.name
)
def test_the_sandbox_shares_no_code_with_the_bot(module: Path) -> None:
    forbidden = {"bot", "handlers", "coherence", "storage"}
    forbidden |= {"slack_sdk", "slack_bolt", "slackblocks"}
    tree = ast.parse(module.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        assert not {name.partition(".")[0] for name in names} & forbidden
