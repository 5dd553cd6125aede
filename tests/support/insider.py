"""A steward in a workspace that a test can change directly, so that there is something to act on."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import TypeVar

from bot.bootstrap import Application
from coherence.outbox import NewDelivery
from coherence.stewards import Person as Who
from sandbox.messages import Message
from sandbox.server import RunningSandbox
from storage.journeys import Journey, list_journeys
from tests.support.people import ONBOARDING, eventually
from tests.support.steward import Steward

_Found = TypeVar("_Found")


class Insider(Steward):
    """Maya, a steward of the one journey that her team has."""

    def __init__(self, slack: RunningSandbox, bot: Application) -> None:
        super().__init__(slack, "U0MAYA")
        self.bot = bot

    @property
    def team(self) -> str:
        """The id of the workspace."""
        return self.slack.world.team.id

    @property
    def who(self) -> Who:
        """How the use cases know this person."""
        return Who(self.team, self.id)

    def in_days(self, days: int) -> date:
        """The day so many days from now, by the bot's clock."""
        return self.bot.use_cases.now().date() + timedelta(days=days)

    def day_after(self, days: int) -> str:
        """The day so many days from now, as a date picker has it."""
        return self.in_days(days).isoformat()

    async def journey(self) -> Journey:
        """The one journey there is."""
        async with self.bot.database.reading() as session:
            [journey] = await list_journeys(session, self.team)
        return journey

    async def have_sent(self, letter: NewDelivery) -> None:
        """Have the outbox send something."""
        async with self.bot.database.transaction() as session:
            await self.bot.use_cases.outbox.add(session, self.team, [letter])

    async def message_with(self, words: str, channel_id: str = ONBOARDING) -> Message:
        """The newest message in a channel with these words or names, once it is there."""

        def look() -> Message | None:
            seen = reversed(self.seen(channel_id))
            return next((each for each in seen if words in str(each.blocks)), None)

        return await found(look)

    def posted(self, channel_id: str, buttons: Mapping[str, str]) -> Message:
        """A post of the bot's with these buttons, as it may have stood there for long; each has a value."""
        elements = [
            {
                "type": "button",
                "text": {"type": "plain_text", "text": action_id},
                "action_id": action_id,
                "value": value,
            }
            for action_id, value in buttons.items()
        ]
        blocks = [{"type": "actions", "block_id": "buttons", "elements": elements}]
        return self.slack.slack.posts.by_app(channel_id, "Choose", blocks=blocks)


async def found(look: Callable[[], _Found | None]) -> _Found:
    """What `look` finds, as soon as it does."""
    there = await eventually(look)
    assert there is not None
    return there
