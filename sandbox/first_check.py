"""A first check, made as a member through the whole of the sandbox and the bot."""

import asyncio

from sandbox.company import FIRST_PERSON
from sandbox.company_messages import DRAFTS
from sandbox.messages import Message
from sandbox.plain import plain_lines
from sandbox.server import RunningSandbox
from sandbox.views import elements_of

COMMAND = "/coherence"
DRAFT = (
    "Good news: we offer 24/7 support, and with our seamless set-up you are guaranteed to get "
    "paid on every project."
)
ANSWER_SECONDS = 30.0


async def play_first_check(sandbox: RunningSandbox) -> str:
    """Check a draft as a member and return the transcript."""
    world = sandbox.world
    with sandbox.slack.changes.listen(FIRST_PERSON) as changes:
        outcome = await sandbox.people.command(FIRST_PERSON, DRAFTS, COMMAND, f"check {DRAFT}")
        answer = await _answer(sandbox, changes)
    person, channel = world.members[FIRST_PERSON], world.channels[DRAFTS]
    lines = [f"{person.real_name} in #{channel.name}: {COMMAND} check {DRAFT}", ""]
    if answer is None:
        lines.append(f"{world.app.name} did not answer ({outcome.get('error', 'no message')}).")
    else:
        lines.append(f"{world.app.name}, only visible to {person.real_name}:")
        lines += [f"  {line}" for line in plain_lines(answer, world)]
    return "\n".join(["", *lines, ""])


async def _answer(
    sandbox: RunningSandbox, changes: asyncio.Queue[dict[str, object]]
) -> Message | None:
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            while not _is_complete(latest := _latest(sandbox)):
                await changes.get()
            return latest
    except TimeoutError:
        return _latest(sandbox)


def _latest(sandbox: RunningSandbox) -> Message | None:
    seen = sandbox.world.messages.seen_by(FIRST_PERSON, DRAFTS)
    own = [message for message in seen if message.visible_to == FIRST_PERSON]
    return own[-1] if own else None


def _is_complete(message: Message | None) -> bool:
    """Say whether it offers something to do next, as answers do and "working on it" does not."""
    return message is not None and any(elements_of(block) for block in message.blocks)
