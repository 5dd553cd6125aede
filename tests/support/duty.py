"""Play the duty in the local Slack: move the clock from one moment to the next at which something is due."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import col, func, select

from bot.bootstrap import Application
from sandbox.messages import Message
from sandbox.server import RunningSandbox
from storage.champion import ChampionRota
from storage.outbox import Delivery, State, list_deliveries
from storage.schedules import Schedule
from tests.support.people import text_of
from tests.support.times import SettableClock


@dataclass(frozen=True)
class Heard:
    """What the bot said at a moment, to whom (a channel's id or a person's)."""

    at: datetime
    to: str
    message: Message

    @property
    def text(self) -> str:
        """All that is to be read in it."""
        return text_of(self.message.blocks)

    @property
    def kind(self) -> str:
        """What kind of delivery it is."""
        assert self.message.metadata is not None
        return str(self.message.metadata["event_payload"]["key"]).partition(":")[0]

    def __str__(self) -> str:
        return f"{self.at:%a %d %b %Y %H:%M} → {self.to}\n{self.text}\n"


@dataclass
class Duty:
    """A bot, the clock that it goes by, and all that it has said since."""

    bot: Application
    slack: RunningSandbox
    clock: SettableClock
    heard: list[Heard] = field(default_factory=list)
    _known: set[tuple[str, str]] = field(default_factory=set)

    async def at(self, now: datetime) -> Sequence[Heard]:
        """Let it be that late and wait until nothing more is to be sent; what was said."""
        self.clock.now = now
        await self.bot.worker.tick()
        while await self._still_to_send():
            await self.bot.worker._sender.drain()
            await self.bot.worker.tick()
        await self.bot.worker._sender.drain()
        new = self._new(now)
        self.heard += new
        return new

    async def until(self, end: datetime) -> Sequence[Heard]:
        """Let time pass, from each moment at which something may be due to the next."""
        before = len(self.heard)
        await self.at(self.clock.now)
        while (now := await self._next_moment()) is not None and now <= end:
            await self.at(now)
        await self.at(end)
        return self.heard[before:]

    async def _still_to_send(self) -> bool:
        async with self.bot.database.reading() as session:
            waiting = [
                each
                for state in (State.DUE, State.SENDING)
                for each in await list_deliveries(session, self._team, state)
            ]
        return any(each.next_attempt_at <= self.clock.now for each in waiting)

    async def _next_moment(self) -> datetime | None:
        async with self.bot.database.reading() as session:
            # What is due by now and has not happened is held, or of a kind that this bot doesn't know.
            look, run = col(ChampionRota.look_at), col(Schedule.next_run_at)
            queries: list[Any] = [
                select(func.min(each)).where(each > self.clock.now) for each in (look, run)
            ]
            waits = col(Delivery.next_attempt_at)
            due = col(Delivery.state) == State.DUE.value
            queries.append(select(func.min(waits)).where(due, waits > self.clock.now))
            moments = [(await session.exec(query)).one() for query in queries]
        return min((each for each in moments if each is not None), default=None)

    @property
    def _team(self) -> str:
        return self.slack.world.team.id

    def _new(self, now: datetime) -> list[Heard]:
        bot = self.slack.world.app.bot_user_id
        found = []
        for channel in list(self.slack.world.channels.values()):
            to = channel.other_member(bot) if channel.is_im else channel.id
            for message in self.slack.world.messages.public(channel.id):
                known = (channel.id, message.ts)
                if message.metadata and known not in self._known:
                    self._known.add(known)
                    found.append(Heard(now, str(to), message))
        return sorted(found, key=lambda heard: heard.message.ts)
