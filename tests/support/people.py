"""A member of the local Slack, as a test plays them."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from sandbox.messages import Message
from sandbox.server import RunningSandbox
from sandbox.views import View

ONBOARDING = "C0ONBOARD"
RANDOM = "C0RANDOM"
SUPPORT = "C0SUPPORT"

_PATIENCE = 40.0
_LOOK_AGAIN = 0.005
_T = TypeVar("_T")


async def eventually(look: Callable[[], _T]) -> _T:
    """Return what `look` returns as soon as that is true."""
    async with asyncio.timeout(_PATIENCE):
        while not (seen := look()):  # noqa: ASYNC110 - what is looked at has no event
            await asyncio.sleep(_LOOK_AGAIN)
        return seen


def text_of(blocks: list[dict[str, Any]]) -> str:
    """All texts of some blocks, a line each."""
    return "\n".join(_texts(blocks))


def _texts(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [node["text"]] if isinstance(node.get("text"), str) else []
        return own + [
            t for value in node.values() if not isinstance(value, str) for t in _texts(value)
        ]
    return [text for child in node for text in _texts(child)] if isinstance(node, list) else []


class Person:
    """Does what a person does in Slack, and sees what they see."""

    def __init__(self, slack: RunningSandbox, user_id: str = "U0MAYA") -> None:
        self.slack = slack
        self.id = user_id

    @property
    def direct_channel(self) -> str:
        """The direct message with the app."""
        world = self.slack.world
        return world.direct_message(self.id, world.app.bot_user_id).id

    async def command(self, text: str, channel: str = ONBOARDING) -> None:
        acked = await self.slack.people.command(self.id, channel, "/coherence", text)
        assert acked == {"ok": True}

    async def shortcut(self, callback_id: str, message: Message | None = None) -> None:
        place = (message.channel, message.ts) if message else (None, None)
        acked = await self.slack.people.shortcut(self.id, callback_id, *place)
        assert acked == {"ok": True}

    def say(self, text: str, channel: str | None = None, **extra: Any) -> Message:
        return self.slack.people.say(self.id, channel or self.direct_channel, text, **extra)

    def seen(self, channel: str) -> list[Message]:
        return self.slack.world.messages.seen_by(self.id, channel)

    def private_answers(self, channel: str = ONBOARDING) -> list[Message]:
        """What only this person sees in a channel and in its threads."""
        return self.slack.world.messages.private_to(self.id, channel)

    async def private_answer(self, channel: str = ONBOARDING) -> Message:
        return (await eventually(lambda: self.private_answers(channel)))[-1]

    def direct_answers(self) -> list[Message]:
        return [message for message in self.seen(self.direct_channel) if message.bot_id]

    async def direct_answer(self) -> Message:
        return (await eventually(self.direct_answers))[-1]

    @property
    def modal(self) -> View | None:
        stack = self.slack.slack.views.stack(self.id)
        return stack[-1] if stack else None

    async def modal_showing(self, words: str) -> View:
        """The open modal, once it shows these words."""

        def look() -> View | None:
            view = self.modal
            return view if view and words in text_of([view.content]) else None

        found = await eventually(look)
        assert found is not None
        return found

    async def submit(self, view: View, **fields: Any) -> dict[str, Any]:
        """Submit a modal with values by block id."""
        state = {block_id: {"value": value} for block_id, value in fields.items()}
        return await self.slack.surfaces.submit(view, state)

    async def choose(self, where: Message | View, verb: str, words: str) -> None:
        """Choose from the menu beside the finding with these words."""
        block = next(b for b in where.blocks if words in text_of([b]) and "accessory" in b)
        menu = block["accessory"]
        value = next(o["value"] for o in menu["options"] if o["value"].startswith(verb))
        names = {"block_id": block["block_id"], "action_id": menu["action_id"], "value": value}
        if isinstance(where, Message):
            acked = await self.slack.surfaces.act_on_message(self.id, where, **names)
        else:
            acked = await self.slack.surfaces.act_in_view(where, **names, state={})
        assert acked == {"ok": True}

    async def press(
        self, where: Message | View, action_id: str, state: dict[str, Any] | None = None
    ) -> None:
        """Press a button in a message or a modal; `state` is what is typed there, by block id."""
        block, element = next(
            (block, element)
            for block in where.blocks
            for element in (*block.get("elements", []), block.get("accessory") or {})
            if element.get("action_id") == action_id
        )
        names = {"block_id": block["block_id"], "action_id": action_id, "value": element["value"]}
        typed = {block_id: {"value": value} for block_id, value in (state or {}).items()}
        if isinstance(where, Message):
            acked = await self.slack.surfaces.act_on_message(self.id, where, **names)
        else:
            acked = await self.slack.surfaces.act_in_view(where, **names, state=typed)
        assert acked == {"ok": True}
